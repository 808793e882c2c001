//! `landfall engine status`, `stop` and `logs`. Plain `landfall engine` is the engine itself, see `main`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use landfall_core::api::{Command, EngineStatus, FolderState, Reply, SampleState};
use landfall_core::code::{ApiError, Code};
use landfall_door::{logs, unexpected};
use landfall_wire::{Door, WireError};
use serde_json::json;

use crate::arguments::EngineCommand;
use crate::clock;
use crate::error::{Error, Exit, Outcome};
use crate::output::escape::safe;
use crate::output::words;
use crate::question;
use crate::session::Surroundings;

const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(250);
/// Of a log, at most so much is read from its end at first.
const TAIL_BYTES: u64 = 1024 * 1024;

pub(crate) async fn carry_out(around: &Surroundings, command: EngineCommand) -> Outcome {
    match command {
        EngineCommand::Status => status(around).await,
        EngineCommand::Stop { even_if_busy } => stop(around, even_if_busy).await,
        EngineCommand::Logs { follow, lines } => show_logs(around, follow, lines).await,
    }
}

/// The door of the engine that runs; none is started.
async fn running(around: &Surroundings) -> Result<Option<Door>, Error> {
    match Door::connect(&around.places).await {
        Ok(door) => Ok(Some(door)),
        Err(WireError::Connect { .. } | WireError::Lost) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn status(around: &Surroundings) -> Outcome {
    let Some(door) = running(around).await? else {
        if around.output.json {
            around.output.json(&json!({ "running": false }))?;
        } else {
            around.output.note("No engine runs. It starts by itself when it is needed.");
        }
        return Ok(Exit::Nothing);
    };
    let status = match door.ask(Command::Status).await?? {
        Reply::Status(status) => status,
        other => return Err(unexpected(&other).into()),
    };
    if around.output.json {
        around.output.json(&json!({ "running": true, "status": status }))?;
    } else {
        around.output.facts(&facts(&status))?;
    }
    Ok(Exit::Done)
}

fn facts(status: &EngineStatus) -> Vec<(&'static str, String)> {
    let sample = match status.sample {
        SampleState::Off => "off".to_owned(),
        SampleState::Starting { days_done, days_total } => {
            format!("starting, {days_done} of {days_total} days")
        }
        SampleState::Ready { port } => format!("ready on port {port}"),
        SampleState::Stopping => "stopping".to_owned(),
    };
    let mut facts = vec![
        ("version", status.version.clone()),
        ("process", status.pid.to_string()),
        ("running since", words::moment(status.started_at, clock::now(), &clock::zone())),
        // This command is one of them.
        ("doors", status.doors.to_string()),
        ("live runs", status.live_runs.to_string()),
        ("sample database", sample),
        ("data", status.data_folder.clone()),
        ("logs", status.logs_folder.clone()),
    ];
    facts.extend(status.folders.iter().map(|folder| {
        let state = match &folder.state {
            FolderState::Scanning => "being looked through".to_owned(),
            FolderState::Events => "by events".to_owned(),
            FolderState::Polling { why } => format!("by looking once a second ({why})"),
            FolderState::Lost { reason } => format!("gone ({reason})"),
        };
        ("watches", format!("{} · {state}", folder.folder))
    }));
    facts.extend(status.crashes.iter().map(|path| ("crash report", path.clone())));
    facts
}

async fn stop(around: &Surroundings, even_if_busy: bool) -> Outcome {
    let Some(door) = running(around).await? else {
        if around.output.json {
            around.output.json(&json!({ "stopped": false }))?;
        } else {
            around.output.note("No engine runs.");
        }
        return Ok(Exit::Done);
    };
    let stop = |even_if_busy| door.ask(Command::StopEngine { even_if_busy });
    match stop(even_if_busy).await? {
        Ok(_) => {}
        Err(busy) if busy.code == Code::Refused && (around.output.can_ask || around.global.yes) => {
            around.output.note(&format!("{}.", busy.message));
            question::confirm(around, "Stop it all the same? What it is working on is cancelled.").await?;
            stop(true).await??;
        }
        Err(refused) => return Err(refused.into()),
    }
    if around.output.json {
        around.output.json(&json!({ "stopped": true }))?;
    } else {
        around.output.note("The engine ends. It starts again by itself when it is needed.");
    }
    Ok(Exit::Done)
}

async fn show_logs(around: &Surroundings, follow: bool, count: usize) -> Outcome {
    let Some(path) = logs::newest(&around.places.logs) else {
        let message = format!("there is no log in {}", around.places.logs.display());
        return Err(ApiError::new(Code::NotFound, message, "The engine writes one when it runs.").into());
    };
    let failed = |source| Error::file(&path)(source);
    let mut file = File::open(&path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES))).map_err(failed)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(count)..];
    if around.output.json {
        around.output.json(&json!({ "file": path, "lines": last }))?;
        return Ok(Exit::Done);
    }
    around.output.lines(last.iter().map(|line| safe(line).into_owned()))?;
    if !follow {
        around.output.note(&format!("From {}", path.display()));
        return Ok(Exit::Done);
    }
    let mut interruptions = around.interrupts.take();
    let mut rest = String::new();
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_AGAIN_AFTER) => {}
            () = interruptions.pressed() => {
                return Err(Error::Interrupted { message: "No longer following the log".to_owned(), run: None });
            }
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        rest.push_str(&String::from_utf8_lossy(&bytes));
        if let Some(end) = rest.rfind('\n') {
            let whole: String = rest.drain(..=end).collect();
            around.output.lines(whole.lines().map(|line| safe(line).into_owned()))?;
        }
        if bytes.is_empty() && is_replaced(&file, &path) {
            // It was rotated: go on with the new one.
            file = File::open(&path).map_err(failed)?;
        }
    }
}

/// Whether the path leads to another file by now.
#[cfg(unix)]
fn is_replaced(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(open), Ok(there)) => open.ino() != there.ino(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_replaced(_file: &File, _path: &Path) -> bool {
    false
}
