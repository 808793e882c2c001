//! `cargo xtask test`: the layers in order, going on after a failure, a table, and one closing line.

pub(crate) mod programs;

use std::process::{Command, ExitCode};
use std::time::Instant;

use crate::apt::{self, Package};
use crate::artifacts::{self, Artifact};
use crate::cargo;
use crate::failure::Failure;
use crate::layers::{self, Layer, Work};
use crate::page;
use crate::places::Places;
use crate::table::{self, Row};
use crate::tally::Tally;
use crate::tools;

/// What layers leave for the next ones.
struct Session<'a> {
    places: &'a Places,
    full: bool,
    /// The test programs, or that building them failed.
    built: Option<Result<Vec<Artifact>, ()>>,
}

pub(crate) fn test(places: &Places, arguments: &[String]) -> Result<ExitCode, Failure> {
    let (options, names): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|word| word.starts_with('-'));
    if options.iter().any(|option| matches!(*option, "--help" | "-h")) {
        println!("cargo xtask test [--full] [LAYER…], of:\n{}", layers::list());
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(unknown) = options.iter().find(|option| **option != "--full") {
        return Err(Failure::Usage(format!("no option `{unknown}`; there is --full")));
    }
    let chosen = layers::chosen(&names)?;
    apt::ensure(&packages(&chosen))?;

    let mut session = Session { places, full: !options.is_empty(), built: None };
    let mut rows = Vec::new();
    for (number, layer) in chosen.iter().enumerate() {
        println!("\n=== {} ({} of {}): {}", layer.name, number + 1, chosen.len(), layer.about);
        let started = Instant::now();
        let tally = session.run(layer).unwrap_or_else(|failure| {
            println!("{}: {failure}", layer.name);
            Tally::failure(layer.name)
        });
        rows.push(Row { layer: layer.name, tally, took: started.elapsed() });
    }
    let total = table::total(&rows);
    if !total.names.is_empty() {
        println!("\nfailed:\n  {}", total.names.join("\n  "));
    }
    println!("\n{}", table::table(&rows));
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The packages of all chosen layers, each once, for one call of apt.
fn packages(chosen: &[&Layer]) -> Vec<Package> {
    let mut all: Vec<Package> = Vec::new();
    for package in chosen.iter().flat_map(|layer| layer.packages).copied().flatten() {
        if !all.contains(package) {
            all.push(*package);
        }
    }
    all
}

fn check(layer: &Layer, mut command: Command) -> Result<Tally, Failure> {
    let status = command.status().map_err(|source| Failure::starting(&command, source))?;
    Ok(Tally::check(layer.name, status.success()))
}

impl Session<'_> {
    fn run(&mut self, layer: &Layer) -> Result<Tally, Failure> {
        match layer.work {
            Work::Cargo(arguments) => {
                let mut command = cargo::command(self.places);
                command.args(arguments);
                check(layer, command)
            }
            Work::Tool(command) => check(layer, command(self.places)?),
            Work::Page => page::check(self.places),
            Work::Axe => page::axe(self.places),
            Work::Generator => layers::build_generator(self.places).map(|()| Tally::check(layer.name, true)),
            Work::Build => {
                self.build();
                Ok(Tally::check(layer.name, matches!(self.built, Some(Ok(_)))))
            }
            Work::Tests(takes, arguments) => self.test_programs(layer, takes, arguments),
            Work::Examples => {
                let mut command = cargo::command(self.places);
                command.args(["test", "--workspace", "--doc", "--no-fail-fast", "--quiet"]);
                programs::run(command, layer.name, Tally::read)
            }
        }
    }

    /// Once in a run, whoever asks first.
    fn build(&mut self) -> Option<&[Artifact]> {
        if self.built.is_none() {
            let built = page::build(self.places)
                .and_then(|()| cargo::build_all_programs(self.places))
                .and_then(|programs| artifacts::install(&programs, self.places))
                .and_then(|()| cargo::build_tests(self.places));
            self.built = Some(built.map_err(|failure| println!("{failure}")));
        }
        self.built.as_ref().and_then(|built| built.as_deref().ok())
    }

    fn test_programs(
        &mut self,
        layer: &Layer,
        takes: fn(&str) -> bool,
        arguments: &[&str],
    ) -> Result<Tally, Failure> {
        let environment = tools::environment(self.places)?;
        let full = self.full;
        let Some(built) = self.build() else {
            println!("not run, as the build failed");
            return Ok(Tally::failure(&format!("{} (not built)", layer.name)));
        };
        let mut tally = Tally::default();
        for program in built.iter().filter(|artifact| artifact.is_test && takes(&artifact.package)) {
            let name = format!("{}/{}", program.package, program.target);
            println!("--- {name}");
            let mut command = Command::new(&program.executable);
            // As cargo itself starts it.
            command.args(arguments).current_dir(&program.folder).env("CARGO_MANIFEST_DIR", &program.folder);
            command.envs(environment.iter().map(|(variable, value)| (variable, value)));
            if full {
                command.env("LANDFALL_TEST_FULL", "1");
            }
            tally.add(programs::run(command, &name, Tally::read)?);
        }
        Ok(tally)
    }
}
