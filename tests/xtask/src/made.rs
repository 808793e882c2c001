//! What is made by a command and committed: the page's types, and pictures of the page.

use std::fs;
use std::io;
use std::process::ExitCode;

use crate::apt;
use crate::cargo;
use crate::failure::{Doing, Failure};
use crate::page;
use crate::places::Places;
use crate::tools;

/// Writes `ui/src/lib/generated` from the types of Rust, by the test that compares the two.
pub(crate) fn bindings(places: &Places) -> Result<ExitCode, Failure> {
    apt::ensure(&[apt::BUILD, apt::SHELL].concat())?;
    let mut command = cargo::command(places);
    command.args(["test", "--quiet", "--package", "landfall-desktop", "--test", "it", "bindings"]);
    tools::succeed(command.env("LANDFALL_BINDINGS", "write"))?;
    Ok(ExitCode::SUCCESS)
}

/// Draws the page in a browser, with made-up reports, in every state, language, theme and size that counts.
pub(crate) fn screens(places: &Places) -> Result<ExitCode, Failure> {
    apt::ensure(apt::BROWSER)?;
    page::install(places)?;
    let folder = places.root.join("docs/screens");
    // What is no situation any more has no picture.
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).doing(|| format!("removing {}", folder.display()));
        }
        _ => {}
    }
    let mut command = page::npm(places, "screens");
    tools::succeed(command.arg("--").arg(&folder))?;
    Ok(ExitCode::SUCCESS)
}
