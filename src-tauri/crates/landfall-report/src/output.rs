//! What the program says: plain lines for people, or one JSON object a line for programs.

use std::io::{self, IsTerminal, Write};

use landfall_core::code::ApiError;
use landfall_core::progress::{Level, Progress};
use landfall_core::run::Phase;

/// Where progress goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    /// JSON lines on standard output, nothing else.
    Json,
    /// Lines on standard error; the path of the finished file is the only line on standard output.
    Plain,
}

impl Voice {
    pub(crate) fn say(self, progress: &Progress) {
        match self {
            Self::Json => {
                if let Ok(line) = serde_json::to_string(progress) {
                    write_line(&mut io::stdout().lock(), &line);
                }
            }
            Self::Plain => match progress {
                Progress::Phase { phase } => status(words(*phase)),
                Progress::Rows { rows, estimate } => match estimate {
                    Some(estimate) if estimate > rows => status(&format!("{rows} rows of about {estimate}")),
                    _ => status(&format!("{rows} rows")),
                },
                Progress::Log { level: Level::Information, message } => status(message),
                Progress::Log { level: Level::Warning, message } => status(&format!("warning: {message}")),
                Progress::Log { level: Level::Error, message } => status(&format!("error: {message}")),
                Progress::Finished(finished) => {
                    status(&format!("{} rows, {} bytes", finished.rows, finished.bytes));
                    write_line(&mut io::stdout().lock(), &finished.file);
                }
                Progress::Failed(error) => fail(error),
            },
        }
    }
}

fn fail(error: &ApiError) {
    status(&format!("error: {}", error.message));
    status(&format!("hint: {}", error.hint));
}

fn status(line: &str) {
    let mut out = io::stderr().lock();
    if out.is_terminal() {
        write_line(&mut out, line);
    } else {
        // In a log it helps to know who speaks.
        write_line(&mut out, &format!("ticketing-report: {line}"));
    }
}

/// A reader that went away is no reason to lose the report.
fn write_line(out: &mut dyn Write, line: &str) {
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn words(phase: Phase) -> &'static str {
    match phase {
        Phase::Queued => "Waiting",
        Phase::StartingDatabase => "Starting the sample database",
        Phase::Connecting => "Connecting to the database",
        Phase::Querying => "Querying",
        Phase::WritingRows => "Writing rows",
        Phase::Finishing => "Putting the workbook together",
        Phase::Checking => "Checking the workbook",
        Phase::Publishing => "Publishing",
    }
}
