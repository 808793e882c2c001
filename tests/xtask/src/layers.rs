//! The layers of `cargo xtask test`, cheapest first.

use std::fs;
use std::process::Command;

use crate::apt::{self, Package};
use crate::artifacts;
use crate::bed;
use crate::cargo;
use crate::elf;
use crate::failure::{Doing, Failure};
use crate::places::Places;
use crate::tools;

/// One layer.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// The Debian packages it needs.
    pub(crate) packages: &'static [&'static [Package]],
    pub(crate) work: Work,
}

/// What a layer does.
#[derive(Debug)]
pub(crate) enum Work {
    /// A call of cargo that passes or fails as a whole.
    Cargo(&'static [&'static str]),
    /// The same for a program that is installed first.
    Tool(fn(&Places) -> Result<Command, Failure>),
    /// Every check of the page, its tests, and the page itself.
    Page,
    /// Axe on every situation of the page in a real browser.
    Axe,
    /// The Linux generator, and whether it is static.
    Generator,
    /// All programs and all test programs.
    Build,
    /// The test programs of this layer's packages, with arguments for each.
    Tests(fn(&str) -> bool, &'static [&'static str]),
    /// The examples in the documentation.
    Examples,
}

const COMPILE: &[&[Package]] = &[apt::BUILD, apt::SHELL];
const TESTS: &[&[Package]] = &[apt::BUILD, apt::SHELL, apt::PYTHON, apt::FIXTURES];
const WINDOW: &[&[Package]] = &[apt::BUILD, apt::SHELL, apt::PYTHON, apt::FIXTURES, apt::DESKTOP];

const FORMAT: &[&str] = &["fmt", "--all", "--check"];
const LINTS: &[&str] = &["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"];

pub(crate) const LAYERS: [Layer; 19] = [
    Layer { name: "format", about: "rustfmt", packages: &[], work: Work::Cargo(FORMAT) },
    Layer { name: "typos", about: "spelling", packages: &[apt::PYTHON], work: Work::Tool(typos) },
    Layer {
        name: "machete",
        about: "unused dependencies",
        packages: &[apt::BUILD],
        work: Work::Tool(machete),
    },
    Layer { name: "licences", about: "cargo-deny", packages: &[apt::BUILD], work: Work::Tool(licences) },
    // Before whatever compiles the shell, which embeds it.
    Layer { name: "page", about: "format, lint, types, tests, sizes", packages: &[], work: Work::Page },
    Layer {
        name: "lints",
        about: "clippy, warnings are errors",
        packages: COMPILE,
        work: Work::Cargo(LINTS),
    },
    Layer { name: "build", about: "all programs and tests", packages: COMPILE, work: Work::Build },
    Layer {
        name: "tidy",
        about: "rules of the tree",
        packages: TESTS,
        work: Work::Tests(is_tests, &["tidy::"]),
    },
    Layer {
        name: "rules",
        about: "core, ledger, wire, engine",
        packages: TESTS,
        work: Work::Tests(is_rules, &[]),
    },
    Layer { name: "examples", about: "in the docs", packages: COMPILE, work: Work::Examples },
    Layer {
        name: "shell",
        about: "commands, tray, bindings",
        packages: TESTS,
        work: Work::Tests(is_shell, &[]),
    },
    Layer {
        name: "bed",
        about: "the parts of the bed of clusters",
        packages: &[apt::PYTHON],
        work: Work::Tool(bed::unit_tests),
    },
    Layer { name: "report", about: "the generator", packages: TESTS, work: Work::Tests(is_report, &[]) },
    Layer {
        name: "database",
        about: "traindb, sample",
        packages: TESTS,
        work: Work::Tests(is_database, &[]),
    },
    Layer {
        name: "watcher",
        about: "hostile writers",
        packages: TESTS,
        // They mostly wait for slow writers.
        work: Work::Tests(is_watcher, &["--test-threads", "8"]),
    },
    Layer { name: "axe", about: "every view in a real browser", packages: &[apt::BROWSER], work: Work::Axe },
    // Before the journeys, one of which measures it.
    Layer {
        name: "generator",
        about: "static build for Linux",
        packages: &[apt::BUILD],
        work: Work::Generator,
    },
    Layer {
        name: "journeys",
        about: "the command line, kill -9, fixtures",
        packages: TESTS,
        // They wait for each other's programs more than they work.
        work: Work::Tests(is_journeys, &["--skip", "tidy::", "--skip", "window::", "--test-threads", "4"]),
    },
    Layer {
        name: "window",
        about: "journeys in the real window",
        packages: WINDOW,
        // Each has a screen, a browser and an engine of its own.
        work: Work::Tests(is_tests, &["window::", "--test-threads", "2"]),
    },
];

