//! Options, signals and exit codes of `ticketing-report` (contract, "Generator").

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgGroup, Parser, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use landfall_core::code::{ApiError, Code};
use landfall_core::definition::BUILT_IN;
use landfall_core::names::REPORTS_FOLDER;
use landfall_core::period::{PeriodChoice, parse_date, resolve};
use landfall_core::progress::Progress;
use landfall_database::connect::Target;
use landfall_report::{Output, ReportError, Request, RunNumber, definitions, run};
use tokio::signal::unix::{SignalKind, signal};

use crate::output::Voice;
use crate::owner;

const EXIT_USAGE: u8 = 2;
const EXIT_INTERNAL: u8 = 1;
/// 128 and the number of SIGINT.
const EXIT_INTERRUPTED: u8 = 130;

/// Makes a report: the rows of a period, from PostgreSQL to an Excel workbook.
///
/// The database is named by DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD, DB_SSLMODE (disable, prefer, require,
/// verify-ca, verify-full) and DB_SSLROOTCERT, or by DATABASE_URL; a DB_ variable beats the same part of the URL.
///
/// Exit codes: 0 done, 2 usage, 10 dates, 11 database unreachable, 12 password, 13 database missing, 14 table missing,
/// 15 cancelled by the server, 16 target not writable, 17 disk full, 18 definition, 19 other database error,
/// 130 interrupted, 143 terminated.
#[derive(Debug, Parser)]
#[command(name = "ticketing-report", version, max_term_width = 110)]
#[command(group(ArgGroup::new("period").required(true).args(["start_date", "current_month", "previous_month"])))]
struct Arguments {
    /// First day, as 2025-01-31
    #[arg(long, value_name = "DAY", requires = "end_date")]
    start_date: Option<String>,
    /// Last day, which belongs to the period
    #[arg(long, value_name = "DAY", requires = "start_date")]
    end_date: Option<String>,
    /// From the 1st of this month to today
    #[arg(long)]
    current_month: bool,
    /// The whole month before this one
    #[arg(long)]
    previous_month: bool,
    /// A folder, or a file if it ends in .xlsx [default: kubernetes-reports in the home folder]
    #[arg(long, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Name of a report, or folder with report.toml and report.sql
    #[arg(long, value_name = "NAME|DIR", default_value = BUILT_IN)]
    definition: String,
    /// IANA zone of the days and times [default: the definition's, else UTC]
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// Value of a parameter of the report; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parse_parameter)]
    parameters: Vec<(String, String)>,
    /// How progress is told
    #[arg(long, value_enum, default_value_t = ProgressForm::Plain)]
    progress: ProgressForm,
    /// The run's number, where a ledger gives it
    #[arg(long, hide = true)]
    run: Option<u64>,
    /// Today, for tests and schedules that are late
    #[arg(long, hide = true, value_name = "DAY")]
    today: Option<String>,
    /// Stop when standard input ends
    #[arg(long, hide = true)]
    owned: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProgressForm {
    /// Lines for people on standard error; the finished file's path on standard output
    Plain,
    /// One JSON object a line on standard output
    Json,
}

fn parse_parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let voice = match arguments.progress {
        ProgressForm::Json => Voice::Json,
        ProgressForm::Plain => Voice::Plain,
    };
    keep_writers_panics_quiet();
    let owner = arguments.owned.then(owner::watch);
    let runtime =
        match tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build() {
            Ok(runtime) => runtime,
            Err(error) => {
                return stop(voice, &ApiError::new(Code::Internal, error.to_string(), "Try again."), None);
            }
        };
    let ended = runtime.block_on(make(arguments, voice, owner));
    // A name look-up or a write that hangs must not hold up the end.
    runtime.shutdown_background();
    match ended {
        Ok(finished) => {
            voice.say(&finished);
            ExitCode::SUCCESS
        }
        Err((error, exit)) => stop(voice, &error, exit),
    }
}

