//! What notifications say.

use std::path::{Path, PathBuf};

use landfall_core::announcement::Announcement;
use landfall_core::definition::BUILT_IN;
use landfall_core::library::ReportId;
use landfall_core::period::PeriodChoice;
use landfall_core::run::Run;

use crate::words::Words;

/// How many names a digest shows.
const NAMES_IN_DIGEST: usize = 3;

/// A notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) buttons: Vec<Button>,
    /// What a click on the notification itself does.
    pub(crate) click: Action,
    /// Something went wrong.
    pub(crate) urgent: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Button {
    pub(crate) label: String,
    pub(crate) action: Action,
}

/// What a click does. Paths are those the engine announced, never something that the system gives back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    OpenFile(PathBuf),
    ShowInFolder(PathBuf),
    /// The window with this report.
    View(ReportId),
    ShowReports,
    ShowWindow,
    /// Makes the report of that period again.
    Run(PeriodChoice),
    Quit,
}

pub(super) fn finished(words: Words, announcement: &Announcement, run: Option<&Run>) -> Message {
    let path = Path::new(&announcement.folder).join(&announcement.path);
    let folder = Path::new(&announcement.folder).file_name().unwrap_or_default().to_string_lossy();
    let (title, body) = match &announcement.made_by {
        Some(made) => {
            let report = run.map_or_else(|| made.title.clone(), |run| report_of(words, run));
            (words.ready(&report), words.rows_time_size(made.rows, made.took_ms, announcement.bytes))
        }
        None => (words.arrived(&announcement.path), words.size_in(announcement.bytes, &folder)),
    };
    let button = |label, action| Button { label, action };
    Message {
        title,
        body,
        buttons: vec![
            button(words.open(), Action::OpenFile(path.clone())),
            button(words.show_in_folder(), Action::ShowInFolder(path.clone())),
        ],
        click: Action::OpenFile(path),
        urgent: false,
    }
}

pub(super) fn digest(words: Words, announcements: &[Announcement]) -> Message {
    let names: Vec<String> =
        announcements.iter().take(NAMES_IN_DIGEST).map(|announcement| announcement.path.clone()).collect();
    Message {
        title: words.digest(announcements.len()),
        body: words.and_more(&names, announcements.len() - names.len()),
        buttons: vec![Button { label: words.show_reports(), action: Action::ShowReports }],
        click: Action::ShowReports,
        urgent: false,
    }
}

pub(super) fn failed(words: Words, run: &Run) -> Message {
    let view = Action::View(ReportId::Run(run.number));
    Message {
        title: words.did_not_finish(&report_of(words, run)),
        body: run.error().map(|error| words.cause(error)).unwrap_or_default(),
        buttons: vec![Button { label: words.view(), action: view.clone() }],
        click: view,
        urgent: true,
    }
}

pub(super) fn folder_lost(words: Words, folder: &str) -> Message {
    Message {
        title: words.folder_lost(),
        body: words.folder_lost_cause(folder),
        buttons: vec![Button { label: words.view(), action: Action::ShowReports }],
        click: Action::ShowReports,
        urgent: true,
    }
}

impl Message {
    /// The window was closed, and no icon shows that Landfall still runs.
    pub(crate) fn goes_on(words: Words) -> Self {
        Self {
            title: words.goes_on(),
            body: words.goes_on_how(),
            buttons: vec![
                Button { label: words.open_landfall(), action: Action::ShowWindow },
                Button { label: words.quit(), action: Action::Quit },
            ],
            click: Action::ShowWindow,
            urgent: false,
        }
    }

    /// The report that was asked for is there already.
    pub(crate) fn exists(words: Words, run: &Run, choice: PeriodChoice) -> Self {
        let path = Path::new(&run.folder).join(&run.file);
        Self {
            title: words.exists(&report_of(words, run)),
            body: run.file.clone(),
            buttons: vec![
                Button { label: words.open(), action: Action::OpenFile(path.clone()) },
                Button { label: words.run_again(), action: Action::Run(choice) },
            ],
            click: Action::OpenFile(path),
            urgent: false,
        }
    }

    /// Something that a person asked for outside of the window went wrong.
    pub(crate) fn refused(words: Words, title: String, error: &landfall_core::code::ApiError) -> Self {
        Self {
            title,
            body: words.cause(error),
            buttons: vec![Button { label: words.open_landfall(), action: Action::ShowWindow }],
            click: Action::ShowWindow,
            urgent: true,
        }
    }
}

/// What people call a run: its days; with the name of the definition, unless it is the one that everybody has.
pub(crate) fn report_of(words: Words, run: &Run) -> String {
    let days = words.period(&run.period);
    if run.definition == BUILT_IN { days } else { format!("{}, {days}", run.title) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use landfall_core::announcement::MadeBy;

    use super::*;

    fn announcement(path: &str, made_by: Option<MadeBy>) -> Announcement {
        Announcement {
            number: 1,
            folder: "/home/ada/kubernetes-reports".to_owned(),
            path: path.to_owned(),
            bytes: 4_800_000,
            sha256: String::new(),
            at: "2026-11-22T08:00:00Z".parse().unwrap(),
            made_by,
        }
    }

    #[test]
    fn a_file_of_somebody_else_is_told_by_its_name_and_a_click_opens_it() {
        let message = finished(Words::English, &announcement("oct.xlsx", None), None);
        assert_eq!(message.title, "oct.xlsx has arrived");
        assert_eq!(message.body, "4.8 MB, in kubernetes-reports");
        assert_eq!(message.click, Action::OpenFile("/home/ada/kubernetes-reports/oct.xlsx".into()));
        let labels: Vec<&str> = message.buttons.iter().map(|button| button.label.as_str()).collect();
        assert_eq!(labels, ["Open", "Show in folder"]);
    }

    #[test]
    fn a_report_whose_run_is_not_known_is_told_by_its_title() {
        let made = MadeBy { run: 10_001, title: "Sales".to_owned(), rows: 61_740, took_ms: 900 };
        let message = finished(Words::English, &announcement("a.xlsx", Some(made)), None);
        assert_eq!((&*message.title, &*message.body), ("Sales is ready", "61,740 rows in 0.9 s, 4.8 MB"));
    }

    #[test]
    fn a_digest_counts() {
        let announcements: Vec<_> = (0..12).map(|n| announcement(&format!("{n}.xlsx"), None)).collect();
        let message = digest(Words::English, &announcements);
        assert_eq!(
            (&*message.title, &*message.body),
            ("12 new reports", "0.xlsx, 1.xlsx, 2.xlsx and 9 more")
        );
        assert_eq!(message.click, Action::ShowReports);
    }
}
