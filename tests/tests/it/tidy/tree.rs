//! The files that rules look at.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use landfall_tests::repository;
use toml::Table;

/// What breaks a rule, one line each.
pub(crate) type Broken = Vec<String>;

/// Not ours, or made by a build. Of hidden folders only these are part of the tree.
const SKIPPED: [&str; 3] = ["target", "node_modules", "dist"];
const HIDDEN: [&str; 3] = [".cargo", ".ci", ".github"];

/// Text files by their path from the top, with `/`.
#[derive(Debug)]
pub(crate) struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// The checkout.
    pub(crate) fn checkout() -> Self {
        let mut files = BTreeMap::new();
        read_folder(&repository::root(), "", &mut files);
        Self { files }
    }

    /// An example.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect() }
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    pub(crate) fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(|(path, _)| has_extension(path, "rs"))
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Every `Cargo.toml` but the workspace's own.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = (&str, Table)> {
        self.files()
            .filter(|(path, _)| path.ends_with("/Cargo.toml"))
            .map(|(path, text)| (path, text.parse().unwrap_or_else(|error| panic!("{path}: {error}"))))
    }
}

pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == extension)
}

fn read_folder(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            let hidden = name.starts_with('.') && !HIDDEN.contains(&name.as_str());
            if !hidden && !SKIPPED.contains(&name.as_str()) {
                read_folder(&entry.path(), &format!("{path}/"), files);
            }
        } else if kind.is_file()
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            // What isn't text is a picture or the like.
            files.insert(path, text);
        }
    }
}

#[test]
fn the_checkout_is_seen() {
    let tree = Tree::checkout();
    assert!(tree.text("Cargo.toml").is_some_and(|text| text.contains("[workspace]")));
    assert!(tree.text(".ci/run").is_some(), "hidden folders that are ours are read");
    assert!(tree.files().all(|(path, _)| !path.starts_with(".git/") && !path.starts_with("target/")));
}
