//! `cargo xtask soak` and `cargo xtask bench`: what takes too long for every run, done by hand.

use std::process::ExitCode;

use crate::apt;
use crate::artifacts;
use crate::cargo;
use crate::failure::Failure;
use crate::layers;
use crate::places::Places;
use crate::tools;

/// One of them: its name and the call of cargo that does it.
#[derive(Debug)]
pub(crate) struct Long {
    name: &'static str,
    about: &'static str,
    cargo: &'static [&'static str],
}

/// A soak is an ignored test whose name has `soak` in it.
macro_rules! soak {
    ($package:literal) => {
        &["test", "--package", $package, "--test", "it", "--", "soak", "--ignored", "--nocapture"]
    };
}

pub(crate) const SOAKS: [Long; 2] = [
    Long { name: "watcher", about: "hostile writers, 50 rounds", cargo: soak!("landfall-watch") },
    Long { name: "journeys", about: "the kill -9 matrix, repeated", cargo: soak!("landfall-tests") },
];

pub(crate) const BENCHES: [Long; 2] = [
    Long {
        name: "watcher",
        about: "from a complete file to its event",
        cargo: &["bench", "--package", "landfall-watch"],
    },
    Long {
        name: "report",
        about: "memory and time of a month of 84,000 rows, beside psql",
        // What is measured are other programs, so the bench itself need not be optimised.
        cargo: &["bench", "--package", "landfall-report", "--bench", "month", "--profile", "dev"],
    },
];

/// Runs the one of that name; without a name it lists them.
pub(crate) fn run(
    places: &Places,
    kind: &str,
    all: &[Long],
    arguments: &[String],
) -> Result<ExitCode, Failure> {
    let list = || {
        all.iter().map(|long| format!("  {:<10} {}", long.name, long.about)).collect::<Vec<_>>().join("\n")
    };
    let Some(name) = arguments.first() else {
        println!("cargo xtask {kind} NAME, of:\n{}", list());
        return Ok(ExitCode::SUCCESS);
    };
    let Some(long) = all.iter().find(|long| long.name == name) else {
        return Err(Failure::Usage(format!("no {kind} `{name}`; there are:\n{}", list())));
    };
    apt::ensure(&[apt::BUILD, apt::PYTHON, apt::FIXTURES].concat())?;
    artifacts::install(&cargo::build_programs(places)?, places)?;
    layers::build_generator(places)?;
    let mut command = cargo::command(places);
    command.args(long.cargo).envs(tools::environment(places)?);
    let status = command.status().map_err(|source| Failure::starting(&command, source))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_once() {
        for all in [&SOAKS[..], &BENCHES[..]] {
            for long in all {
                assert_eq!(all.iter().filter(|other| other.name == long.name).count(), 1, "{}", long.name);
            }
        }
    }
}
