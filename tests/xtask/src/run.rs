//! `cargo xtask run`: what is missing is installed, the programs are built, Landfall does its main job.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use crate::apt;
use crate::artifacts;
use crate::cargo;
use crate::failure::{Doing, Failure};
use crate::places::Places;

/// Last month's report from the sample database, or from the database in the settings.
const MAIN_JOB: [&str; 4] = ["report", "run", "--previous-month", "--wait"];

pub(crate) fn run(places: &Places, arguments: &[String]) -> Result<ExitCode, Failure> {
    let given = match arguments.split_first() {
        None => &[],
        Some((dashes, given)) if dashes == "--" => given,
        Some((other, _)) => {
            return Err(Failure::Usage(format!(
                "options for `landfall` stand after `--`: cargo xtask run -- {other}"
            )));
        }
    };
    apt::ensure(apt::BUILD)?;
    let programs = cargo::build_programs(places)?;
    artifacts::install(&programs, places)?;
    let landfall = places.programs.join("landfall");
    eprintln!("landfall is {}", landfall.display());
    if given.is_empty() { main_job(&landfall) } else { hand_over(&landfall, given) }
}

/// Progress goes to the terminal; the last line is the workbook's path.
fn main_job(landfall: &Path) -> Result<ExitCode, Failure> {
    let mut command = Command::new(landfall);
    command.args(MAIN_JOB).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|source| Failure::starting(&command, source))?;
    let mut last = String::new();
    for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
        let line = line.doing(|| "reading from landfall".to_owned())?;
        println!("{line}");
        if !line.trim().is_empty() {
            last = line;
        }
    }
    let status = child.wait().doing(|| "waiting for landfall".to_owned())?;
    if !status.success() {
        return Ok(exit_code(status.code()));
    }
    if Path::new(&last).is_file() {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Failure::Step("landfall ended well, but its last line is not the path of a workbook".to_owned()))
    }
}

fn hand_over(landfall: &Path, given: &[String]) -> Result<ExitCode, Failure> {
    let mut command = Command::new(landfall);
    let status = command.args(given).status().map_err(|source| Failure::starting(&command, source))?;
    Ok(exit_code(status.code()))
}

/// Its own code; 1 when a signal ended it.
fn exit_code(code: Option<i32>) -> ExitCode {
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
