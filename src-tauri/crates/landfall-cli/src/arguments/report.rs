//! The words of `landfall report`.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Make a report
    Run(RunArguments),
    /// List the runs, newest first
    List(List),
    /// Say everything about a run
    Show { run: u64 },
    /// Open the spreadsheet of a run
    Open(Open),
    /// Print the first rows of each sheet
    Preview(Preview),
    /// Print the log of a run
    Logs(Logs),
    /// Cancel a run
    Cancel { run: u64 },
    /// Make the report of an earlier run again, as a new run
    Retry(Retry),
    /// Delete the spreadsheets of runs
    Delete(Delete),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) period: PeriodArguments,
    /// Name of a report definition; the built-in one if left out
    #[arg(long, value_name = "NAME")]
    pub(crate) definition: Option<String>,
    /// Zone of the days, such as Europe/Rome
    #[arg(long, value_name = "ZONE")]
    pub(crate) timezone: Option<String>,
    /// A value for a parameter of the definition; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) parameters: Vec<(String, String)>,
    /// Where it is made
    #[arg(long, value_enum, default_value_t = Place::ThisComputer)]
    pub(crate) on: Place,
    /// Another folder for the spreadsheet than the reports folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) output: Option<String>,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
    /// Take the existing file if the same report was made already
    #[arg(long, conflicts_with = "again")]
    pub(crate) reuse: bool,
    /// Make it again without asking
    #[arg(long)]
    pub(crate) again: bool,
    /// Say what would be made, and make nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("period").required(true).args(["current_month", "previous_month", "start_date"]))]
pub(crate) struct PeriodArguments {
    /// From the 1st of this month to today
    #[arg(long)]
    pub(crate) current_month: bool,
    /// The whole month before this one
    #[arg(long)]
    pub(crate) previous_month: bool,
    /// First day, such as 2025-01-01
    #[arg(long, value_name = "DATE", requires = "end_date")]
    pub(crate) start_date: Option<String>,
    /// Last day, inclusive
    #[arg(long, value_name = "DATE", requires = "start_date", conflicts_with_all = ["current_month", "previous_month"])]
    pub(crate) end_date: Option<String>,
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Waiting {
    /// Wait until the report is done; this is the default
    #[arg(long, overrides_with = "no_wait")]
    pub(crate) wait: bool,
    /// Answer at once with the run's number
    #[arg(long)]
    pub(crate) no_wait: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Place {
    ThisComputer,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct List {
    /// Only runs in which all these words occur
    #[arg(long, value_name = "WORDS")]
    pub(crate) search: Option<String>,
    /// Only runs in this state
    #[arg(long, value_parser = ["queued", "running", "cancelling", "succeeded", "failed", "cancelled"])]
    pub(crate) state: Option<String>,
    /// Only runs of this definition
    #[arg(long, value_name = "NAME")]
    pub(crate) definition: Option<String>,
    /// At most this many; 0 for all
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub(crate) limit: u32,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Open {
    /// A run's number, or `latest`
    pub(crate) run: String,
    /// Open its folder instead
    #[arg(long)]
    pub(crate) folder: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Preview {
    /// A run's number, or `latest`
    pub(crate) run: String,
    /// How many rows of each sheet
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub(crate) rows: usize,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Logs {
    pub(crate) run: u64,
    /// Go on until the run is over
    #[arg(long, short)]
    pub(crate) follow: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Retry {
    pub(crate) run: u64,
    #[command(flatten)]
    pub(crate) waiting: Waiting,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Delete {
    /// Numbers of runs, or `latest`
    #[arg(required = true, value_name = "RUN")]
    pub(crate) runs: Vec<String>,
    /// Not into the trash: for good
    #[arg(long)]
    pub(crate) permanently: bool,
    /// Say what would be deleted, and delete nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

fn parameter(typed: &str) -> Result<(String, String), String> {
    let (name, value) = typed.split_once('=').ok_or("expected NAME=VALUE")?;
    if name.is_empty() {
        return Err("the name before = is missing".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}
