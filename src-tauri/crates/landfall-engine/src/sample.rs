//! The process of the sample database, from start to end.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use landfall_core::code::{ApiError, Code};
use landfall_core::state::{Event, SampleAddress, SampleSaid};
use landfall_database::sample_events::SampleEvent;
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::child::{Follower, Gone, WayToEnd};
use crate::engine::{Incoming, now};
use crate::programs;

/// It has nothing to save that it could not make again, so it is not given long.
const ENDS_WITHIN: Duration = Duration::from_secs(3);

pub(crate) struct SampleProcess {
    data: PathBuf,
    incoming: mpsc::Sender<Incoming>,
    working: Option<Working>,
}

struct Working {
    stop: oneshot::Sender<()>,
    life: JoinHandle<()>,
}

impl SampleProcess {
    pub(crate) fn new(data: PathBuf, incoming: mpsc::Sender<Incoming>) -> Self {
        Self { data, incoming, working: None }
    }

    pub(crate) fn start(&mut self) {
        let (stop, stopped) = oneshot::channel();
        let life = tokio::spawn(live(self.data.clone(), stopped, self.incoming.clone()));
        self.working = Some(Working { stop, life });
    }

    /// Its end arrives as an event.
    pub(crate) fn stop(&mut self) {
        if let Some(Working { stop, .. }) = self.working.take() {
            let _ = stop.send(());
        }
    }

    pub(crate) async fn stop_and_wait(&mut self) {
        if let Some(Working { stop, life }) = self.working.take() {
            let _ = stop.send(());
            let _ = tokio::time::timeout(ENDS_WITHIN * 2, life).await;
        }
    }
}

async fn live(data: PathBuf, stopped: oneshot::Receiver<()>, incoming: mpsc::Sender<Incoming>) {
    let error = match spawn(&data) {
        Ok(child) => follow(child, stopped, &incoming).await,
        Err(error) => Some(error),
    };
    let _ = incoming.send(Incoming::Event(Box::new(Event::SampleEnded { error, now: now() }))).await;
}

fn spawn(data: &std::path::Path) -> Result<Child, ApiError> {
    let program = programs::beside_this_one("landfall-sampledb")?;
    Command::new(&program)
        .arg("--data")
        .arg(data)
        .arg("--owned")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| {
            ApiError::new(
                Code::ProgramMissing,
                format!("the sample database could not be started: {error}"),
                "Install Landfall again.",
            )
            .about(program.display().to_string())
        })
}

/// Listens until the process is gone; gives what it said of its own failure.
async fn follow(
    child: Child,
    stopped: oneshot::Receiver<()>,
    incoming: &mpsc::Sender<Incoming>,
) -> Option<ApiError> {
    let mut follower = Follower::new(child, stopped, WayToEnd::ClosedPipe { within: ENDS_WITHIN });
    let mut failure = None;
    while let Some(line) = follower.next_line().await {
        hear(&line, &mut failure, incoming).await;
    }
    let Gone { status, last_words } = follower.gone().await;
    for line in last_words {
        tracing::info!("sample database: {line}");
    }
    tracing::info!("the sample database has ended: {status:?}");
    failure
}

async fn hear(line: &str, failure: &mut Option<ApiError>, incoming: &mpsc::Sender<Incoming>) {
    let said = match serde_json::from_str::<SampleEvent>(line) {
        Ok(SampleEvent::Filling { days_done, days_total }) => SampleSaid::Filling { days_done, days_total },
        Ok(SampleEvent::Ready { host, port, user, database, password: _ }) => {
            SampleSaid::Ready(SampleAddress { host, port, database, user })
        }
        Ok(SampleEvent::Failed { message, hint }) => {
            *failure = Some(ApiError::new(Code::SampleDatabase, message, hint));
            return;
        }
        Ok(SampleEvent::Rebuilding { reason }) => {
            tracing::warn!("the sample database is made anew: {reason}");
            return;
        }
        Ok(SampleEvent::Starting) => return,
        Err(_) => {
            tracing::warn!("the sample database said: {line}");
            return;
        }
    };
    let event = Event::SampleSaid { said, now: now() };
    let _ = incoming.send(Incoming::Event(Box::new(event))).await;
}
