//! How a run or a task is doing: one live line on a terminal, plain lines elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use landfall_core::run::{Phase, Run, RunState};

use crate::output::escape::safe;
use crate::output::{Output, words};

const PLAIN_EVERY: Duration = Duration::from_secs(5);
/// Rows per second are taken over at least this time.
const RATE_OVER: Duration = Duration::from_secs(1);

pub(crate) struct ProgressLine {
    output: Output,
    bar: Option<ProgressBar>,
    phase: Option<Phase>,
    said_at: Option<Instant>,
    rate: Rate,
}

impl ProgressLine {
    pub(crate) fn new(output: Output) -> Self {
        // With --json in a terminal the notes are for a person all the same.
        let bar = output.notes_on_terminal.then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { output, bar, phase: None, said_at: None, rate: Rate::default() }
    }

    /// Shows where the run is.
    pub(crate) fn show_run(&mut self, run: &Run, now: Timestamp, at: Instant) {
        let rows = run.state.rows();
        self.rate.note(rows, at);
        let phase = run.phase();
        let text = run_text(run, self.rate.per_second(), now);
        if let Some(bar) = &self.bar {
            bar.set_message(text);
            return;
        }
        let new_phase = phase.is_some() && phase != self.phase;
        let due = rows > 0 && self.said_at.is_none_or(|said| at.duration_since(said) >= PLAIN_EVERY);
        if (new_phase || due) && !run.state.is_over() {
            self.phase = phase;
            self.said_at = Some(at);
            self.output.note(&format!("Run {}: {text}", run.number));
        }
    }

    /// Shows how far a task is.
    pub(crate) fn show_task(&mut self, title: &str, done: u64, total: u64, at: Instant) {
        let text = match (done, total) {
            (_, 0) => title.to_owned(),
            _ => format!(
                "{title} · {} of {} ({}%)",
                words::count(done),
                words::count(total),
                percent(done, total)
            ),
        };
        if let Some(bar) = &self.bar {
            bar.set_message(text);
        } else if self.said_at.is_none_or(|said| at.duration_since(said) >= PLAIN_EVERY) {
            self.said_at = Some(at);
            self.output.note(&text);
        }
    }

    /// A note above the live line.
    pub(crate) fn note(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.output.note(text)),
            None => self.output.note(text),
        }
    }

    pub(crate) fn warn(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.output.warning(text)),
            None => self.output.warning(text),
        }
    }

    /// Takes the live line away.
    pub(crate) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.end();
    }
}

/// The words about a run: phase, rows, share, speed, time.
fn run_text(run: &Run, rows_per_second: Option<u64>, now: Timestamp) -> String {
    let mut parts = vec![match (&run.state, run.phase()) {
        (RunState::Cancelling { .. }, _) => "Cancelling".to_owned(),
        (_, Some(phase)) => phase.title().to_owned(),
        (state, None) => state.word().to_owned(),
    }];
    let rows = run.state.rows();
    if rows > 0 {
        parts.push(match &run.state {
            RunState::Running { estimate: Some(estimate), .. } if *estimate > 0 => {
                // A guess of the planner: more than all is never shown.
                format!("{} rows, about {}%", words::count(rows), percent(rows, *estimate).min(99))
            }
            _ => words::counted(rows, "row", "rows"),
        });
    }
    if let Some(rate) = rows_per_second.filter(|rate| *rate > 0 && run.phase() == Some(Phase::WritingRows)) {
        parts.push(format!("{} rows/s", words::count(rate)));
    }
    let worked = run.worked(now);
    if worked > SignedDuration::from_secs(1) {
        parts.push(words::duration(worked));
    }
    safe(&parts.join(" · ")).into_owned()
}

fn percent(done: u64, total: u64) -> u64 {
    u64::try_from(u128::from(done) * 100 / u128::from(total.max(1))).unwrap_or(100).min(100)
}

/// Rows per second over the last moments.
#[derive(Debug, Default)]
struct Rate {
    from: Option<(Instant, u64)>,
    last: Option<u64>,
}

impl Rate {
    fn note(&mut self, rows: u64, at: Instant) {
        let (began, first) = *self.from.get_or_insert((at, rows));
        let passed = at.duration_since(began);
        if passed >= RATE_OVER {
            self.last = Some((rows.saturating_sub(first) as f64 / passed.as_secs_f64()) as u64);
            self.from = Some((at, rows));
        }
    }

    fn per_second(&self) -> Option<u64> {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_moments() {
        let start = Instant::now();
        let mut rate = Rate::default();
        rate.note(0, start);
        assert_eq!(rate.per_second(), None);
        rate.note(5_000, start + Duration::from_millis(500));
        assert_eq!(rate.per_second(), None);
        rate.note(20_000, start + Duration::from_secs(2));
        assert_eq!(rate.per_second(), Some(10_000));
        rate.note(20_000, start + Duration::from_secs(4));
        assert_eq!(rate.per_second(), Some(0));
    }

    #[test]
    fn a_share_is_never_more_than_all() {
        assert_eq!(
            (percent(1, 3), percent(9, 3), percent(u64::MAX, u64::MAX), percent(1, 0)),
            (33, 100, 100, 100)
        );
    }
}
