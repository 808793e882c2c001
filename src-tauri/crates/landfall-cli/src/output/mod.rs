//! Results on standard output, everything else on standard error.

pub(crate) mod escape;
pub(crate) mod table;
pub(crate) mod words;

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::{Error, Exit};
use escape::{safe, safe_lines};

const RED: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
const YELLOW: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow)));
const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Where and how this command talks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    pub(crate) json: bool,
    /// A person reads the result.
    pub(crate) result_on_terminal: bool,
    /// A person reads the notes.
    pub(crate) notes_on_terminal: bool,
    /// A person can answer.
    pub(crate) can_ask: bool,
}

#[expect(
    clippy::unused_self,
    reason = "whoever says something holds the output; a free function could be called by anybody"
)]
impl Output {
    pub(crate) fn of_this_process(json: bool) -> Self {
        let notes_on_terminal = io::stderr().is_terminal();
        Self {
            json,
            result_on_terminal: io::stdout().is_terminal(),
            notes_on_terminal,
            can_ask: notes_on_terminal && io::stdin().is_terminal(),
        }
    }

    /// One line of the result. Text from outside goes through [`escape::safe`] first.
    pub(crate) fn line(self, text: &str) -> Result<(), Error> {
        self.lines([text])
    }

    pub(crate) fn lines<T: AsRef<str>>(self, lines: impl IntoIterator<Item = T>) -> Result<(), Error> {
        let mut stdout = io::stdout().lock();
        for line in lines {
            check(stdout.write_all(line.as_ref().as_bytes()).and_then(|()| stdout.write_all(b"\n")))?;
        }
        check(stdout.flush())
    }

    /// A table, its header in bold on a terminal, cut to the terminal's width there.
    pub(crate) fn table(self, columns: &[table::Column], rows: &[Vec<String>]) -> Result<(), Error> {
        let width = self.result_on_terminal.then(terminal_width).flatten();
        let lines = table::lines(columns, rows, width);
        let Some((header, rows)) = lines.split_first() else { return Ok(()) };
        let mut stdout = anstream::stdout().lock();
        check(writeln!(stdout, "{BOLD}{header}{BOLD:#}"))?;
        for row in rows {
            check(writeln!(stdout, "{row}"))?;
        }
        check(stdout.flush())
    }

    /// Facts as aligned lines.
    pub(crate) fn facts(self, facts: &[(&str, String)]) -> Result<(), Error> {
        let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        self.lines(facts.iter().map(|(name, value)| format!("{name:<width$}  {}", safe(value))))
    }

    /// A path as the result: escaped for people, as it is for programs.
    pub(crate) fn path(self, path: &Path) -> Result<(), Error> {
        let text = path.display().to_string();
        if self.result_on_terminal { self.line(&safe(&text)) } else { self.line(&text) }
    }

    /// The result as JSON: one value, on one line in a pipe.
    pub(crate) fn json(self, value: &impl Serialize) -> Result<(), Error> {
        let text = if self.result_on_terminal {
            serde_json::to_string_pretty(value)
        } else {
            serde_json::to_string(value)
        };
        self.line(&text.map_err(|error| Error::Write(error.into()))?)
    }

    /// A note for the person, on standard error. That nobody reads it is no error.
    pub(crate) fn note(self, text: &str) {
        let _ = writeln!(anstream::stderr(), "{}", safe_lines(text));
    }

    pub(crate) fn warning(self, text: &str) {
        let _ = writeln!(anstream::stderr(), "{YELLOW}warning:{YELLOW:#} {}", safe_lines(text));
    }

    /// Tells how the command failed. `more` are facts that go beside the error in JSON.
    pub(crate) fn failure(self, error: &Error, where_details: &str) -> Exit {
        let exit = error.exit();
        if matches!(error, Error::OutputClosed) {
            return exit;
        }
        let told = error.to_api_error();
        if self.json {
            let mut value = json!({ "error": told });
            if let (
                Error::Run { run, .. } | Error::Interrupted { run: Some(run), .. },
                Value::Object(value),
            ) = (error, &mut value)
            {
                value.insert("run".to_owned(), serde_json::to_value(run).unwrap_or(Value::Null));
            }
            // There is no one to tell that telling failed.
            let _ = self.json(&value);
            return exit;
        }
        let mut stderr = anstream::stderr().lock();
        let message = safe_lines(&told.message);
        let _ = if message.is_empty() {
            Ok(())
        } else if exit == Exit::Interrupted {
            writeln!(stderr, "{message}")
        } else {
            writeln!(stderr, "{RED}error:{RED:#} {message}")
        };
        if let Some(subject) =
            told.subject.as_ref().filter(|subject| !told.message.contains(subject.as_str()))
        {
            let _ = writeln!(stderr, "  about: {}", safe(subject));
        }
        if !told.hint.is_empty() {
            let _ = writeln!(stderr, "  {}", safe_lines(&told.hint).replace('\n', "\n  "));
        }
        if !where_details.is_empty() && !matches!(error, Error::Interrupted { .. } | Error::Declined(_)) {
            let _ = writeln!(stderr, "{FAINT}  {}{FAINT:#}", safe(where_details));
        }
        exit
    }
}

fn check(written: io::Result<()>) -> Result<(), Error> {
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Error::OutputClosed,
        _ => Error::Write(error),
    })
}

/// Of standard output, else of standard error.
pub(crate) fn terminal_width() -> Option<usize> {
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    columns.filter(|columns| *columns > 0).or_else(system_width)
}

#[cfg(unix)]
fn system_width() -> Option<usize> {
    let size =
        rustix::termios::tcgetwinsize(io::stdout()).or_else(|_| rustix::termios::tcgetwinsize(io::stderr()));
    size.ok().map(|size| usize::from(size.ws_col)).filter(|width| *width > 0)
}

#[cfg(not(unix))]
fn system_width() -> Option<usize> {
    None
}
