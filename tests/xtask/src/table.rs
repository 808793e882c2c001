//! The table at the end of a run.

use std::fmt::Write;
use std::time::Duration;

use crate::tally::Tally;

/// One layer's row.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) layer: &'static str,
    pub(crate) tally: Tally,
    pub(crate) took: Duration,
}

/// The rows with a head and a foot, one line each.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = String::from("layer         passed   failed       time\n");
    let mut line = |name: &str, passed: u64, failed: u64, took: Duration| {
        // Writing to a string can't fail.
        let _ = writeln!(text, "{name:<12} {passed:>7}  {failed:>7}  {:>7.1} s", took.as_secs_f64());
    };
    for row in rows {
        line(row.layer, row.tally.passed, row.tally.failed, row.took);
    }
    let total = total(rows);
    line("all", total.passed, total.failed, rows.iter().map(|row| row.took).sum());
    text
}

/// All rows in one.
pub(crate) fn total(rows: &[Row]) -> Tally {
    let mut total = Tally::default();
    for row in rows {
        total.add(row.tally.clone());
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_foot_is_the_sum() {
        let row = |layer, passed, failed| Row {
            layer,
            tally: Tally { passed, failed, names: Vec::new() },
            took: Duration::from_millis(1500),
        };
        let text = table(&[row("format", 1, 0), row("rules", 120, 2)]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "format             1        0      1.5 s");
        assert_eq!(lines[3], "all              121        2      3.0 s");
        assert_eq!(lines[0].len(), lines[3].len());
    }
}
