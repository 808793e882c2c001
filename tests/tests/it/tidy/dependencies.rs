//! Who may depend on what: a crate exists to keep one heavy dependency away from the others.

use toml::{Table, Value};

use super::tree::{Broken, Tree};
use super::{assert_breaks, assert_keeps, assert_kept};

/// A heavy dependency and the crates that may have it.
const HEAVY: [(&str, &[&str]); 12] = [
    ("rusqlite", &["landfall-store"]),
    ("pglite-oxide", &["landfall-sample"]),
    ("notify", &["landfall-watch"]),
    ("rust_xlsxwriter", &["landfall-report"]),
    ("tokio-postgres", &["landfall-database", "landfall-report", "landfall-sample"]),
    ("rustls", &["landfall-database"]),
    ("interprocess", &["landfall-wire"]),
    ("keyring", &["landfall-engine"]),
    ("clap", &["landfall-cli", "landfall-report", "landfall-sample"]),
    // The fixtures read workbooks, too, to judge what ours wrote.
    ("calamine", &["landfall-workbook", "landfall-tests"]),
    ("tauri", &["landfall-desktop", "landfall-bare"]),
    ("kube", &["landfall-cluster"]),
];

/// The pure crate knows no IO, no runtime, no clock of the system; and no room of ours, as all of them know it.
const NOT_IN_CORE: [&str; 9] = [
    "tokio",
    "tokio-util",
    "futures-util",
    "rustix",
    "tempfile",
    "tracing",
    "directories",
    "calamine",
    "bytes",
];

/// Dependencies that stand outside `[workspace.dependencies]`, as they are pins of one crate.
const PINS: [(&str, &str); 3] = [
    ("landfall-sample", "pglite-oxide"),
    ("landfall-sample", "virtual-mio"),
    ("landfall-sample", "virtual-net"),
];

#[test]
fn a_heavy_dependency_stays_in_its_room() {
    assert_kept(heavy);
    assert_breaks(heavy, "x/Cargo.toml", "[package]\nname = 'landfall-cli'\n[dependencies]\nrusqlite = '1'");
    let hidden = "[package]\nname = 'landfall-cli'\n[target.'cfg(unix)'.dependencies]\nkeyring = '4'";
    assert_breaks(heavy, "x/Cargo.toml", hidden);
    let own = "[package]\nname = 'landfall-store'\n[dependencies]\nrusqlite = '1'";
    let test = "[package]\nname = 'landfall-tests'\n[dev-dependencies]\nrust_xlsxwriter = '1'";
    assert_keeps(heavy, &[("x/Cargo.toml", own), ("y/Cargo.toml", test)]);
}

#[test]
fn the_core_stays_pure() {
    assert_kept(pure_core);
    assert_breaks(
        pure_core,
        "x/Cargo.toml",
        "[package]\nname = 'landfall-core'\n[dependencies]\ntokio = '1'",
    );
    assert_breaks(
        pure_core,
        "x/Cargo.toml",
        "[package]\nname = 'landfall-core'\n[dependencies]\nlandfall-wire = '1'",
    );
    assert_keeps(
        pure_core,
        &[("x/Cargo.toml", "[package]\nname = 'landfall-core'\n[dependencies]\nserde = '1'")],
    );
}

#[test]
fn versions_stand_in_the_workspace() {
    assert_kept(workspace_versions);
    assert_breaks(
        workspace_versions,
        "x/Cargo.toml",
        "[package]\nname = 'x'\n[dev-dependencies]\nserde = '1'",
    );
    let inherited =
        "[package]\nname = 'x'\n[dependencies]\nserde.workspace = true\ntoml = { workspace = true }";
    let pin = "[package]\nname = 'landfall-sample'\n[dependencies]\npglite-oxide = '0.5.1'";
    assert_keeps(workspace_versions, &[("x/Cargo.toml", inherited), ("y/Cargo.toml", pin)]);
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    assert_kept(lints);
    assert_breaks(lints, "x/Cargo.toml", "[package]\nname = 'x'");
    assert_keeps(lints, &[("x/Cargo.toml", "[package]\nname = 'x'\n[lints]\nworkspace = true")]);
}

fn heavy(tree: &Tree) -> Broken {
    let mut broken = Broken::new();
    for (path, manifest) in tree.manifests() {
        let package = name(&manifest);
        for (dependency, _) in dependencies(&manifest, &["dependencies", "build-dependencies"]) {
            let Some((_, rooms)) = HEAVY.iter().find(|(heavy, _)| *heavy == dependency) else { continue };
            if !rooms.contains(&package.as_str()) {
                broken.push(format!("{path}: `{dependency}` belongs to {}", rooms.join(", ")));
            }
        }
    }
    broken
}

fn pure_core(tree: &Tree) -> Broken {
    let mut broken = Broken::new();
    for (path, manifest) in tree.manifests().filter(|(_, manifest)| name(manifest) == "landfall-core") {
        for (dependency, _) in dependencies(&manifest, &["dependencies"]) {
            if NOT_IN_CORE.contains(&dependency.as_str()) || dependency.starts_with("landfall-") {
                broken.push(format!("{path}: the core is pure, without `{dependency}`"));
            }
        }
    }
    broken
}

fn workspace_versions(tree: &Tree) -> Broken {
    let mut broken = Broken::new();
    for (path, manifest) in tree.manifests() {
        let package = name(&manifest);
        let all = ["dependencies", "dev-dependencies", "build-dependencies"];
        for (dependency, value) in dependencies(&manifest, &all) {
            let inherited = value.get("workspace").and_then(Value::as_bool) == Some(true);
            if !inherited && !PINS.contains(&(package.as_str(), dependency.as_str())) {
                broken
                    .push(format!("{path}: `{dependency}` has its version outside [workspace.dependencies]"));
            }
        }
    }
    broken
}

fn lints(tree: &Tree) -> Broken {
    tree.manifests()
        .filter(|(_, manifest)| {
            manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool)
                != Some(true)
        })
        .map(|(path, _)| format!("{path}: no `[lints] workspace = true`"))
        .collect()
}

pub(crate) fn name(manifest: &Table) -> String {
    let name = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
    name.unwrap_or_default().to_owned()
}

/// The entries of these tables, also of those under `[target.…]`.
fn dependencies(manifest: &Table, kinds: &[&str]) -> Vec<(String, Value)> {
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let tables = targets.filter_map(Value::as_table).chain([manifest]);
    tables
        .flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table()))
        .flatten()
        .map(|(dependency, value)| (dependency.clone(), value.clone()))
        .collect()
}
