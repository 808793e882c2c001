//! Rules of the tree that no compiler checks. A rule is a function from a [`Tree`] to what breaks it, so that each also
//! has a test that feeds it a bad example: a rule that can't fail is none.

mod attributes;
mod dependencies;
mod documents;
mod modules;
mod names;
mod tree;

use tree::{Broken, Tree};

/// Asserts that the checkout keeps the rule.
fn assert_kept(rule: fn(&Tree) -> Broken) {
    let broken = rule(&Tree::checkout());
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// Asserts that the rule speaks up about this one file, naming it, and gives what it says.
fn assert_breaks(rule: fn(&Tree) -> Broken, path: &str, text: &str) {
    let broken = rule(&Tree::of(&[(path, text)]));
    assert!(broken.iter().any(|line| line.contains(path)), "the rule is silent about {path}: {broken:?}");
}

/// Asserts that the rule has nothing to say about these files.
fn assert_keeps(rule: fn(&Tree) -> Broken, files: &[(&str, &str)]) {
    let broken = rule(&Tree::of(files));
    assert!(broken.is_empty(), "{broken:?}");
}
