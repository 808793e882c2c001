//! `landfall report delete`: into the trash, or for good after time to think again.

use std::time::Duration;

use landfall_core::api::{Command, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::run::{FileState, Run, RunState};
use serde_json::json;

use crate::arguments::Delete;
use crate::error::{Error, Exit, Outcome};
use crate::following::{file_of, show_run};
use crate::output::words;
use crate::question;
use crate::report::{chosen, require_file};
use crate::session::{Session, Surroundings, unexpected};

/// Time to undo before a file is removed for good (contract, "What every issue of a door owes a user").
const THINK_AGAIN: u64 = 8;

pub(crate) async fn delete(around: &Surroundings, arguments: &Delete) -> Outcome {
    let mut session = Session::open(around).await?;
    let mut runs: Vec<Run> = Vec::new();
    for typed in &arguments.runs {
        let run = chosen(&mut session, typed).await?;
        if runs.iter().any(|known| known.number == run.number) {
            continue;
        }
        require_file(&run)?;
        runs.push(run);
    }
    for run in &runs {
        around.output.note(&format!("  {} · {} · {}", run.number, size(run), file_of(run).display()));
    }
    if arguments.dry_run {
        around.output.note("Nothing was deleted; these are what would be.");
        if around.output.json {
            around.output.json(&json!({ "dryRun": true, "runs": runs }))?;
        }
        return Ok(Exit::Done);
    }
    let total: u64 = runs.iter().map(bytes).sum();
    let how = if arguments.permanently { "for good" } else { "(into the trash, where there is one)" };
    let what = words::counted(runs.len() as u64, "spreadsheet", "spreadsheets");
    question::confirm(around, &format!("Delete {what}, {}, {how}?", words::bytes(total))).await?;

    let mut deleted = Vec::new();
    for run in runs {
        // --permanently and --yes together are as clear as a wish can be.
        let outcome = if arguments.permanently && around.global.yes {
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
            FileState::Missing => format!("Run {}: its file is gone.", run.number),
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
    let (answer, restarted) = session.ask_and_note_restart(Command::DeleteRun { run, permanently }).await;
    match answer {
        Ok(Reply::RunDeleted { run }) => Ok(*run),
        Ok(other) => Err(unexpected(&other)),
        Err(Error::Refused(error)) if restarted && error.code == Code::Conflict => {
            // The engine that died had done it, and could not say so.
            let run = show_run(session, run).await?;
            let gone = matches!(run.file_state, FileState::Trashed | FileState::Deleted | FileState::Missing);
            if gone { Ok(run) } else { Err(error.into()) }
        }
        Err(error) => Err(error),
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

fn bytes(run: &Run) -> u64 {
    match &run.state {
        RunState::Succeeded { bytes, .. } => *bytes,
        _ => 0,
    }
}

fn size(run: &Run) -> String {
    words::bytes(bytes(run))
}
