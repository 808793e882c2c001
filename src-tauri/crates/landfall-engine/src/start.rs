//! The start of an engine, step by step, and its end.

use std::fs::File;
use std::process::ExitCode;
use std::time::Duration;

use jiff::Timestamp;
use landfall_core::state::Event;
use landfall_store::Ledger;
use landfall_wire::{FromDoor, Hello, Listener, Places, Standing};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use crate::engine::{Engine, Incoming};
use crate::journal::Journal;
use crate::{crash, reconcile, settings_file, sleep};

/// How often idleness is looked at.
const TICK: Duration = Duration::from_secs(1);

const LOCK_ATTEMPTS: u32 = 20;
const LOCK_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// How many things may wait for the engine's task before those who bring them have to wait.
const WAITING: usize = 4096;

/// Why an engine did not start.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error("the folders of Landfall could not be made")]
    MakeFolders(#[source] landfall_wire::WireError),
    #[error("the lock of the data folder could not be taken")]
    Lock(#[source] std::io::Error),
    #[error("the ledger could not be opened")]
    OpenLedger(#[source] landfall_store::Error),
    #[error("the control socket could not be opened")]
    Listen(#[source] landfall_wire::WireError),
    #[error("the runtime could not be started")]
    Runtime(#[source] std::io::Error),
}

/// `landfall engine`: serves the doors of `places` until nobody needs it. Ends at once, and well, where another
/// engine serves them already.
pub fn run(places: &Places) -> ExitCode {
    if let Err(error) = places.make() {
        return fail(&StartError::MakeFolders(error));
    }
    let journal = Journal::begin(&places.logs);
    crash::report_panics_into(&places.crashes, "engine");
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&StartError::Runtime(error)),
    };
    let ended = runtime.block_on(serve(places));
    // A file system that hangs must not keep an engine that has ended.
    runtime.shutdown_timeout(Duration::from_secs(2));
    drop(journal);
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &StartError) -> ExitCode {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    if let StartError::OpenLedger(error) = error {
        text = format!("{text}. {}", error.hint());
    }
    tracing::error!("the engine did not start: {text}");
    #[expect(clippy::print_stderr, reason = "the door that starts an engine shows the end of its stderr")]
    {
        eprintln!("{text}");
    }
    ExitCode::FAILURE
}

async fn serve(places: &Places) -> Result<(), StartError> {
    let Some(_lock) = take_lock(places)? else {
        tracing::info!("another engine serves this data folder");
        return Ok(());
    };
    let now = crate::engine::now();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), pid = std::process::id(), "engine starts");
    let mut ledger = open_ledger(places, now)?;
    reconcile::read_back(&mut ledger, places);
    let listener = Listener::bind(places).await.map_err(StartError::Listen)?;

    let (incoming, mut happened) = mpsc::channel(WAITING);
    let (standing, seen_standing) = watch::channel(Standing::IDLE);
    let (from_doors, mut doors) = mpsc::channel(WAITING);
    let doors_task =
        tokio::spawn(landfall_wire::serve(listener, Hello::current(), seen_standing, from_doors));

    let mut engine = Engine::new(places.clone(), ledger, incoming.clone(), standing, now);
    reconcile::settle_open_runs(&mut engine).await;
    engine.load_settings();
    let _settings_watch = settings_file::watch(places, incoming.clone());
    sleep::watch(incoming.clone());
    forward_signals(incoming.clone());

    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !engine.has_ended() {
        tokio::select! {
            biased;
            Some(from_door) = doors.recv() => engine.door_said(from_door),
            Some(incoming) = happened.recv() => engine.happened(incoming),
            _ = tick.tick() => engine.happened(Incoming::Event(Box::new(Event::Ticked { now: crate::engine::now() }))),
        }
    }
    engine.say_goodbye().await;
    // What doors ask from now on is answered by the next engine.
    doors.close();
    while let Ok(FromDoor::Asked { .. } | FromDoor::Opened { .. } | FromDoor::Closed { .. }) =
        doors.try_recv()
    {}
    doors_task.abort();
    tracing::info!("engine ends");
    Ok(())
}

/// The lock that makes this the only engine of its data folder; `None` where there is another one.
fn take_lock(places: &Places) -> Result<Option<File>, StartError> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&places.lock)
        .map_err(StartError::Lock)?;
    // A door that looks whether an engine lives holds the lock for a moment.
    for _ in 0..LOCK_ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => std::thread::sleep(LOCK_AGAIN_AFTER),
            Err(std::fs::TryLockError::Error(error)) => return Err(StartError::Lock(error)),
        }
    }
    Ok(None)
}

/// Opens the ledger. A damaged one is set aside; the new one is filled from the descriptions beside the reports.
fn open_ledger(places: &Places, now: Timestamp) -> Result<Ledger, StartError> {
    match Ledger::open(&places.ledger, now) {
        Ok(opened) => Ok(opened.ledger),
        Err(error) if error.is_damage() => {
            tracing::error!("the ledger is damaged and is set aside: {error}");
            landfall_store::set_aside(&places.ledger, now).map_err(StartError::OpenLedger)?;
            Ok(Ledger::open(&places.ledger, now).map_err(StartError::OpenLedger)?.ledger)
        }
        Err(error) => Err(StartError::OpenLedger(error)),
    }
}

/// SIGTERM and SIGINT end the engine in order; SIGHUP, which a closed terminal sends, does not concern it.
fn forward_signals(incoming: mpsc::Sender<Incoming>) {
    tokio::spawn(async move {
        let streams =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()), signal(SignalKind::hangup()));
        let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)) = streams else {
            tracing::error!("signals can't be received");
            return;
        };
        loop {
            tokio::select! {
                Some(()) = hangup.recv() => continue,
                Some(()) = terminate.recv() => {}
                Some(()) = interrupt.recv() => {}
            }
            let event = Event::Terminated { now: crate::engine::now() };
            if incoming.send(Incoming::Event(Box::new(event))).await.is_err() {
                return;
            }
        }
    });
}
