//! The database: its password, and long work on it.

use landfall_core::api::{Command, Password, Reply};
use landfall_core::code::ApiError;
use landfall_core::database::TaskKind;
use landfall_door::unexpected;

use super::{App, line, maybe_line};
use crate::page::PasswordKept;

#[tauri::command]
pub(super) async fn keep_password(
    app: App<'_>,
    password: Password,
    store: bool,
) -> Result<PasswordKept, ApiError> {
    line(&password.0)?;
    match app.engine.ask(Command::KeepPassword { password, store }).await? {
        Reply::PasswordKept { in_key_store } => Ok(PasswordKept { in_key_store }),
        other => Err(unexpected(&other)),
    }
}

/// Of the server that the settings name; never of others.
#[tauri::command]
pub(super) async fn forget_password(app: App<'_>) -> Result<(), ApiError> {
    app.engine.ask(Command::ForgetPassword { all: false }).await.map(drop)
}

#[tauri::command]
pub(super) async fn start_task(
    app: App<'_>,
    kind: TaskKind,
    confirmation: Option<String>,
) -> Result<u64, ApiError> {
    maybe_line(confirmation.as_deref())?;
    match app.engine.ask(Command::StartTask { kind, confirmation }).await? {
        Reply::TaskStarted { task } => Ok(task),
        other => Err(unexpected(&other)),
    }
}

#[tauri::command]
pub(super) async fn cancel_task(app: App<'_>, task: u64) -> Result<(), ApiError> {
    app.engine.ask(Command::CancelTask { task }).await.map(drop)
}
