//! `cargo xtask run`: what is missing is installed, the programs are built, and Landfall starts: its window where there is
//! a display, else its main job on the command line.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use crate::apt;
use crate::artifacts;
use crate::cargo;
use crate::failure::{Doing, Failure};
use crate::page;
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
    if given.is_empty() && has_display() {
        return window(places);
    }
    apt::ensure(apt::BUILD)?;
    let programs = cargo::build_programs(places)?;
    artifacts::install(&programs, places)?;
    let landfall = places.programs.join("landfall");
    eprintln!("landfall is {}", landfall.display());
    if given.is_empty() { main_job(&landfall) } else { start(&landfall, given) }
}

/// Whether a window could be shown.
fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Builds the page and all programs, and starts the window; it finds the others beside it.
fn window(places: &Places) -> Result<ExitCode, Failure> {
    apt::ensure(&[apt::BUILD, apt::SHELL].concat())?;
    page::build(places)?;
    artifacts::install(&cargo::build_all_programs(places)?, places)?;
    let program = places.programs.join("landfall-desktop");
    eprintln!("the window is {}", program.display());
    start(&program, &[])
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

/// Starts a program in the foreground.
fn start(program: &Path, given: &[String]) -> Result<ExitCode, Failure> {
    let mut command = Command::new(program);
    let status = command.args(given).status().map_err(|source| Failure::starting(&command, source))?;
    Ok(exit_code(status.code()))
}

/// Its own code; 1 when a signal ended it.
fn exit_code(code: Option<i32>) -> ExitCode {
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
