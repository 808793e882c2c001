//! Going along with a run or a task until it is over, through Ctrl+C and the end of the engine.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use landfall_core::api::{AppEvent, Command, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::database::{DatabaseFacts, TaskKind, TaskState};
use landfall_core::progress::Level;
use landfall_core::run::{Run, RunState};
use landfall_door::{DoorError, Heard, Session, unexpected};

use crate::clock::now;
use crate::error::Error;
use crate::interrupts::Interruptions;
use crate::progress::ProgressLine;
use crate::session::Surroundings;

/// The rate and the time go on where no event comes.
const SHOW_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Where the workbook of a run is, or will be.
pub(crate) fn file_of(run: &Run) -> PathBuf {
    PathBuf::from(&run.folder).join(&run.file)
}

pub(crate) async fn show_run(session: &mut Session, run: u64) -> Result<Run, Error> {
    match session.ask(Command::ShowRun { run }).await? {
        Reply::Run { run } => Ok(*run),
        other => Err(unexpected(&other).into()),
    }
}

/// Asks for a run. A Ctrl+C meanwhile is kept for the run; the second leaves at once.
pub(crate) async fn ask_for_run(
    session: &mut Session,
    command: Command,
    interruptions: &mut Interruptions,
) -> Result<Reply, Error> {
    tokio::select! {
        reply = session.ask(command) => Ok(reply?),
        () = interruptions.pressed_twice() => {
            let message = "Left before the engine answered; landfall report list shows what it took".to_owned();
            Err(Error::Interrupted { message, run: None })
        }
    }
}

/// Waits until the run is over. Ctrl+C cancels this run and nothing else; pressed again, it leaves at once.
/// The session is subscribed.
pub(crate) async fn follow_run(
    around: &Surroundings,
    session: &mut Session,
    interruptions: &mut Interruptions,
    mut run: Run,
) -> Result<Run, Error> {
    let number = run.number;
    let mut progress = ProgressLine::new(around.output);
    let mut cancelled = false;
    while !run.state.is_over() {
        progress.show_run(&run, now(), Instant::now());
        tokio::select! {
            heard = session.hear() => match heard? {
                Heard::Event(event) => match *event {
                    AppEvent::RunChanged(changed) if changed.number == number => run = *changed,
                    AppEvent::RunLogged { run: of, line } if of == number && line.level == Level::Warning => {
                        progress.warn(&line.message);
                    }
                    AppEvent::Snapshot(snapshot) => {
                        let runs = snapshot.live.into_iter().chain(snapshot.recent);
                        run = runs.into_iter().find(|run| run.number == number).unwrap_or(run);
                    }
                    _ => {}
                },
                Heard::EngineRestarted => run = show_run(session, number).await?,
            },
            () = interruptions.pressed() => {
                if cancelled {
                    let message = format!("Left; run {number} is still being cancelled");
                    return Err(Error::Interrupted { message, run: Some(Box::new(run)) });
                }
                cancelled = true;
                progress.note(&format!("Cancelling run {number}; Ctrl+C again leaves at once."));
                match session.ask(Command::CancelRun { run: number }).await {
                    // It was over already: its end is shown.
                    Ok(_) | Err(DoorError::Refused(ApiError { code: Code::Conflict | Code::NotFound, .. })) => {}
                    Err(error) => return Err(error.into()),
                }
                run = show_run(session, number).await?;
            }
            () = tokio::time::sleep(SHOW_AGAIN_AFTER) => {}
        }
    }
    progress.end();
    if cancelled {
        let message = match &run.state {
            RunState::Succeeded { .. } => {
                format!("Run {number} had finished before it could be cancelled: {}", file_of(&run).display())
            }
            RunState::Failed { error, .. } => format!("Run {number} failed before it was cancelled: {error}"),
            _ => format!("Run {number} was cancelled; nothing else was stopped"),
        };
        return Err(Error::Interrupted { message, run: Some(Box::new(run)) });
    }
    match &run.state {
        RunState::Succeeded { .. } => Ok(run),
        RunState::Failed { error, .. } => Err(Error::Run { error: error.clone(), run: Box::new(run) }),
        _ => {
            let hint = format!("Someone cancelled it. Make it again with: landfall report retry {number}");
            let error = ApiError::new(Code::Cancelled, format!("run {number} was cancelled"), hint);
            Err(Error::Run { error, run: Box::new(run) })
        }
    }
}

/// Starts long work on the database and waits until it is over; gives what was done, in one sentence, and
/// what is there now.
/// Ctrl+C cancels it. The session is subscribed.
pub(crate) async fn work_on_database(
    around: &Surroundings,
    session: &mut Session,
    kind: TaskKind,
    confirmation: Option<String>,
) -> Result<(String, DatabaseFacts), Error> {
    // Before it is asked for, so that no Ctrl+C falls in between.
    let mut interruptions = around.interrupts.take();
    let task = match session.ask(Command::StartTask { kind, confirmation }).await? {
        Reply::TaskStarted { task } => task,
        other => return Err(unexpected(&other).into()),
    };
    let mut progress = ProgressLine::new(around.output);
    progress.show_task(kind.title(), 0, 0, Instant::now());
    loop {
        tokio::select! {
            heard = session.hear() => match heard? {
                Heard::Event(event) => {
                    let AppEvent::TaskChanged(changed) = *event else { continue };
                    if changed.task != task {
                        continue;
                    }
                    match changed.state {
                        TaskState::Running { done, total } => {
                            progress.show_task(kind.title(), done, total, Instant::now());
                        }
                        TaskState::Succeeded { message, facts } => return Ok((message, *facts)),
                        TaskState::Failed { error } => return Err(error.into()),
                        TaskState::Cancelled => {
                            let message = format!("{}: cancelled", kind.title());
                            return Err(ApiError::new(Code::Cancelled, message, "Start it again when you like.").into());
                        }
                        // Another run or task has the database's one connection.
                        TaskState::Queued => progress.show_task("Waiting for the database", 0, 0, Instant::now()),
                    }
                }
                Heard::EngineRestarted => {
                    let message = format!("the engine ended in the middle of: {}", kind.title());
                    return Err(ApiError::new(Code::Interrupted, message, "Start it again; what was done is kept or undone whole.").into());
                }
            },
            () = interruptions.pressed() => {
                let _ = session.ask(Command::CancelTask { task }).await;
                let message = format!("{}: cancelled; nothing else was stopped", kind.title());
                return Err(Error::Interrupted { message, run: None });
            }
        }
    }
}
