//! Files: short, and none that nobody compiles.

use super::tree::{Broken, Tree, has_extension};
use super::{assert_breaks, assert_keeps, assert_kept};

const LONGEST: usize = 400;

#[test]
fn no_file_is_longer_than_400_lines() {
    assert_kept(short_files);
    assert_breaks(short_files, "src/a.rs", &"\n".repeat(LONGEST + 1));
    assert_breaks(short_files, "bed/a.go", &"\n".repeat(LONGEST + 1));
    assert_keeps(short_files, &[("src/a.rs", &"\n".repeat(LONGEST)), ("a.md", &"\n".repeat(1000))]);
}

#[test]
fn every_file_stands_in_a_mod_list() {
    assert_kept(listed_modules);
    assert_breaks(listed_modules, "tests/it/lost.rs", "#[test] fn never_run() {}");
    let list = "mod a;\npub(crate) mod b;\n";
    assert_keeps(
        listed_modules,
        &[("x/src/lib.rs", list), ("x/src/a.rs", "mod c;"), ("x/src/a/c.rs", ""), ("x/src/b/mod.rs", "")],
    );
    let beside = "#[cfg(test)]\n#[path = \"a_tests.rs\"]\nmod tests;";
    assert_keeps(
        listed_modules,
        &[("x/src/lib.rs", "mod a;"), ("x/src/a.rs", beside), ("x/src/a_tests.rs", "")],
    );
    assert_keeps(listed_modules, &[("x/src/main.rs", ""), ("x/src/bin/y.rs", ""), ("x/build.rs", "")]);
}

#[test]
fn integration_tests_are_one_program_a_crate() {
    assert_kept(one_test_program);
    assert_breaks(one_test_program, "x/tests/second.rs", "");
    assert_breaks(one_test_program, "x/tests/other/main.rs", "");
    assert_keeps(
        one_test_program,
        &[("x/tests/it/main.rs", ""), ("tests/src/lib.rs", ""), ("tests/tests/it/a.rs", "")],
    );
}

fn short_files(tree: &Tree) -> Broken {
    let ours = tree.files().filter(|(path, _)| has_extension(path, "rs") || has_extension(path, "go"));
    let long = ours.map(|(path, text)| (path, text.lines().count()));
    long.filter(|(_, lines)| *lines > LONGEST)
        .map(|(path, lines)| format!("{path} has {lines} lines; over {LONGEST} it holds two things"))
        .collect()
}

fn listed_modules(tree: &Tree) -> Broken {
    let mut broken = Broken::new();
    for (path, _) in tree.sources() {
        let Some((folder, name)) = module(path) else { continue };
        let parents = [format!("{folder}.rs"), format!("{folder}/mod.rs")];
        let roots = ["lib.rs", "main.rs"].map(|root| format!("{folder}/{root}"));
        // A module may also take a file beside it by `#[path]`.
        let beside = format!("#[path = \"{name}.rs\"]");
        let mut siblings =
            tree.sources().filter(|(other, _)| other.rsplit_once('/').is_some_and(|(at, _)| at == folder));
        let by_path = siblings.any(|(_, text)| text.contains(&beside));
        let declared = parents
            .iter()
            .chain(&roots)
            .filter_map(|parent| tree.text(parent))
            .any(|text| declares(text, &name));
        if !declared && !by_path {
            broken.push(format!("{path}: no parent says `mod {name};`, so it is never compiled"));
        }
    }
    broken
}

/// The folder whose module lists this file, and the module's name; `None` for a file that cargo itself finds.
fn module(path: &str) -> Option<(String, String)> {
    let (folder, file) = path.rsplit_once('/')?;
    let name = file.strip_suffix(".rs")?;
    let of_cargo = ["lib", "main", "build"].contains(&name)
        || ["bin", "benches", "examples"].contains(&folder.rsplit('/').next()?);
    if of_cargo {
        return None;
    }
    if name == "mod" {
        let (parent, own) = folder.rsplit_once('/')?;
        return Some((parent.to_owned(), own.to_owned()));
    }
    Some((folder.to_owned(), name.to_owned()))
}

fn declares(text: &str, name: &str) -> bool {
    let list = format!("mod {name};");
    text.lines().map(str::trim).any(|line| line == list || line.ends_with(&format!(" {list}")))
}

/// Every file right in a crate's `tests/`, or a second folder with a `main.rs`, would be linked by itself.
fn one_test_program(tree: &Tree) -> Broken {
    tree.sources()
        .filter(|(path, _)| {
            let Some((_, inner)) = path.rsplit_once("/tests/") else { return false };
            !inner.contains('/')
                || (inner.ends_with("/main.rs") && inner != "it/main.rs" && inner.matches('/').count() == 1)
        })
        // A unit test's folder may have that name, and our own package has it.
        .filter(|(path, _)| !path.contains("/src/"))
        .map(|(path, _)| format!("{path}: integration tests live in `tests/it/`, one program a crate"))
        .collect()
}
