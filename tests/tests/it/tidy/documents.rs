//! What stands in documents, and what must not stand anywhere.

use toml::{Table, Value};

use super::dependencies::name;
use super::tree::{Broken, Tree, has_extension};
use super::{assert_breaks, assert_keeps, assert_kept};

const NEEDED: [&str; 6] =
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", ".ci/run"];

/// Joined here, so that this file keeps its own rule: folders of one machine, and hosts of registries.
const NOWHERE: [&str; 8] = [
    concat!("/roo", "t/"),
    concat!("/wor", "k/"),
    concat!("/home/", "user"),
    concat!("crates", ".io"),
    concat!("pypi", ".org"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
    concat!("deb.debian", ".org"),
];

#[test]
fn the_documents_are_there() {
    assert_kept(documents);
    let broken = documents(&Tree::of(&[("README.md", "x")]));
    assert_eq!(broken.len(), NEEDED.len() - 1, "{broken:?}");
}

#[test]
fn the_licence_is_the_one_of_the_crates() {
    assert_kept(licence);
    assert_breaks(licence, "LICENSE", "do as you like");
}

#[test]
fn the_changelog_has_the_current_version() {
    assert_kept(changelog);
    let workspace = ("Cargo.toml", "[workspace.package]\nversion = '0.2.0'");
    assert_keeps(changelog, &[workspace, ("CHANGELOG.md", "# Changelog\n\n## 0.2.0\n")]);
    assert_keeps(changelog, &[workspace, ("CHANGELOG.md", "# Changelog\n\n## Unreleased\n")]);
    assert!(!changelog(&Tree::of(&[workspace, ("CHANGELOG.md", "# Changelog\n\n## 0.1.0\n")])).is_empty());
}

#[test]
fn the_architecture_names_every_crate() {
    assert_kept(architecture);
    let manifest = ("x/Cargo.toml", "[package]\nname = 'landfall-x'");
    let members = ("Cargo.toml", "[workspace]\nmembers = [\n    \"x\", # a room\n]");
    assert_keeps(architecture, &[manifest, members, ("ARCHITECTURE.md", "* `landfall-x` is a room")]);
    assert!(!architecture(&Tree::of(&[manifest, members, ("ARCHITECTURE.md", "* `landfall-y`")])).is_empty());
}

#[test]
fn every_member_says_in_the_list_what_it_is() {
    assert_kept(members);
    assert_breaks(members, "Cargo.toml", "[workspace]\nmembers = [\n    \"x\",\n]");
    assert_keeps(members, &[("Cargo.toml", "[workspace]\nmembers = [\n    \"x\", # a room\n]")]);
}

#[test]
fn nothing_names_a_machine_or_a_registry() {
    assert_kept(machines);
    for forbidden in NOWHERE {
        assert_breaks(machines, "docs/a.md", &format!("see {forbidden}there"));
    }
    assert_keeps(machines, &[("Cargo.lock", NOWHERE[3])]);
}

fn documents(tree: &Tree) -> Broken {
    let missing = NEEDED.iter().filter(|path| tree.text(path).is_none_or(|text| text.trim().is_empty()));
    missing.map(|path| format!("{path} is missing")).collect()
}

fn licence(tree: &Tree) -> Broken {
    let text = tree.text("LICENSE").unwrap_or_default();
    let is_apache = text.contains("Apache License") && text.contains("END OF TERMS AND CONDITIONS");
    if is_apache { Broken::new() } else { vec!["LICENSE is not the text of Apache-2.0".to_owned()] }
}

fn changelog(tree: &Tree) -> Broken {
    let workspace: Table = tree.text("Cargo.toml").unwrap_or_default().parse().unwrap();
    let version = workspace["workspace"]["package"]["version"].as_str().unwrap();
    let text = tree.text("CHANGELOG.md").unwrap_or_default();
    let has = |word: &str| text.lines().any(|line| line.starts_with("## ") && line.contains(word));
    if has("Unreleased") || has(version) {
        return Broken::new();
    }
    vec![format!("CHANGELOG.md has a section neither of {version} nor `Unreleased`")]
}

fn architecture(tree: &Tree) -> Broken {
    let text = tree.text("ARCHITECTURE.md").unwrap_or_default();
    let unnamed = tree
        .manifests()
        .map(|(_, manifest)| name(&manifest))
        .filter(|name| !text.contains(&format!("`{name}`")));
    unnamed.map(|name| format!("ARCHITECTURE.md doesn't name `{name}`")).collect()
}

fn members(tree: &Tree) -> Broken {
    let text = tree.text("Cargo.toml").unwrap_or_default();
    let workspace: Table = text.parse().unwrap();
    let members = workspace.get("workspace").and_then(|workspace| workspace.get("members"));
    let members = members.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let described = |member: &str| {
        let start = format!("\"{member}\"");
        text.lines().any(|line| line.trim().starts_with(&start) && line.contains(" # "))
    };
    members
        .filter(|member| !described(member))
        .map(|member| format!("Cargo.toml: the member \"{member}\" has no comment that says what it is"))
        .collect()
}

fn machines(tree: &Tree) -> Broken {
    let mut broken = Broken::new();
    // A lock file holds the addresses that its tool writes.
    let ours = |path: &str| {
        !has_extension(path, "lock") && !path.ends_with("package-lock.json") && path != "LICENSE"
    };
    for (path, text) in tree.files().filter(|(path, _)| ours(path)) {
        for (number, line) in text.lines().enumerate() {
            for forbidden in NOWHERE.iter().filter(|forbidden| line.contains(**forbidden)) {
                broken.push(format!("{path}:{}: `{forbidden}` is of one machine or network", number + 1));
            }
        }
    }
    broken
}
