//! Calls of cargo, all with the same target folder.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::artifacts::{self, Artifact};
use crate::failure::{Doing, Failure};
use crate::places::Places;

/// The packages whose programs people get; built by the same call everywhere, so that it is a cache hit everywhere.
const PROGRAMS: [&str; 3] = ["landfall-cli", "landfall-report", "landfall-sample"];

/// The window. Its build embeds the page, so that is built before.
const SHELL: &str = "landfall-desktop";

/// The bare window that a bench measures ours beside.
const BARE: &str = "landfall-bare";

/// Where the Linux generator runs; an explicit target keeps its flags away from proc-macros.
pub(crate) const LINUX: &str = "x86_64-unknown-linux-gnu";

/// `cargo` in the checkout with our target folder.
pub(crate) fn command(places: &Places) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&places.root).env("CARGO_TARGET_DIR", &places.target).stdin(Stdio::null());
    // `cargo run` says these of xtask; a program that we start must not take them for its own.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "LD_LIBRARY_PATH"
        {
            command.env_remove(name);
        }
    }
    command
}

/// Builds the programs of the command line in the dev profile.
pub(crate) fn build_programs(places: &Places) -> Result<Vec<Artifact>, Failure> {
    build(places, &PROGRAMS)
}

/// The same with the window.
pub(crate) fn build_all_programs(places: &Places) -> Result<Vec<Artifact>, Failure> {
    build(places, &[&PROGRAMS[..], &[SHELL]].concat())
}

/// Builds what is measured, optimised: the two windows, and the engine in the program of the command line.
pub(crate) fn build_measured(places: &Places) -> Result<Vec<Artifact>, Failure> {
    let mut command = command(places);
    command.args(["build", "--bins", "--profile", "measured"]);
    command.args(["--package", SHELL, "--package", BARE, "--package", "landfall-cli"]);
    artifacts_of(command, "building what is measured")
}

fn build(places: &Places, packages: &[&str]) -> Result<Vec<Artifact>, Failure> {
    let mut command = command(places);
    command.args(["build", "--bins"]).args(packages.iter().flat_map(|name| ["--package", name]));
    artifacts_of(command, "building the programs")
}

/// Builds every test program of the workspace at once: one resolution of features, so nothing compiles twice.
pub(crate) fn build_tests(places: &Places) -> Result<Vec<Artifact>, Failure> {
    let mut command = command(places);
    command.args(["test", "--workspace", "--no-run"]);
    artifacts_of(command, "building the tests")
}

/// Builds the generator as it ships for Linux: one static file.
pub(crate) fn build_generator(places: &Places) -> Result<Artifact, Failure> {
    let mut command = command(places);
    command.args(["build", "--release", "--package", "landfall-report", "--bin", "ticketing-report"]);
    command.args(["--target", LINUX]).env("RUSTFLAGS", "-C target-feature=+crt-static");
    let made = artifacts_of(command, "building the generator")?;
    made.into_iter()
        .find(|artifact| artifact.target == "ticketing-report")
        .ok_or_else(|| Failure::Step("building the generator gave no program".to_owned()))
}

/// Runs a build and reads what it made. Its progress and errors stay on the terminal.
fn artifacts_of(mut command: Command, what: &str) -> Result<Vec<Artifact>, Failure> {
    command.arg("--message-format=json-render-diagnostics").stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|source| Failure::starting(&command, source))?;
    let lines = child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines);
    let made = lines.map_while(Result::ok).filter_map(|line| artifacts::parse(&line)).collect();
    let status = child.wait().doing(|| what.to_owned())?;
    if status.success() { Ok(made) } else { Err(Failure::Step(format!("{what} failed, see above"))) }
}