/// The layers of these names in their own order; all of them without a name.
pub(crate) fn chosen(names: &[&str]) -> Result<Vec<&'static Layer>, Failure> {
    if let Some(unknown) = names.iter().find(|name| LAYERS.iter().all(|layer| layer.name != **name)) {
        return Err(Failure::Usage(format!("no layer `{unknown}`; there are:\n{}", list())));
    }
    Ok(LAYERS.iter().filter(|layer| names.is_empty() || names.contains(&layer.name)).collect())
}

/// The layers in order, a line each.
pub(crate) fn list() -> String {
    let line = |layer: &Layer| format!("  {:<10} {}", layer.name, layer.about);
    LAYERS.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn is_tests(package: &str) -> bool {
    package == "landfall-tests"
}

fn is_journeys(package: &str) -> bool {
    matches!(package, "landfall-tests" | "landfall-cli")
}

fn is_shell(package: &str) -> bool {
    package == "landfall-desktop"
}

fn is_report(package: &str) -> bool {
    package == "landfall-report"
}

fn is_database(package: &str) -> bool {
    matches!(package, "landfall-database" | "landfall-sample")
}

fn is_watcher(package: &str) -> bool {
    package == "landfall-watch"
}

/// Whatever no other layer takes, so that a new crate's tests run before anybody thinks of this table.
fn is_rules(package: &str) -> bool {
    let others = [is_journeys, is_shell, is_report, is_database, is_watcher];
    others.iter().all(|takes| !takes(package))
}

fn licences(places: &Places) -> Result<Command, Failure> {
    let mut command = tool(places, tools::DENY)?;
    command.args(["--workspace", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    Ok(command)
}

fn machete(places: &Places) -> Result<Command, Failure> {
    tool(places, tools::MACHETE)
}

fn typos(places: &Places) -> Result<Command, Failure> {
    let mut command = Command::new(tools::venv(places)?.join("typos"));
    command.current_dir(&places.root);
    Ok(command)
}

/// A tool of cargo's, called by its own path with cargo's environment.
fn tool(places: &Places, tool: tools::CargoTool) -> Result<Command, Failure> {
    let mut command = Command::new(tools::ensure(places, tool)?);
    command.current_dir(&places.root).env("CARGO_TARGET_DIR", &places.target);
    Ok(command)
}

/// Builds the static generator into its place; the text of an error says what is wrong with it.
pub(crate) fn build_generator(places: &Places) -> Result<(), Failure> {
    let made = cargo::build_generator(places)?;
    let bytes = fs::read(&made.executable).doing(|| format!("reading {}", made.executable.display()))?;
    if elf::is_static(&bytes) != Some(true) {
        let path = made.executable.display();
        return Err(Failure::Step(format!(
            "{path} is not a static program, so it can't run in an empty image"
        )));
    }
    let place = tools::static_generator(places);
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).doing(|| format!("making {}", folder.display()))?;
    }
    artifacts::copy(&made.executable, &place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_all_and_order_is_ours() {
        assert_eq!(chosen(&[]).expect("layers").len(), LAYERS.len());
        let two: Vec<_> =
            chosen(&["lints", "format"]).expect("layers").iter().map(|layer| layer.name).collect();
        assert_eq!(two, ["format", "lints"]);
    }

    #[test]
    fn an_unknown_name_lists_those_there_are() {
        let Err(failure) = chosen(&["format", "lint"]) else { panic!("`lint` is no layer") };
        let text = failure.to_string();
        assert!(text.starts_with("no layer `lint`") && text.contains("  lints "), "{text}");
    }

    #[test]
    fn every_package_has_exactly_one_layer_and_the_tests_three() {
        let takers = |package: &str| {
            LAYERS
                .iter()
                .filter(|layer| matches!(layer.work, Work::Tests(takes, _) if takes(package)))
                .count()
        };
        for package in [
            "landfall-core",
            "landfall-desktop",
            "landfall-report",
            "landfall-watch",
            "landfall-cli",
            "xtask",
            "a-new-one",
        ] {
            assert_eq!(takers(package), 1, "{package}");
        }
        assert_eq!(takers("landfall-tests"), 3, "tidy::, window:: and the rest");
    }
}
