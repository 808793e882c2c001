//! What went wrong, with what to do about it.

use std::fmt;
use std::io;
use std::process::Command;

/// Why a command of ours can't go on.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line makes no sense; the text says what does.
    Usage(String),
    /// Debian packages are missing and can't be installed from here.
    Packages { missing: Vec<&'static str>, remedy: String },
    /// A program couldn't be started or a file not be touched.
    System { what: String, source: io::Error },
    /// A step ran and failed; its own output says why.
    Step(String),
}

impl Failure {
    pub(crate) fn usage(text: &str) -> Self {
        Self::Usage(text.to_owned())
    }

    pub(crate) fn starting(command: &Command, source: io::Error) -> Self {
        Self::System { what: format!("starting `{}`", command.get_program().display()), source }
    }

    /// The exit code: 2 is usage, as everywhere in Landfall.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            _ => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Step(text) => formatter.write_str(text),
            Self::Packages { missing, remedy } => {
                write!(formatter, "missing: {}\n{remedy}", missing.join(" "))
            }
            Self::System { what, source } => write!(formatter, "{what}: {source}"),
        }
    }
}

/// Names what was being done when the system refused.
pub(crate) trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, Failure>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, Failure> {
        self.map_err(|source| Failure::System { what: what(), source })
    }
}
