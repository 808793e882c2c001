//! Makes the database ready: started, migrated, and with exactly the window of sample rows.

use std::time::Duration;

use jiff::civil::Date;
use landfall_database::migrate::migrate;
use landfall_database::sample::{DAYS_TABLE, Filled, top_up};
use landfall_database::sample_events::SampleEvent;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};

use crate::directory::Directory;
use crate::error::Error;
use crate::postgres::{DATABASE, Postgres, USER};
use crate::say;

/// The database that is always there, from which another can be made.
const TEMPLATE: &str = "template1";

/// How long PostgreSQL may take to accept a connection: it may have to recover after a kill.
const CONNECT_DEADLINE: Duration = Duration::from_mins(1);

/// Opens the database in `directory`. One that can't be used is made anew, once: its rows are a pure function of the
/// seed and the day, so nothing is lost.
pub(crate) async fn open(directory: &Directory, seed: u64, today: Date) -> Result<Postgres, Error> {
    if directory.is_filled() {
        match fill(directory, seed, today).await {
            Err(error) if error.is_cured_by_rebuilding() => {
                say(&SampleEvent::Rebuilding { reason: error.message() });
            }
            other => return other,
        }
    }
    directory.clear().map_err(Error::ClearDirectory)?;
    let postgres = fill(directory, seed, today).await?;
    directory.mark_filled().map_err(Error::MarkFilled)?;
    Ok(postgres)
}

async fn fill(directory: &Directory, seed: u64, today: Date) -> Result<Postgres, Error> {
    let mut postgres = Postgres::start(directory).await?;
    if !directory.is_filled() {
        let session = Session::begin(&mut postgres, TEMPLATE).await?;
        let create = format!("CREATE DATABASE {DATABASE}");
        session.client.batch_execute(&create).await.map_err(Error::CreateDatabase)?;
        session.end().await?;
    }
    let mut session = Session::begin(&mut postgres, DATABASE).await?;
    if !directory.is_filled() {
        // In an empty database every reference is to a row of the same fill, so looking each up would only cost time.
        let trust = "SET session_replication_role = replica";
        session.client.batch_execute(trust).await.map_err(Error::CreateDatabase)?;
    }
    migrate(&mut session.client).await.map_err(Error::Fill)?;
    let report = |Filled { days_done, days_total, .. }| say(&SampleEvent::Filling { days_done, days_total });
    top_up(&mut session.client, seed, today, report).await.map_err(Error::Fill)?;
    check(&session.client).await?;
    session.end().await?;
    Ok(postgres)
}

/// After a crash of the computer pages may be lost, as PostgreSQL does not wait for the disk here.
async fn check(client: &Client) -> Result<(), Error> {
    let query = format!("SELECT (SELECT count(*) FROM tickets) >= (SELECT sum(tickets) FROM {DAYS_TABLE})");
    let row = client.query_one(&query, &[]).await.map_err(Error::CheckRows)?;
    if row.get(0) { Ok(()) } else { Err(Error::RowsMissing) }
}

struct Session {
    client: Client,
    connection: tokio::task::JoinHandle<Result<(), tokio_postgres::Error>>,
}

impl Session {
    async fn begin(postgres: &mut Postgres, database: &str) -> Result<Session, Error> {
        let stream = postgres.connect().await?;
        let mut config = Config::new();
        config.user(USER).dbname(database);
        let (client, connection) = timeout(CONNECT_DEADLINE, config.connect_raw(stream, NoTls))
            .await
            .map_err(|_| Error::WaitForPostgres { seconds: CONNECT_DEADLINE.as_secs() })?
            .map_err(Error::Connect)?;
        Ok(Session { client, connection: tokio::spawn(connection) })
    }

    /// Says goodbye and waits until PostgreSQL has closed, since it takes one connection at a time.
    async fn end(self) -> Result<(), Error> {
        drop(self.client);
        match self.connection.await {
            Ok(ended) => ended.map_err(Error::Connect),
            Err(_) => Ok(()),
        }
    }
}

impl Error {
    /// Whether a new, empty database could help: not when the disk or the computer is the trouble.
    fn is_cured_by_rebuilding(&self) -> bool {
        match self {
            Error::PostgresFailed { reason } => !reason.contains("No space left"),
            Error::WaitForPostgres { .. }
            | Error::CreateDatabase(_)
            | Error::Connect(_)
            | Error::ReachPostgres(_)
            | Error::CheckRows(_)
            | Error::RowsMissing => true,
            Error::Fill(error) => error.sql_state() != Some(&SqlState::DISK_FULL),
            _ => false,
        }
    }
}
