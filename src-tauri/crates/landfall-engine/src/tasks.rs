//! Tests, migrations and sample rows: long work on the database that the settings name.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use landfall_core::code::ApiError;
use landfall_core::database::{DatabaseFacts, TaskKind, TaskState};
use landfall_core::plan;
use landfall_core::run::DatabaseUsed;
use landfall_core::settings::DatabaseSettings;
use landfall_core::state::{Event, SampleAddress};
use landfall_database::connect::{Connection, connect};
use landfall_database::{facts, migrate, sample};
use secrecy::SecretString;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::database::{self, connect_error, database_error, shown};
use crate::engine::{Engine, Incoming, now};

/// A person waits for the answer.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

pub(crate) struct Tasks {
    incoming: mpsc::Sender<Incoming>,
    working: HashMap<u64, CancellationToken>,
}

impl Tasks {
    pub(crate) fn new(incoming: mpsc::Sender<Incoming>) -> Self {
        Self { incoming, working: HashMap::new() }
    }

    /// The task is dropped where it stands: its connection closes, and the server undoes what was not committed.
    pub(crate) fn stop(&mut self, task: u64) {
        if let Some(stop) = self.working.remove(&task) {
            stop.cancel();
        }
    }
}

struct Work {
    task: u64,
    kind: TaskKind,
    used: DatabaseUsed,
    settings: DatabaseSettings,
    sample: Option<SampleAddress>,
    confirmation: Option<String>,
    incoming: mpsc::Sender<Incoming>,
}

impl Engine {
    pub(crate) fn start_task(
        &mut self,
        task: u64,
        kind: TaskKind,
        settings: DatabaseSettings,
        sample: Option<SampleAddress>,
        confirmation: Option<String>,
    ) {
        let lookup = self.secrets.lookup(&settings);
        let used = plan::database_used(&settings);
        let incoming = self.tasks.incoming.clone();
        let work = Work { task, kind, used, settings, sample, confirmation, incoming };
        let stop = CancellationToken::new();
        self.tasks.working.insert(task, stop.clone());
        tokio::spawn(async move {
            let incoming = work.incoming.clone();
            let done = async {
                let password = if work.sample.is_some() { None } else { lookup.await };
                work.run(password).await
            };
            let ended = tokio::select! {
                done = done => match done {
                    Ok((message, facts)) => TaskState::Succeeded { message, facts: Box::new(facts) },
                    Err(error) => TaskState::Failed { error },
                },
                () = stop.cancelled() => return,
            };
            let event = Event::TaskEnded { task, ended: Box::new(ended), now: now() };
            let _ = incoming.send(Incoming::Event(Box::new(event))).await;
        });
    }
}

impl Work {
    async fn run(&self, password: Option<SecretString>) -> Result<(String, DatabaseFacts), ApiError> {
        let started = Instant::now();
        let has_password = password.is_some();
        let target = match &self.sample {
            Some(address) => database::sample(address),
            None => database::server(&self.settings, password),
        };
        let mut connection = connect(&target, "Landfall", CONNECT_WITHIN)
            .await
            .map_err(|error| connect_error(&error, has_password).about(target.to_string()))?;
        let done = self.work_with(&mut connection, started).await;
        connection.close().await;
        done
    }

    async fn work_with(
        &self,
        connection: &mut Connection,
        started: Instant,
    ) -> Result<(String, DatabaseFacts), ApiError> {
        let failed = |error: landfall_database::Error| database_error(&error);
        let encrypted = connection.is_encrypted().await;
        let client = &mut connection.client;
        let message = match self.kind {
            TaskKind::Test => "The database answers.".to_owned(),
            TaskKind::Migrate => {
                let migrated = migrate::migrate(client).await.map_err(failed)?;
                match migrated.applied.len() {
                    0 => "The schema is up to date; nothing was changed.".to_owned(),
                    1 => format!("One migration was applied: {}.", migrated.applied.join(", ")),
                    many => format!("{many} migrations were applied: {}.", migrated.applied.join(", ")),
                }
            }
            TaskKind::LoadSample => {
                let today = now().to_zoned(TimeZone::UTC).date();
                let tell = |filled: sample::Filled| {
                    let event = Event::TaskProgressed {
                        task: self.task,
                        done: u64::from(filled.days_done),
                        total: u64::from(filled.days_total),
                        now: now(),
                    };
                    // Progress that finds the engine busy is left out; the next one says more.
                    let _ = self.incoming.try_send(Incoming::Event(Box::new(event)));
                };
                let confirmation = self.confirmation.as_deref();
                let loaded = sample::load(client, sample::DEFAULT_SEED, today, confirmation, tell)
                    .await
                    .map_err(failed)?;
                format!("{} sample tickets are there now.", loaded.topped_up.tickets)
            }
        };
        let facts = facts::facts(client).await.map_err(failed)?;
        let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok((message, shown(facts, self.used.clone(), encrypted, took_ms)))
    }
}
