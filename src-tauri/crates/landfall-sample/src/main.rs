//! `landfall-sampledb`: a real PostgreSQL with sample rows, for people who have none.
//!
//! Two processes: the outer one owns the data directory and the public port, and takes one client after the other; the
//! inner one ([`backend`]) is PostgreSQL. Standard output is [`SampleEvent`]s, one JSON object a line. Exit codes:
//! 0 stopped as asked, 1 failed, 2 wrong usage, 3 another instance holds the data directory.

mod backend;
mod directory;
mod door;
mod error;
mod filling;
mod parent;
mod postgres;
mod relay;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use landfall_database::sample_events::SampleEvent;

use crate::directory::Directory;
use crate::door::Door;
use crate::error::Error;

/// A PostgreSQL server with sample rows on a free port of 127.0.0.1. It takes one connection at a time; others wait.
#[derive(Debug, Parser)]
#[command(name = "landfall-sampledb", version)]
struct Arguments {
    /// The folder that holds the database and everything it needs; made if missing
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// The number that all sample rows follow from
    #[arg(long, value_name = "N", default_value_t = landfall_database::sample::DEFAULT_SEED)]
    seed: u64,
    /// The day after the last day with rows, instead of today (UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// Stop when standard input ends or the parent process dies
    #[arg(long)]
    owned: bool,
    /// Be the inner process
    #[arg(long, hide = true)]
    backend: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let directory = Directory::at(&arguments.data);
    if arguments.backend {
        return backend::run(&directory);
    }
    match run(&arguments, &directory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&SampleEvent::Failed { message: error.message(), hint: error.hint() });
            error.exit_code()
        }
    }
}

fn run(arguments: &Arguments, directory: &Directory) -> Result<(), Error> {
    let today = arguments.today.unwrap_or_else(today_by_the_clock);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::StartRuntime)?;
    runtime.block_on(async {
        let stop = parent::asked_to_stop(arguments.owned)?;
        tokio::select! {
            served = serve(directory, arguments.seed, today) => served,
            () = stop => Ok(()),
        }
    })
}

#[expect(clippy::disallowed_methods, reason = "the clock is read here, once, and passed on as a value")]
fn today_by_the_clock() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// Serves until something fails. Dropping it ends the inner process.
async fn serve(directory: &Directory, seed: u64, today: Date) -> Result<(), Error> {
    let _lock = directory.lock()?;
    say(&SampleEvent::Starting);
    let mut postgres = filling::open(directory, seed, today).await?;
    let mut door = Door::open().await?;
    say(&SampleEvent::Ready {
        host: door.address.ip().to_string(),
        port: door.address.port(),
        user: postgres::USER.to_owned(),
        database: postgres::DATABASE.to_owned(),
        password: None,
    });
    loop {
        let client = door.next_client().await?;
        relay::serve(client, &mut postgres).await?;
    }
}

/// A reader that went away is no reason to fail: without one, `--owned` ends the process.
fn say(event: &SampleEvent) {
    if let Ok(line) = serde_json::to_string(event) {
        let mut output = std::io::stdout().lock();
        let _ = writeln!(output, "{line}").and_then(|()| output.flush());
    }
}
