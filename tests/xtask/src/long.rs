//! `cargo xtask soak` and `cargo xtask bench`: what takes too long for every run, done by hand.

use std::process::ExitCode;

use crate::apt;
use crate::artifacts;
use crate::cargo;
use crate::failure::Failure;
use crate::layers;
use crate::page;
use crate::places::Places;
use crate::tools;

/// One of them: its name and the call of cargo that does it.
#[derive(Debug)]
pub(crate) struct Long {
    name: &'static str,
    about: &'static str,
    needs: Needs,
    cargo: &'static [&'static str],
}

/// What is built and installed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// The programs of the command line.
    Programs,
    /// The window, and a desktop to show it.
    Window,
    /// The same and a bare window beside it, both compiled as for people.
    Measured,
}

/// A soak is an ignored test whose name has `soak` in it.
macro_rules! soak {
    ($package:literal $(, $more:literal)*) => {
        &["test", "--package", $package, "--test", "it", "--", "soak", "--ignored", "--nocapture" $(, $more)*]
    };
}

pub(crate) const SOAKS: [Long; 3] = [
    Long {
        name: "watcher",
        about: "hostile writers, 50 rounds",
        needs: Needs::Programs,
        cargo: soak!("landfall-watch"),
    },
    Long {
        name: "journeys",
        about: "the kill -9 matrix, repeated",
        needs: Needs::Programs,
        cargo: soak!("landfall-tests", "--skip", "window::"),
    },
    Long {
        name: "window",
        about: "the first start in the real window, 20 times",
        needs: Needs::Window,
        cargo: soak!("landfall-tests", "--skip", "journeys::", "--test-threads", "1"),
    },
];

pub(crate) const BENCHES: [Long; 3] = [
    Long {
        name: "app",
        about: "the window beside a bare one: first paint, memory, load, 10,000 runs",
        needs: Needs::Measured,
        cargo: &[
            "test",
            "--package",
            "landfall-tests",
            "--test",
            "it",
            "--",
            "bench_app",
            "--ignored",
            "--nocapture",
        ],
    },
    Long {
        name: "watcher",
        about: "from a complete file to its event",
        needs: Needs::Programs,
        cargo: &["bench", "--package", "landfall-watch"],
    },
    Long {
        name: "report",
        about: "memory and time of a month of 84,000 rows, beside psql",
        needs: Needs::Programs,
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
    apt::ensure(&[apt::BUILD, apt::PYTHON, apt::FIXTURES, apt::SHELL].concat())?;
    match long.needs {
        Needs::Programs => {
            artifacts::install(&cargo::build_programs(places)?, places)?;
            layers::build_generator(places)?;
        }
        Needs::Window | Needs::Measured => {
            apt::ensure(apt::DESKTOP)?;
            page::build(places)?;
            artifacts::install(&cargo::build_all_programs(places)?, places)?;
        }
    }
    let mut environment = tools::environment(places)?;
    if long.needs == Needs::Measured {
        let folder = artifacts::install_measured(&cargo::build_measured(places)?, places)?;
        environment.retain(|(name, _)| *name != tools::PROGRAMS);
        environment.push((tools::PROGRAMS, folder));
    }
    let mut command = cargo::command(places);
    command.args(long.cargo).envs(environment);
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
