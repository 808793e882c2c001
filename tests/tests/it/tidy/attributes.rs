//! Attributes and calls that need a reason or have no place here.

use super::tree::{Broken, Tree};
use super::{assert_breaks, assert_keeps, assert_kept};

const SHELLS: [&str; 6] = ["sh", "bash", "cmd", "cmd.exe", "powershell", "powershell.exe"];

#[test]
fn only_soaks_and_benches_are_ignored() {
    assert_kept(ignored_tests);
    assert_breaks(ignored_tests, "a.rs", "#[ignore]\nfn later() {}");
    assert_breaks(ignored_tests, "a.rs", "#[ignore = \"flaky\"]\nfn later() {}");
    assert_keeps(ignored_tests, &[("a.rs", "#[ignore = \"soak: by cargo xtask soak\"]\nfn soak() {}")]);
}

#[test]
fn every_exception_to_a_lint_says_why() {
    assert_kept(reasons);
    assert_breaks(reasons, "a.rs", "#[allow(clippy::unwrap_used)]\nfn f() {}");
    assert_breaks(reasons, "a.rs", "#![expect(\n    clippy::unwrap_used,\n)]\nfn f() {}");
    assert_keeps(
        reasons,
        &[("a.rs", "#[expect(\n    dead_code,\n    reason = \"read by (a) macro\"\n)]\nfn f() {}")],
    );
}

#[test]
fn no_program_is_started_through_a_shell() {
    assert_kept(shells);
    assert_breaks(shells, "a.rs", &format!("{}(\"sh\")", "Command::new"));
    assert_keeps(shells, &[("a.rs", "Command::new(\"show\")")]);
}

fn ignored_tests(tree: &Tree) -> Broken {
    let attribute = concat!("#[", "ignore");
    lines(tree)
        .filter(|(_, _, line)| {
            line.starts_with(attribute) && !line.contains("soak") && !line.contains("bench")
        })
        .map(|(path, number, _)| format!("{path}:{number}: an ignored test that is neither soak nor bench"))
        .collect()
}

fn reasons(tree: &Tree) -> Broken {
    let mut broken = Broken::new();
    for (path, text) in tree.sources() {
        for start in ["#[allow(", "#![allow(", "#[expect(", "#![expect("] {
            for (at, _) in text.match_indices(start) {
                // Only where an attribute can stand, not in a string as here above.
                let before = text[..at].rsplit('\n').next().unwrap_or_default();
                let attribute = text[at..].split(")]").next().unwrap_or_default();
                if before.trim().is_empty() && !attribute.contains("reason = \"") {
                    let number = text[..at].lines().count() + 1;
                    broken.push(format!("{path}:{number}: `{start}…` without a reason"));
                }
            }
        }
    }
    broken
}

fn shells(tree: &Tree) -> Broken {
    let calls = SHELLS.map(|shell| format!("{}(\"{shell}\")", "Command::new"));
    lines(tree)
        .filter(|(_, _, line)| calls.iter().any(|call| line.contains(call)))
        .map(|(path, number, _)| {
            format!("{path}:{number}: a shell; start the program itself, arguments as a list")
        })
        .collect()
}

/// Every line of every source, without its indentation, by path and number.
fn lines(tree: &Tree) -> impl Iterator<Item = (&str, usize, &str)> {
    tree.sources().flat_map(|(path, text)| {
        text.lines().enumerate().map(move |(number, line)| (path, number + 1, line.trim_start()))
    })
}
