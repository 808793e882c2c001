//! The window: made when it is wanted, gone when it is closed. What it shows lives in the engine.

use std::sync::atomic::{AtomicBool, Ordering};

use landfall_core::api::{Command, DesktopEvent, Target};
use landfall_core::settings::Theme;
use landfall_door::start_over;
use tauri::window::Color;
use tauri::{AppHandle, Manager, Runtime, WebviewWindow, WebviewWindowBuilder, WindowEvent};

use crate::desktop::Desktop;
use crate::notify::Message;
use crate::tray;

pub(crate) const LABEL: &str = "main";

/// `--bg` of the page in its two themes: what is seen until the page paints.
const LIGHT: Color = Color(0xff, 0xff, 0xff, 0xff);
const DARK: Color = Color(0x16, 0x19, 0x1c, 0xff);

/// Brings the window to the front; makes it if there is none. With `target`, the page goes there.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>, target: Option<Target>) {
    if let Some(target) = target {
        Desktop::of(app).subscriber.ask(DesktopEvent::Show { target });
    }
    let handle = app.clone();
    let _ = app.run_on_main_thread(move || {
        let shown = match handle.get_webview_window(LABEL) {
            Some(window) => to_front(&window),
            None => make(&handle).map(drop),
        };
        if let Err(error) = shown {
            tracing::error!("the window can't be shown: {error}");
        }
    });
}

fn to_front<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

fn make<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<WebviewWindow<R>> {
    let desktop = Desktop::of(app);
    let theme = desktop.overview(|overview| overview.settings().desktop.theme);
    let theme = native(theme, desktop.prefers_dark());
    let windows = &app.config().app.windows;
    let config = windows.iter().find(|window| window.label == LABEL).ok_or(tauri::Error::WindowNotFound)?;
    let dark = theme == Some(tauri::Theme::Dark);
    WebviewWindowBuilder::from_config(app, config)?
        .data_directory(start_over::web_view(&desktop.places))
        .background_color(if dark { DARK } else { LIGHT })
        .theme(theme)
        .build()
}

/// Frame, menus and dialogs follow the setting; the page hears of it by itself.
pub(crate) fn follow_theme<R: Runtime>(app: &AppHandle<R>, theme: Theme) {
    let desktop = Desktop::of(app);
    let theme = native(theme, desktop.prefers_dark());
    if desktop.theme_changes_to(theme) {
        app.set_theme(theme);
    }
}

/// The system wants dark or light programs from now on.
#[cfg(target_os = "linux")]
pub(crate) fn appearance_changed<R: Runtime>(app: &AppHandle<R>, prefers_dark: Option<bool>) {
    let desktop = Desktop::of(app);
    desktop.set_prefers_dark(prefers_dark);
    let theme = desktop.overview(|overview| overview.settings().desktop.theme);
    follow_theme(app, theme);
    tray::refresh(app);
}

/// GTK takes "none" for light, so that a dark system is said outright.
fn native(theme: Theme, prefers_dark: Option<bool>) -> Option<tauri::Theme> {
    match theme {
        Theme::System => prefers_dark.unwrap_or(false).then_some(tauri::Theme::Dark),
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// What happens to the window.
pub(crate) fn happened<R: Runtime>(app: &AppHandle<R>, event: &WindowEvent) {
    match event {
        WindowEvent::Focused(focused) => focused_is(app, *focused),
        WindowEvent::Destroyed => {
            Desktop::of(app).subscriber.leave();
            focused_is(app, false);
            say_it_goes_on(app);
        }
        _ => {}
    }
}

fn focused_is<R: Runtime>(app: &AppHandle<R>, focused: bool) {
    let desktop = Desktop::of(app);
    desktop.overview(|overview| overview.window_focused(focused));
    desktop.subscriber.tell(DesktopEvent::Focused { focused });
    tray::refresh(app);
    if focused && desktop.engine.is_connected() {
        // A person who comes back has perhaps put something into the folder.
        tauri::async_runtime::spawn(async move {
            let _ = desktop.engine.ask(Command::Rescan).await;
        });
    }
}

/// Where no icon shows that Landfall still runs, a notification says so, once.
fn say_it_goes_on<R: Runtime>(app: &AppHandle<R>) {
    static SAID: AtomicBool = AtomicBool::new(false);
    let desktop = Desktop::of(app);
    if !desktop.has_tray.load(Ordering::Relaxed) && !SAID.swap(true, Ordering::Relaxed) {
        desktop.notifier.show(Message::goes_on(desktop.words()));
    }
}
