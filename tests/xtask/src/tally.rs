//! Counts of passed and failed, read from what test programs print.

/// What a layer came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// The names of what failed, for the end of the output.
    pub(crate) names: Vec<String>,
}

impl Tally {
    /// A check that is one thing: it passed or failed.
    pub(crate) fn check(name: &str, passed: bool) -> Self {
        if passed { Self { passed: 1, ..Self::default() } } else { Self::failure(name) }
    }

    pub(crate) fn failure(name: &str) -> Self {
        Self { passed: 0, failed: 1, names: vec![name.to_owned()] }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.names.extend(other.names);
    }

    /// Takes in one line of a test program's output.
    pub(crate) fn read(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += count(result, " passed");
            self.failed += count(result, " failed");
        } else if let Some(name) =
            line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED"))
        {
            self.names.push(name.to_owned());
        }
    }

    /// The same for a line of vitest: `Tests  1 failed | 120 passed (121)`, and ` FAIL  file > test`.
    pub(crate) fn read_vitest(&mut self, line: &str) {
        let line = line.trim();
        if let Some(result) = line.strip_prefix("Tests  ") {
            self.passed += count(result, " passed");
            self.failed += count(result, " failed");
        } else if let Some(name) = line.strip_prefix("FAIL  ") {
            self.names.push(name.to_owned());
        }
    }

    /// The same for a line of `ui/scripts/axe.js`: `ok  reports dark 900`, `BAD help light 1200`.
    pub(crate) fn read_axe(&mut self, line: &str) {
        if line.starts_with("ok ") {
            self.passed += 1;
        } else if let Some(name) = line.strip_prefix("BAD ") {
            self.add(Self::failure(&format!("axe {name}")));
        }
    }

    /// What the program's end adds: one that fails without counting a failed test crashed, hung or didn't start.
    pub(crate) fn ended(&mut self, program: &str, well: bool) {
        if !well && self.failed == 0 {
            self.add(Self::failure(&format!("{program} ended early")));
        }
    }
}

/// The number before the word: `ok. 3 passed; 1 failed; …`.
fn count(result: &str, word: &str) -> u64 {
    let before = result.split(word).next().unwrap_or_default();
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_programs_add_up() {
        let mut tally = Tally::default();
        for line in [
            "test a::b ... ok",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test c ... FAILED",
            "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            tally.read(line);
        }
        assert_eq!(tally, Tally { passed: 15, failed: 1, names: vec!["c".to_owned()] });
        tally.ended("it", false);
        assert_eq!(tally.failed, 1, "the failed test is the reason of the exit code");
    }

    #[test]
    fn results_of_the_page_are_counted() {
        let mut tally = Tally::default();
        for line in [
            " FAIL  src/lib/keys.test.ts > keys > are shown",
            " Test Files  1 failed | 4 passed (5)",
            "      Tests  1 failed | 120 passed | 2 skipped (123)",
        ] {
            tally.read_vitest(line);
        }
        assert_eq!((tally.passed, tally.failed), (120, 1));
        assert_eq!(tally.names, ["src/lib/keys.test.ts > keys > are shown"]);
        tally.read_vitest("      Tests  5 passed (5)");
        assert_eq!(tally.passed, 125);
    }

    #[test]
    fn situations_of_the_page_are_counted() {
        let mut tally = Tally::default();
        for line in ["ok  reports dark 900", "BAD help light 1200", "  label: <input>"] {
            tally.read_axe(line);
        }
        assert_eq!(
            (tally.passed, tally.failed, tally.names.as_slice()),
            (1, 1, &["axe help light 1200".to_owned()][..])
        );
    }

    #[test]
    fn a_crash_is_a_failure_though_nothing_was_counted() {
        let mut tally = Tally { passed: 2, ..Tally::default() };
        tally.ended("it", false);
        assert_eq!((tally.passed, tally.failed), (2, 1));
    }

    #[test]
    fn text_that_only_looks_like_a_result_counts_nothing() {
        let mut tally = Tally::default();
        tally.read("test result: maybe");
        tally.read("the test result: ok. 3 passed; 0 failed");
        assert_eq!(tally, Tally::default());
    }
}
