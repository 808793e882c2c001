//! The menu of the tray: a run in one click, the latest reports, the window, the end.

use landfall_core::api::{Command, Reply};
use landfall_core::definition::BUILT_IN;
use landfall_core::library::{LibraryEntry, LibraryFilter, LibraryShow, Origin, ReportId};
use landfall_core::period::PeriodChoice;
use tauri::menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::{AppHandle, Manager, Runtime};

use crate::desktop::Desktop;
use crate::notify::Message;
use crate::words::Words;
use crate::{opening, quit, running, window};

/// So many reports are offered.
const REPORTS: u32 = 5;

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    RunCurrentMonth,
    RunPreviousMonth,
    OpenFolder,
    OpenReport(ReportId),
    OpenLandfall,
    Quit,
}

const PLAIN: [(&str, Choice); 5] = [
    ("run-current-month", Choice::RunCurrentMonth),
    ("run-previous-month", Choice::RunPreviousMonth),
    ("open-folder", Choice::OpenFolder),
    ("open-landfall", Choice::OpenLandfall),
    ("quit", Choice::Quit),
];
const REPORT: &str = "report:";

impl Choice {
    fn of(item: &str) -> Option<Self> {
        match item.strip_prefix(REPORT) {
            Some(id) => id.parse().ok().map(Self::OpenReport),
            None => PLAIN.iter().find(|(name, _)| *name == item).map(|(_, choice)| choice.clone()),
        }
    }

    fn item(&self) -> String {
        match self {
            Self::OpenReport(id) => format!("{REPORT}{id}"),
            plain => PLAIN.iter().find(|(_, choice)| choice == plain).map_or("", |(name, _)| name).to_owned(),
        }
    }
}

/// Makes the menu anew whenever the library or the language changed.
pub(super) async fn keep<R: Runtime>(app: AppHandle<R>) {
    let desktop = Desktop::of(&app);
    loop {
        desktop.menu_is_old.notified().await;
        let filter =
            LibraryFilter { show: LibraryShow::OnDesktop, limit: REPORTS, ..LibraryFilter::default() };
        let Ok(Reply::Library(page)) = desktop.engine.ask(Command::ListLibrary(filter)).await else {
            continue;
        };
        let words = desktop.words();
        let handle = app.clone();
        super::on_main_thread(&app, move || {
            let tray = handle.state::<std::sync::Arc<super::Tray<R>>>();
            let icon = tray.icon.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if let (Some(icon), Ok(menu)) = (icon.as_ref(), make(&handle, words, &page.entries)) {
                let _ = icon.set_menu(Some(menu));
            }
        });
    }
}

/// The menu with the latest reports.
pub(super) fn make<R: Runtime>(
    app: &AppHandle<R>,
    words: Words,
    reports: &[LibraryEntry],
) -> tauri::Result<Menu<R>> {
    let item = |choice: Choice, label: String| {
        // A `&` would underline the next letter.
        MenuItem::with_id(app, choice.item(), label.replace('&', "&&"), true, None::<&str>)
    };
    let line = || PredefinedMenuItem::separator(app);
    let mut items: Vec<Box<dyn IsMenuItem<R>>> = vec![
        Box::new(item(Choice::RunCurrentMonth, words.run_current_month())?),
        Box::new(item(Choice::RunPreviousMonth, words.run_previous_month())?),
        Box::new(line()?),
        Box::new(item(Choice::OpenFolder, words.open_folder())?),
    ];
    if reports.is_empty() {
        items.push(Box::new(MenuItem::new(app, words.no_reports_yet(), false, None::<&str>)?));
    }
    for report in reports {
        items.push(Box::new(item(Choice::OpenReport(report.id.clone()), label(words, report))?));
    }
    items.push(Box::new(line()?));
    items.push(Box::new(item(Choice::OpenLandfall, words.open_landfall())?));
    items.push(Box::new(item(Choice::Quit, words.quit())?));
    let items: Vec<&dyn IsMenuItem<R>> = items.iter().map(AsRef::as_ref).collect();
    Menu::with_items(app, &items)
}

/// What a report is called in the menu: its days, or the name of the file.
fn label(words: Words, report: &LibraryEntry) -> String {
    match &report.origin {
        Origin::ThisComputer { definition, period, .. } if definition == BUILT_IN => words.period(period),
        Origin::ThisComputer { period, .. } => format!("{}, {}", report.title, words.period(period)),
        Origin::Elsewhere => report.file.clone(),
    }
}

/// Does what a person chose.
pub(super) fn chosen<R: Runtime>(app: &AppHandle<R>, item: &str) {
    let Some(choice) = Choice::of(item) else { return };
    let desktop = Desktop::of(app);
    match choice {
        Choice::RunCurrentMonth => running::run_unseen(app, PeriodChoice::CurrentMonth, true),
        Choice::RunPreviousMonth => running::run_unseen(app, PeriodChoice::PreviousMonth, true),
        Choice::OpenLandfall => window::show(app, None),
        Choice::Quit => quit::ask(app),
        Choice::OpenFolder => {
            tauri::async_runtime::spawn(async move {
                if let Err(error) = opening::open_reports_folder(&desktop).await {
                    let words = desktop.words();
                    let title = words.not_opened(&words.reports_folder());
                    desktop.notifier.show(Message::refused(words, title, &error));
                }
            });
        }
        Choice::OpenReport(id) => {
            tauri::async_runtime::spawn(async move {
                if let Err(error) = opening::open_report(&desktop, id).await {
                    let words = desktop.words();
                    let title = words.not_opened(&words.the_report());
                    desktop.notifier.show(Message::refused(words, title, &error));
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_has_a_name_of_its_own() {
        let report = Choice::OpenReport(ReportId::Run(10_001));
        for choice in PLAIN.map(|(_, choice)| choice).into_iter().chain([report]) {
            assert_eq!(Choice::of(&choice.item()), Some(choice));
        }
        assert_eq!(Choice::of("report:../../etc/passwd"), None);
        assert_eq!(Choice::of(""), None);
    }
}
