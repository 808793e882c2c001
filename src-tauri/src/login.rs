//! Starting at login, without a window, as the setting says.

#[cfg(target_os = "linux")]
mod autostart;

use tauri::{AppHandle, Runtime};

/// The argument of a start without a window.
pub(crate) const HIDDEN: &str = "--hidden";

/// Makes the system start Landfall at login, or not. Cheap where nothing changes.
pub(crate) fn follow<R: Runtime>(app: &AppHandle<R>, start_at_login: bool) {
    if let Err(error) = set(app, start_at_login) {
        tracing::warn!("starting at login could not be set: {error}");
    }
}

#[cfg(target_os = "linux")]
fn set<R: Runtime>(app: &AppHandle<R>, wanted: bool) -> std::io::Result<()> {
    use tauri::Manager;

    let config = app.path().config_dir().map_err(std::io::Error::other)?;
    let places = &crate::desktop::Desktop::of(app).places;
    autostart::set(&config, places, &std::env::current_exe()?, wanted)
}

#[cfg(not(target_os = "linux"))]
fn set<R: Runtime>(app: &AppHandle<R>, wanted: bool) -> Result<(), auto_launch::Error> {
    let program = std::env::current_exe()?;
    let launch = auto_launch::AutoLaunchBuilder::new()
        .set_app_name(&app.package_info().name)
        .set_app_path(&program.display().to_string())
        .set_args(&[HIDDEN])
        .build()?;
    match launch.is_enabled()? {
        enabled if enabled == wanted => Ok(()),
        _ if wanted => launch.enable(),
        _ => launch.disable(),
    }
}
