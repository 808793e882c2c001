//! Names: none that says nothing.

use super::tree::{Broken, Tree};
use super::{assert_breaks, assert_keeps, assert_kept};

/// A name with one of these words is a name not yet found.
const EMPTY: [&str; 8] = ["Manager", "Service", "Helper", "Util", "Handler", "Processor", "Data", "Info"];
const EMPTY_PLACES: [&str; 11] = [
    "manager",
    "service",
    "helper",
    "util",
    "utils",
    "helpers",
    "handler",
    "processor",
    "common",
    "shared",
    "misc",
];
const ITEMS: [&str; 5] = ["struct ", "enum ", "trait ", "type ", "union "];

#[test]
fn no_type_has_an_empty_name() {
    assert_kept(types);
    assert_breaks(types, "a.rs", "pub(crate) struct RunManager {");
    assert_breaks(types, "a.rs", "enum FileInfo {");
    assert_keeps(
        types,
        &[("a.rs", "pub struct Database;\nstruct Information;\n// struct RunManager is no name")],
    );
}

#[test]
fn no_file_or_folder_has_an_empty_name() {
    assert_kept(places);
    assert_breaks(places, "src/utils.rs", "");
    assert_breaks(places, "src/common/a.rs", "");
    assert_breaks(places, "crates/landfall-shared/src/lib.rs", "");
    assert_keeps(places, &[("src/database.rs", "")]);
}

fn types(tree: &Tree) -> Broken {
    let mut broken = Broken::new();
    for (path, text) in tree.sources() {
        for (number, line) in text.lines().enumerate() {
            let Some(name) = declared(line) else { continue };
            if let Some(word) = words(name).find(|word| EMPTY.contains(word)) {
                broken.push(format!("{path}:{}: `{name}` says no more than without `{word}`", number + 1));
            }
        }
    }
    broken
}

fn places(tree: &Tree) -> Broken {
    let empty = |path: &str| {
        let stem = path.strip_suffix(".rs").unwrap_or(path);
        stem.split(['/', '-', '_']).any(|word| EMPTY_PLACES.contains(&word))
    };
    tree.sources()
        .filter(|(path, _)| empty(path))
        .map(|(path, _)| format!("{path}: name the file or folder after the thing in it"))
        .collect()
}

/// The name that this line declares a type by.
fn declared(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    if let Some(public) = rest.strip_prefix("pub") {
        rest = public
            .strip_prefix('(')
            .map_or(public, |inner| inner.split_once(')').map_or("", |(_, rest)| rest));
        rest = rest.trim_start();
    }
    let name = ITEMS.iter().find_map(|item| rest.strip_prefix(item))?;
    name.split(|character: char| !character.is_alphanumeric()).next()
}

/// `RunManager` is `Run` and `Manager`.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let starts: Vec<usize> =
        name.char_indices().filter(|(_, letter)| letter.is_uppercase()).map(|(at, _)| at).collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([name.len()]).collect();
    starts.into_iter().zip(ends).map(|(start, end)| &name[start..end])
}