fn stop(voice: Voice, error: &ApiError, exit: Option<u8>) -> ExitCode {
    voice.say(&Progress::Failed(error.clone()));
    let exit = exit.or_else(|| error.code.generator_exit()).unwrap_or(match error.code {
        Code::Usage => EXIT_USAGE,
        _ => EXIT_INTERNAL,
    });
    ExitCode::from(exit)
}

async fn make(
    arguments: Arguments,
    voice: Voice,
    owner: Option<tokio::sync::oneshot::Receiver<()>>,
) -> Result<Progress, (ApiError, Option<u8>)> {
    let plain = |error: ReportError| (error.api_error(), None);
    let listen = |kind| {
        signal(kind).map_err(|error| (ApiError::new(Code::Internal, error.to_string(), "Try again."), None))
    };
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let request = request(arguments).map_err(plain)?;

    let mut exit = None;
    let owner = async {
        match owner {
            // An owner that is gone, or can't be watched, ends the run.
            Some(gone) => drop(gone.await),
            None => std::future::pending().await,
        }
    };
    let cancelled = async {
        tokio::select! {
            _ = terminate.recv() => {}
            () = owner => {}
            _ = interrupt.recv() => exit = Some(EXIT_INTERRUPTED),
        }
    };
    match Box::pin(run(&request, &mut |progress| voice.say(&progress), cancelled)).await {
        Ok(finished) => Ok(Progress::Finished(finished)),
        Err(error) => Err((error.api_error(), exit)),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the program's clock; everything else is given the time"
)]
fn clock() -> Timestamp {
    Timestamp::now()
}

fn request(arguments: Arguments) -> Result<Request, ReportError> {
    let home = std::env::var_os("LANDFALL_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let config = definitions::config_folder(home.as_deref());
    let found = definitions::find(&arguments.definition, config.as_deref())?;
    let built_in = found.is_built_in();
    let definition = found.definition;

    let zone_name = arguments
        .timezone
        .or_else(|| definition.timezone.as_ref().map(|(zone, _)| zone.clone()))
        .unwrap_or_else(|| "UTC".to_owned());
    let zone = TimeZone::get(&zone_name).map_err(|_| ReportError::Zone(zone_name.clone()))?;
    let now = clock();
    let today: Date = match &arguments.today {
        Some(text) => parse_date(text)?,
        None => now.to_zoned(zone.clone()).date(),
    };
    let choice = match (&arguments.start_date, &arguments.end_date) {
        (Some(start), Some(end)) => PeriodChoice::Range { start: parse_date(start)?, end: parse_date(end)? },
        _ if arguments.current_month => PeriodChoice::CurrentMonth,
        _ => PeriodChoice::PreviousMonth,
    };
    let target = Target::from_environment(|name| std::env::var(name).ok())?;
    Ok(Request {
        built_in,
        definition,
        period: resolve(choice, today)?,
        zone,
        zone_name,
        parameters: arguments.parameters.into_iter().collect::<BTreeMap<_, _>>(),
        target,
        output: output(arguments.output)?,
        run: match arguments.run {
            Some(run) => RunNumber::Fixed(run),
            None => RunNumber::FirstFree(u64::try_from(now.as_second()).unwrap_or_default()),
        },
        clock,
    })
}

fn output(given: Option<PathBuf>) -> Result<Output, ReportError> {
    if let Some(path) = given {
        let is_workbook = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
        return Ok(if is_workbook && !path.is_dir() { Output::File(path) } else { Output::Folder(path) });
    }
    // The reports folder is made at first use; every other folder must be there.
    let home = directories::BaseDirs::new().map(|places| places.home_dir().to_owned());
    let folder = home.unwrap_or_else(|| Path::new(".").to_owned()).join(REPORTS_FOLDER);
    match std::fs::create_dir_all(&folder) {
        Ok(()) => Ok(Output::Folder(folder)),
        Err(source) => Err(landfall_report::publish::PublishError::Create { path: folder, source }.into()),
    }
}

/// The workbook writer panics when its temporary file can't be written; that panic is caught and reported as the
/// error it is, and need not appear twice.
fn keep_writers_panics_quiet() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.payload_as_str().unwrap_or_default();
        if !landfall_report::is_reported_as_error(message) {
            usual(panic);
        }
    }));
}
