//! `cargo xtask`: the two commands of the README, `run` and `test`, and what is made or measured by hand.
//!
//! Standard library only, so that it builds in seconds on a machine that has nothing yet.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to the person at the terminal")]

mod apt;
mod artifacts;
mod bed;
mod cargo;
mod elf;
mod failure;
mod layers;
mod long;
mod made;
mod page;
mod places;
mod run;
mod table;
mod tally;
mod test;
mod tools;

use std::env;
use std::process::ExitCode;

use failure::Failure;
use places::Places;

const USAGE: &str = "\
usage: cargo xtask run [-- OPTION…]         build and start Landfall: its window, or without a display its main job;
                                            OPTION… go to `landfall` instead
       cargo xtask test [--full] [LAYER…]   all checks and tests, or these layers only
       cargo xtask soak [NAME]              tests repeated for long; without a name: the list
       cargo xtask bench [NAME]             measurements; without a name: the list
       cargo xtask bed [COMMAND]            a real Kubernetes for tests; without a command: what there is
       cargo xtask bindings                 write the page's types anew from the Rust ones
       cargo xtask screens                  draw every view and state of the page into docs/screens";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<ExitCode, Failure> {
    let Some((command, rest)) = arguments.split_first() else {
        return Err(Failure::usage(USAGE));
    };
    match command.as_str() {
        "run" => run::run(&Places::find()?, rest),
        "test" => test::test(&Places::find()?, rest),
        "soak" => long::run(&Places::find()?, "soak", &long::SOAKS, rest),
        "bench" => long::run(&Places::find()?, "bench", &long::BENCHES, rest),
        "bed" => bed::run(&Places::find()?, rest),
        "bindings" => made::bindings(&Places::find()?),
        "screens" => made::screens(&Places::find()?),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(Failure::usage(&format!("no command `{other}`\n{USAGE}"))),
    }
}
