//! The icon beside the clock. It is there whenever something shows it; where nothing does, Landfall works all the same.

mod bar;
#[cfg(target_os = "linux")]
mod host;
mod icon;
mod menu;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Runtime};

use crate::desktop::Desktop;
use crate::overview::{TrayState, Trouble};
use crate::window;
use crate::words::Words;

/// The icon as it stands.
pub(crate) struct Tray<R: Runtime> {
    icon: Mutex<Option<TrayIcon<R>>>,
    /// State, bar and language that the icon shows.
    shown: Mutex<Option<(TrayState, bool, Words)>>,
}

/// Puts the icon there as soon as something can show it.
pub(crate) fn start<R: Runtime>(app: &AppHandle<R>) {
    let tray: Tray<R> = Tray { icon: Mutex::default(), shown: Mutex::default() };
    app.manage(Arc::new(tray));
    tauri::async_runtime::spawn(menu::keep(app.clone()));
    #[cfg(target_os = "linux")]
    tauri::async_runtime::spawn(host::watch(app.clone()));
    #[cfg(not(target_os = "linux"))]
    show(app);
}

/// Makes icon and tooltip say what is so now.
pub(crate) fn refresh<R: Runtime>(app: &AppHandle<R>) {
    let desktop = Desktop::of(app);
    let Some(tray) = app.try_state::<Arc<Tray<R>>>().map(|tray| Arc::clone(&tray)) else { return };
    let (state, words) = (desktop.overview(|overview| overview.tray()), desktop.words());
    let dark = bar::is_dark(desktop.prefers_dark());
    let now = Some((state, dark, words));
    {
        let mut shown = tray.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if *shown == now {
            return;
        }
        *shown = now;
    }
    on_main_thread(app, move || {
        if let Some(icon) = tray.icon.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            let _ = icon.set_icon(icon::of(state, dark));
            let _ = icon.set_tooltip(Some(tooltip(words, state)));
        }
    });
}

/// Something can show the icon now. An icon that is there already comes back by itself.
fn show<R: Runtime>(app: &AppHandle<R>) {
    let app_of_icon = app.clone();
    on_main_thread(app, move || {
        let app = app_of_icon;
        let tray = Arc::clone(&app.state::<Arc<Tray<R>>>());
        let desktop = Desktop::of(&app);
        let (state, words) = (desktop.overview(|overview| overview.tray()), desktop.words());
        let dark = bar::is_dark(desktop.prefers_dark());
        let mut icon = tray.icon.lock().unwrap_or_else(PoisonError::into_inner);
        if icon.is_some() {
            return;
        }
        match make(&app, &desktop, state, dark, words) {
            Ok(made) => {
                *icon = Some(made);
                desktop.has_tray.store(true, Ordering::Relaxed);
                desktop.menu_is_old.notify_one();
            }
            // It is tried again when a host appears.
            Err(error) => tracing::info!("the icon of the tray is not shown: {error}"),
        }
        drop(icon);
        // What changed since is shown with the next event; nothing is remembered as shown before this.
        *tray.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, dark, words));
        refresh(&app);
    });
}

fn make<R: Runtime>(
    app: &AppHandle<R>,
    desktop: &Desktop,
    state: TrayState,
    dark: bool,
    words: Words,
) -> tauri::Result<TrayIcon<R>> {
    let id = if desktop.places.chosen {
        format!("landfall-{}", desktop.places.key())
    } else {
        "landfall".to_owned()
    };
    let mut builder = TrayIconBuilder::with_id(id)
        .title(crate::NAME)
        .tooltip(tooltip(words, state))
        .menu(&menu::make(app, words, &[])?)
        .show_menu_on_left_click(false)
        .icon_as_template(cfg!(target_os = "macos"))
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()))
        .on_tray_icon_event(|icon, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::show(icon.app_handle(), None);
            }
        });
    if let Some(image) = icon::of(state, dark) {
        builder = builder.icon(image);
    }
    builder.build(app)
}

/// On Linux the tooltip has the name as its title; elsewhere it stands in the text.
fn tooltip(words: Words, state: TrayState) -> String {
    let state = doing(words, state);
    if cfg!(target_os = "linux") { state } else { format!("{}: {state}", crate::NAME) }
}

fn doing(words: Words, state: TrayState) -> String {
    match state {
        TrayState::Idle => words.idle(),
        TrayState::Running { reports } => words.running(reports),
        TrayState::New { reports } => words.new_reports(reports),
        TrayState::Trouble(Trouble::Run) => words.run_failed(),
        TrayState::Trouble(Trouble::Folder) => words.folder_is_gone(),
        TrayState::Trouble(Trouble::Engine) => words.engine_is_gone(),
    }
}

/// Without waiting: the main thread may be busy with a dialog. An app that ends needs no icon.
fn on_main_thread<R: Runtime>(app: &AppHandle<R>, work: impl FnOnce() + Send + 'static) {
    let _ = app.run_on_main_thread(work);
}
