//! `landfall report delete`: into the trash, or for good after time to think again.

use std::time::Duration;

use landfall_core::api::{Command, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::library::ReportId;
use landfall_core::run::{FileState, Run, RunState};
use landfall_door::{DoorError, Session, unexpected};
use serde_json::json;

use crate::arguments::Delete;
use crate::error::{Error, Exit, Outcome};
use crate::following::{file_of, show_run};
use crate::output::words;
use crate::question;
use crate::report::{chosen, require_file};
use crate::session::{self, Surroundings};

/// Time to undo before a file is removed for good (contract, "What every issue of a door owes a user").
const THINK_AGAIN: u64 = 8;

pub(crate) async fn delete(around: &Surroundings, arguments: &Delete) -> Outcome {
    let mut session = session::open(around).await?;
    let mut runs: Vec<Run> = Vec::new();
    for typed in &arguments.runs {
        let run = chosen(&mut session, typed).await?;
        if runs.iter().any(|known| known.number == run.number) {
            continue;
        }
        if !only_listed(&run) {
            require_file(&run)?;
        }
        runs.push(run);
    }
    for run in &runs {
        let what = if only_listed(run) { "no file".to_owned() } else { words::bytes(bytes(run)) };
        around.output.note(&format!("  {} · {what} · {}", run.number, file_of(run).display()));
    }
    if arguments.dry_run {
        around.output.note("Nothing was deleted; these are what would be.");
        if around.output.json {
            around.output.json(&json!({ "dryRun": true, "runs": runs }))?;
        }
        return Ok(Exit::Done);
    }
    question::confirm(around, &question_about(&runs, arguments.permanently)).await?;

    let mut deleted = Vec::new();
    for run in runs {
        // --permanently and --yes together are as clear as a wish can be.
        let outcome = if only_listed(&run) {
            remove(&mut session, run.number, false).await
        } else if arguments.permanently && around.global.yes {
            remove(&mut session, run.number, true).await
        } else if arguments.permanently {
            remove_after_thinking(around, &mut session, &run).await
        } else {
            match remove(&mut session, run.number, false).await {
                Err(Error::Refused(ApiError { code: Code::Refused, message, .. })) => {
                    around.output.note(&format!("{}: {message}.", run.file));
                    remove_after_thinking(around, &mut session, &run).await
                }
                other => other,
            }
        };
        let run = outcome.inspect_err(|_| {
            if !deleted.is_empty() {
                around.output.note(&format!("{} deleted before that.", words::count(deleted.len() as u64)));
            }
        })?;
        around.output.note(&match run.file_state {
            FileState::Trashed => format!("Run {}: moved to the trash.", run.number),
            FileState::Missing => format!("Run {}: its file is gone; it is off the list.", run.number),
            FileState::None => format!("Run {}: off the list.", run.number),
            _ => format!("Run {}: deleted for good.", run.number),
        });
        deleted.push(run);
    }
    if around.output.json {
        around.output.json(&json!({ "runs": deleted }))?;
    }
    Ok(Exit::Done)
}

async fn remove(session: &mut Session, run: u64, permanently: bool) -> Result<Run, Error> {
    let command = Command::DeleteReport { id: ReportId::Run(run), permanently };
    let (answer, restarted) = session.ask_and_note_restart(command).await;
    match answer {
        Ok(Reply::ReportDeleted { .. }) => show_run(session, run).await,
        Ok(other) => Err(unexpected(&other).into()),
        Err(DoorError::Refused(error)) if restarted && error.code == Code::Conflict => {
            // The engine that died had done it, and could not say so.
            let run = show_run(session, run).await?;
            let gone = matches!(run.file_state, FileState::Trashed | FileState::Deleted | FileState::Missing);
            if gone { Ok(run) } else { Err(error.into()) }
        }
        Err(error) => Err(error.into()),
    }
}

/// Counts down; Ctrl+C keeps the file.
async fn remove_after_thinking(
    around: &Surroundings,
    session: &mut Session,
    run: &Run,
) -> Result<Run, Error> {
    let mut interruptions = around.interrupts.take();
    around.output.note(&format!("{} goes for good in {THINK_AGAIN} seconds; Ctrl+C keeps it.", run.file));
    for left in (1..=THINK_AGAIN).rev() {
        if around.output.notes_on_terminal && left < THINK_AGAIN {
            around.output.note(&format!("  {left} …"));
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            () = interruptions.pressed() => {
                let message = format!("The spreadsheet of run {} was kept", run.number);
                return Err(Error::Interrupted { message, run: None });
            }
        }
    }
    remove(session, run.number, true).await
}

/// A run that is over and has no file: it can only be taken off the list.
fn only_listed(run: &Run) -> bool {
    matches!(
        (&run.state, run.file_state),
        (RunState::Failed { .. } | RunState::Cancelled { .. }, _)
            | (RunState::Succeeded { .. }, FileState::Missing)
    )
}

fn question_about(runs: &[Run], permanently: bool) -> String {
    let listed = runs.iter().filter(|run| only_listed(run)).count() as u64;
    let files = runs.len() as u64 - listed;
    let off_the_list = format!("{} without a file off the list", words::counted(listed, "run", "runs"));
    if files == 0 {
        return format!("Take {off_the_list}?");
    }
    let total = words::bytes(runs.iter().filter(|run| !only_listed(run)).map(bytes).sum());
    let how = if permanently { "for good" } else { "(into the trash, where there is one)" };
    let delete = format!("Delete {}, {total}, {how}", words::counted(files, "spreadsheet", "spreadsheets"));
    if listed == 0 { format!("{delete}?") } else { format!("{delete}, and take {off_the_list}?") }
}

fn bytes(run: &Run) -> u64 {
    match &run.state {
        RunState::Succeeded { bytes, .. } => *bytes,
        _ => 0,
    }
}
