//! Runs: planned, made, followed, cancelled.

use landfall_core::api::{Command, LogLine, Reply, RunRequest};
use landfall_core::code::ApiError;
use landfall_core::library::{DefinitionSummary, RunPlan};
use landfall_core::run::Run;
use landfall_door::{token, unexpected};

use super::{App, line, maybe_line};
use crate::page::{RunForm, RunOutcome};

#[tauri::command]
pub(super) async fn plan_run(app: App<'_>, form: RunForm) -> Result<RunPlan, ApiError> {
    match app.engine.ask(Command::PlanRun(request(form, false)?)).await? {
        Reply::Plan(plan) => Ok(*plan),
        other => Err(unexpected(&other)),
    }
}

#[tauri::command]
pub(super) async fn run_report(
    app: App<'_>,
    form: RunForm,
    offer_existing: bool,
) -> Result<RunOutcome, ApiError> {
    match app.engine.ask(Command::RunReport(request(form, offer_existing)?)).await? {
        Reply::RunAccepted { run, notes } => Ok(RunOutcome::Accepted { run, notes }),
        Reply::RunExists { run } => Ok(RunOutcome::Exists { run }),
        other => Err(unexpected(&other)),
    }
}

#[tauri::command]
pub(super) async fn retry_run(app: App<'_>, run: u64) -> Result<Run, ApiError> {
    match app.engine.ask(Command::RetryRun { run, token: token() }).await? {
        Reply::RunAccepted { run, .. } => Ok(*run),
        other => Err(unexpected(&other)),
    }
}

#[tauri::command]
pub(super) async fn cancel_run(app: App<'_>, run: u64) -> Result<(), ApiError> {
    app.engine.ask(Command::CancelRun { run }).await.map(drop)
}

#[tauri::command]
pub(super) async fn show_run(app: App<'_>, run: u64) -> Result<Run, ApiError> {
    match app.engine.ask(Command::ShowRun { run }).await? {
        Reply::Run { run } => Ok(*run),
        other => Err(unexpected(&other)),
    }
}

#[tauri::command]
pub(super) async fn read_log(app: App<'_>, run: u64, after: u64) -> Result<Vec<LogLine>, ApiError> {
    match app.engine.ask(Command::ReadLog { run, after }).await? {
        Reply::Log { lines } => Ok(lines),
        other => Err(unexpected(&other)),
    }
}

#[tauri::command]
pub(super) async fn list_definitions(app: App<'_>) -> Result<Vec<DefinitionSummary>, ApiError> {
    match app.engine.ask(Command::ListDefinitions).await? {
        Reply::Definitions { definitions } => Ok(definitions),
        other => Err(unexpected(&other)),
    }
}

fn request(form: RunForm, offer_existing: bool) -> Result<RunRequest, ApiError> {
    maybe_line(form.definition.as_deref())?;
    maybe_line(form.timezone.as_deref())?;
    form.parameters.iter().try_for_each(|(name, value)| line(name).and(line(value)).map(drop))?;
    Ok(form.into_request(offer_existing, token()))
}
