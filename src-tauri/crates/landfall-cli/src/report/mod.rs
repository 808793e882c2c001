//! `landfall report`: one file a verb.

mod cancel;
mod delete;
mod list;
mod logs;
mod open;
mod run;
mod show;

use landfall_core::api::{Command, Reply, RunFilter};
use landfall_core::code::{ApiError, Code};
use landfall_core::run::{FileState, Run, RunState};
use landfall_door::{Session, unexpected};

use crate::arguments::ReportCommand;
use crate::error::{Error, Outcome};
use crate::following;
use crate::session::Surroundings;

/// What this door offers where no program opens spreadsheets.
pub(crate) const INSTEAD_OF_OPENING: &str = "`landfall report preview` shows its first rows, \
                                             `landfall report open --folder` its folder.";

/// How many runs are looked through for the latest one with a file.
const LOOK_BACK: u32 = 200;

pub(crate) async fn carry_out(around: &Surroundings, command: ReportCommand) -> Outcome {
    match command {
        ReportCommand::Run(arguments) => run::make(around, arguments).await,
        ReportCommand::Retry(arguments) => run::make_again(around, &arguments).await,
        ReportCommand::List(arguments) => list::list(around, arguments).await,
        ReportCommand::Show { run } => show::show(around, run).await,
        ReportCommand::Open(arguments) => open::open(around, &arguments).await,
        ReportCommand::Preview(arguments) => open::preview(around, &arguments).await,
        ReportCommand::Logs(arguments) => logs::print(around, &arguments).await,
        ReportCommand::Cancel { run } => cancel::cancel(around, run).await,
        ReportCommand::Delete(arguments) => delete::delete(around, &arguments).await,
    }
}

/// The run of a number, or the newest one whose file is there.
async fn chosen(session: &mut Session, typed: &str) -> Result<Run, Error> {
    if typed != "latest" {
        let number = typed.parse().map_err(|_| {
            Error::usage(
                format!("\"{typed}\" is not the number of a run"),
                "Give a number such as 10003, or latest.",
            )
        })?;
        return following::show_run(session, number).await;
    }
    let filter =
        RunFilter { state: Some("succeeded".to_owned()), limit: Some(LOOK_BACK), ..RunFilter::default() };
    let runs = match session.ask(Command::ListRuns(filter)).await? {
        Reply::Runs { runs, .. } => runs,
        other => return Err(unexpected(&other).into()),
    };
    runs.into_iter().find(|run| run.file_state == FileState::Present).ok_or_else(|| {
        ApiError::new(
            Code::NotFound,
            "there is no finished report yet",
            "Make the first one: landfall report run --previous-month",
        )
        .into()
    })
}

/// Refuses a run without a file, with the reason.
fn require_file(run: &Run) -> Result<(), Error> {
    let number = run.number;
    let refuse = |code, message: String, hint: String| {
        Err(ApiError::new(code, message, hint).about(number.to_string()).into())
    };
    let again = format!("Make it again: landfall report retry {number}");
    match (&run.state, run.file_state) {
        (RunState::Succeeded { .. }, FileState::Present | FileState::None) => Ok(()),
        (RunState::Succeeded { .. }, FileState::Missing) => {
            let message = format!("the file of run {number} is no longer in {}", run.folder);
            refuse(Code::NotFound, message, again)
        }
        (RunState::Succeeded { .. }, FileState::Trashed) => {
            let message = format!("the file of run {number} is in the trash");
            refuse(Code::NotFound, message, format!("Take it out of the trash. {again}"))
        }
        (RunState::Succeeded { .. }, FileState::Deleted) => {
            refuse(Code::NotFound, format!("the file of run {number} was deleted"), again)
        }
        (state, _) if state.is_over() => {
            refuse(Code::NotFound, format!("run {number} made no file: it {}", ended(state)), again)
        }
        _ => {
            let hint = format!("Wait for it: landfall report logs {number} --follow");
            refuse(Code::Conflict, format!("run {number} is not over yet"), hint)
        }
    }
}

fn ended(state: &RunState) -> &'static str {
    match state {
        RunState::Cancelled { .. } => "was cancelled",
        _ => "failed",
    }
}
