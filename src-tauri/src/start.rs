//! The app put together and started.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use landfall_core::code::{ApiError, Code};
use landfall_door::{crash, start_over};
use landfall_wire::{Launch, Places};
use tauri::{App, AppHandle, Builder, Context, Manager, RunEvent, Runtime, WindowEvent};
use tauri_plugin_window_state::{AppHandleExt, StateFlags};

use crate::desktop::Desktop;
use crate::dialogs::{Dialogs, SystemDialogs};
use crate::engine::Engine;
use crate::events::Orders;
use crate::notify::{self, Notifier};
use crate::{commands, events, journal, link, login, tray, window};

/// What of the window is remembered.
const REMEMBERED: StateFlags = StateFlags::SIZE.union(StateFlags::POSITION).union(StateFlags::MAXIMIZED);

/// What the app is made of that a test may want to be otherwise.
pub struct Parts<R: Runtime> {
    pub places: Places,
    /// How the engine is started.
    pub launch: Launch,
    pub dialogs: fn(AppHandle<R>) -> Box<dyn Dialogs>,
    /// Of the program, itself first.
    pub arguments: Vec<String>,
}

/// Runs the app until it is quit.
pub fn run() -> ExitCode {
    match start() {
        Ok(app) => {
            app.run(happened);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!("{}", error.message);
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

/// Where nothing else can be shown, there is a dialog, and standard error for those who look there.
fn tell(error: &ApiError) {
    use std::io::Write;

    let _ = writeln!(std::io::stderr(), "Landfall can't start: {}. {}", error.message, error.hint);
    if std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some() || cfg!(windows)
    {
        let text = format!("{}.\n{}", error.message, error.hint);
        rfd::MessageDialog::new().set_title("Landfall can't start").set_description(text).show();
    }
}

fn start() -> Result<App<tauri::Wry>, ApiError> {
    let places = Places::from_environment().map_err(|error| error.to_api_error())?;
    crash::report_panics(&places.crashes, "landfall-desktop", landfall_workbook::is_guarded, |panic, _| {
        tracing::error!("{panic}");
    });
    places.make().map_err(|error| error.to_api_error())?;
    journal::begin(&places.logs);
    let launch = Launch::engine_of(engine_program()?);
    let parts = Parts {
        places,
        launch,
        dialogs: |app| Box::new(SystemDialogs::new(app)),
        arguments: std::env::args().collect(),
    };
    let mut context = context();
    let single = tauri_plugin_single_instance::Builder::new()
        .callback(|app, arguments, _folder| started(app, &arguments))
        .dbus_id(own_name(&parts.places, &context.config().identifier))
        .build();
    // Windows and macOS know an app by its identifier.
    context.config_mut().identifier = own_name(&parts.places, &context.config().identifier);
    let state = tauri_plugin_window_state::Builder::new()
        .with_filename(start_over::window_state(&parts.places).display().to_string())
        .with_state_flags(REMEMBERED)
        .build();
    let builder = Builder::default().plugin(single).plugin(state).on_window_event(|window, event| {
        // Not only when the app is quit, which may be by switching off the computer.
        if matches!(event, WindowEvent::Destroyed)
            && let Err(error) = window.app_handle().save_window_state(REMEMBERED)
        {
            tracing::warn!("where the window was could not be kept: {error}");
        }
    });
    let built = with_parts(builder, parts).build(context);
    #[cfg(unix)]
    if let Err(tauri::Error::PluginInitialization(plugin, _)) = &built
        && plugin == "single-instance"
    {
        start_again();
    }
    built.map_err(|error| {
        ApiError::new(
            Code::Internal,
            error.to_string(),
            "Restart the computer; if it stays so, install Landfall again.",
        )
    })
}

/// The app that runs ended in the very moment in which it was to be told of this start: this one takes its place. As a new
/// process image, because what an app is made of is made once; and once only, because a fault that stays is to be said.
#[cfg(unix)]
fn start_again() {
    use std::os::unix::process::CommandExt;

    const AGAIN: &str = "LANDFALL_STARTED_AGAIN";
    if std::env::var_os(AGAIN).is_none()
        && let Ok(program) = std::env::current_exe()
    {
        // It comes back only where it could not be done, and what went wrong first is said then.
        let _ = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(AGAIN, "1").exec();
    }
}

/// What `tauri.conf.json`, the page and the permissions come to.
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// The app around `builder`.
pub fn with_parts<R: Runtime>(builder: Builder<R>, parts: Parts<R>) -> Builder<R> {
    builder
        .invoke_handler(commands::handler())
        .on_window_event(|window, event| window::happened(window.app_handle(), event))
        .setup(move |app| {
            set_up(app.handle(), parts);
            Ok(())
        })
}

fn set_up<R: Runtime>(app: &AppHandle<R>, parts: Parts<R>) {
    let (engine, orders) = Engine::new();
    let (notifier, messages) = Notifier::new();
    let dialogs = (parts.dialogs)(app.clone());
    app.manage(Arc::new(Desktop::new(parts.places, engine, notifier, dialogs)));
    tauri::async_runtime::spawn(notify::keep(app.clone(), messages));
    tray::start(app);
    tauri::async_runtime::spawn(keep_connected(app.clone(), parts.launch, orders));
    started(app, &parts.arguments);
}

/// The connection is kept for as long as the app runs. Where that breaks, which is a fault of ours, the app ends with a
/// report of it: it would show what is no longer so.
async fn keep_connected<R: Runtime>(app: AppHandle<R>, launch: Launch, orders: Orders) {
    let keeping = tauri::async_runtime::spawn(events::keep(app.clone(), launch, orders));
    if keeping.await.is_err() {
        app.exit(1);
    }
}

/// This start of the app, or another one while it runs: unless it is to be hidden, there is a window.
fn started<R: Runtime>(app: &AppHandle<R>, arguments: &[String]) {
    if !arguments.iter().any(|argument| argument == login::HIDDEN) {
        follow(app, arguments);
    }
}

/// Shows the window, at the place of the link if there is one.
fn follow<R: Runtime>(app: &AppHandle<R>, arguments: &[String]) {
    let link = arguments.iter().skip(1).find(|argument| link::is_link(argument));
    let target = link.and_then(|link| link::target(link));
    if let (Some(link), None) = (link, &target) {
        // Of a link from outside, only so much that the log stays readable.
        let start: String = link.chars().take(100).collect();
        tracing::warn!("a link that leads nowhere was ignored: {start:?}");
    }
    window::show(app, target);
}

fn happened<R: Runtime>(app: &AppHandle<R>, event: RunEvent) {
    match event {
        // The last window was closed; the tray stays. Quitting has a code.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        // Of macOS: the icon in the dock was clicked.
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::show(app, None),
        _ => {
            let _ = app;
        }
    }
}

/// The engine lies beside this program.
fn engine_program() -> Result<PathBuf, ApiError> {
    let name = format!("landfall{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join(&name)));
    beside.filter(|path| path.is_file()).ok_or_else(|| {
        let message = format!("the program \"{name}\" is not beside this one");
        let hint = "Install Landfall again; its programs belong into one folder.";
        ApiError::new(Code::ProgramMissing, message, hint).about(name)
    })
}

/// One app a data folder.
fn own_name(places: &Places, identifier: &str) -> String {
    // A part of such a name begins with a letter.
    if places.chosen { format!("{identifier}.h{}", places.key()) } else { identifier.to_owned() }
}
