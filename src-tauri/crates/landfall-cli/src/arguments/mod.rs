//! The words of the command line. Their meaning for people is in docs/cli.md.

mod report;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use landfall_core::api::ExistingReports;

pub(crate) use report::{
    Delete, List, Logs, Open, PeriodArguments, Preview, ReportCommand, Retry, RunArguments, Waiting,
};

const AFTER_HELP: &str = "\
Results go to standard output, everything else to standard error.
Exit codes: 0 done, 1 failed, 2 usage, 3 unhealthy or nothing found, 4 refused, 130 Ctrl+C.";

/// Reports from the ticketing database as finished spreadsheets.
#[derive(Debug, Parser)]
#[command(name = "landfall", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: TopCommand,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Print the result as JSON, errors too
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Answer yes to every question
    #[arg(long, short = 'y', global = true)]
    pub(crate) yes: bool,
    /// After an error, print details to copy into a report of the problem, without secrets
    #[arg(long, global = true)]
    pub(crate) details: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TopCommand {
    /// Make reports and look after them
    #[command(subcommand)]
    Report(ReportCommand),
    /// Print each finished spreadsheet as it arrives
    Watch(Watch),
    /// Test, fill and look at the database
    #[command(subcommand)]
    Db(DatabaseCommand),
    /// Read and change the settings
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// The process behind all doors; without a word after it, this process becomes the engine
    Engine {
        #[command(subcommand)]
        command: Option<EngineCommand>,
    },
    /// Print the completions of a shell
    Completions { shell: Shell },
    /// Print the manual page
    #[command(hide = true)]
    Man,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Watch {
    /// Open each finished spreadsheet
    #[arg(long)]
    pub(crate) open: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DatabaseCommand {
    /// Connect and say what is there
    Test(Save),
    /// Connect and say whether everything is as Landfall needs it; exit code 3 if not
    Status(Save),
    /// Bring the tables up to date
    Migrate {
        #[command(flatten)]
        writing: DatabaseWriting,
    },
    /// Fill an empty database of your own with sample rows
    Sample {
        #[command(flatten)]
        writing: DatabaseWriting,
        /// The name of the database, to fill it although it is not empty
        #[arg(long, value_name = "TYPED")]
        name: Option<String>,
    },
    /// Keep or forget the password
    #[command(subcommand)]
    Password(PasswordCommand),
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Save {
    /// Keep a password that was asked for in the key store of this computer
    #[arg(long)]
    pub(crate) save: bool,
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DatabaseWriting {
    #[command(flatten)]
    pub(crate) save: Save,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum PasswordCommand {
    /// Ask for the password, or read it from standard input, and keep it
    Set,
    /// Forget the password
    Forget,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SettingsCommand {
    /// Print the value of one setting
    Get { key: String },
    /// Print every setting, its value and what it is for
    List,
    /// Change one setting
    Set {
        key: String,
        value: String,
        #[command(flatten)]
        folder: FolderChange,
    },
    /// Put the default of one setting back
    Unset {
        key: String,
        #[command(flatten)]
        folder: FolderChange,
    },
    /// Print the path of the settings file
    Path,
    /// Remove Landfall's own data: runs, logs, the sample database. Never reports, never settings
    StartOver {
        /// Say what would be removed, and remove nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct FolderChange {
    /// What becomes of the reports in the present folder when reports.folder changes
    #[arg(long, value_enum)]
    pub(crate) existing: Option<Existing>,
    /// Say what would change, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Existing {
    /// They move to the new folder
    Move,
    /// They stay, and that folder is no longer watched
    Keep,
    /// They stay, and that folder is watched as well
    WatchBoth,
}

impl From<Existing> for ExistingReports {
    fn from(existing: Existing) -> Self {
        match existing {
            Existing::Move => Self::Move,
            Existing::Keep => Self::Keep,
            Existing::WatchBoth => Self::WatchBoth,
        }
    }
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(crate) enum EngineCommand {
    /// Say how the engine is; exit code 3 if none runs
    Status,
    /// End the engine
    Stop {
        /// Also when runs are going on, which are cancelled by it
        #[arg(long)]
        even_if_busy: bool,
    },
    /// Print the end of the engine's log
    Logs {
        /// Go on printing as it grows
        #[arg(long, short)]
        follow: bool,
        /// How many lines
        #[arg(long, default_value_t = 50, value_name = "N")]
        lines: usize,
    },
}

/// An absolute path of what was typed, `~` included, without asking whether it exists.
pub(crate) fn absolute(typed: &str, home: &std::path::Path) -> std::io::Result<PathBuf> {
    match typed.strip_prefix("~/") {
        Some(rest) => Ok(home.join(rest)),
        None if typed == "~" => Ok(home.to_path_buf()),
        None => std::path::absolute(typed),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_run_needs_exactly_one_period() {
        let parse = |words: &str| {
            Arguments::try_parse_from(format!("landfall report run {words}").split_whitespace())
        };
        for good in ["--current-month", "--previous-month", "--start-date 2025-01-01 --end-date 2025-01-31"] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "--current-month --previous-month",
            "--start-date 2025-01-01",
            "--current-month --end-date 2025-01-01",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn paths_may_be_relative_or_start_at_home() {
        let home = std::path::Path::new("/home/ada");
        assert_eq!(absolute("~/out", home).unwrap(), home.join("out"));
        assert_eq!(absolute("/srv", home).unwrap(), std::path::Path::new("/srv"));
        assert!(absolute("out", home).unwrap().is_absolute());
    }
}
