//! The least that a Tauri app with a tray and a window can be; `cargo xtask bench app` measures Landfall beside it.
//!
//! `--hidden` makes no window, `--list` opens a bare virtual list of 10,000 rows instead of an almost empty page.
//! It writes `painted` to standard output after the first paint.

use std::env;
use std::error;
use std::io::{self, Write};

use tauri::menu::{Menu, MenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{App, RunEvent, WebviewWindowBuilder};

fn main() -> Result<(), Box<dyn error::Error>> {
    let app = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![page_painted])
        .setup(set_up)
        .build(tauri::generate_context!())?;
    app.run(|_, event| {
        // As in Landfall, the tray lives on when the window is closed.
        if let RunEvent::ExitRequested { code: None, api, .. } = event {
            api.prevent_exit();
        }
    });
    Ok(())
}

fn set_up(app: &mut App) -> Result<(), Box<dyn error::Error>> {
    let is_asked = |option: &str| env::args().any(|argument| argument == option);
    let menu = Menu::with_items(app, &[&MenuItem::new(app, "Quit", true, None::<&str>)?])?;
    let mut tray = TrayIconBuilder::with_id("main").menu(&menu);
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    let label = if is_asked("--list") { "list" } else { "main" };
    let window = app.config().app.windows.iter().find(|window| window.label == label).cloned();
    if let Some(window) = window.filter(|_| !is_asked("--hidden")) {
        WebviewWindowBuilder::from_config(app.handle(), &window)?.build()?;
    }
    Ok(())
}

/// Called by the page after its first paint.
#[tauri::command]
fn page_painted() {
    // Nobody listens if this can't be written.
    let _ = writeln!(io::stdout(), "painted");
}
