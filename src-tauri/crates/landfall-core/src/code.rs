//! The error codes of the product, and the one shape in which every door shows an error.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong, as a stable word. A code exists only while a door acts on it or a script may.
///
/// The first eleven are the generator's; their process exit codes are part of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The period makes no sense: malformed, impossible, end before start, start in the future.
    Dates,
    /// Nothing answers at the database's host and port, or TLS could not be agreed on.
    DatabaseUnreachable,
    /// The database refused the user name or password.
    WrongPassword,
    /// The server answers but has no database of that name.
    DatabaseMissing,
    /// A table or column of the query is missing: the migrations did not run.
    TableMissing,
    /// The server ended the query (an administrator, a statement time-out, a shutdown).
    CancelledByServer,
    /// The reports folder can't be written to.
    TargetNotWritable,
    /// The disk of the reports folder is full, or would be.
    DiskFull,
    /// The report definition is wrong.
    Definition,
    /// Any other error of the database.
    DatabaseError,
    /// A person or program stopped it (SIGTERM).
    Cancelled,

    /// The engine or the computer stopped in the middle of a run.
    Interrupted,
    /// The generator ended in a way it never ends by itself (a signal, an unknown exit code).
    GeneratorCrashed,
    /// A program that belongs to Landfall is not where it should be.
    ProgramMissing,
    /// The sample database could not be started or filled.
    SampleDatabase,
    /// The settings name a server of the user's own, but no password is known.
    PasswordNeeded,
    /// No run, file, definition or setting of that name.
    NotFound,
    /// The object is in a state in which this can't be done.
    Conflict,
    /// The request needs a confirmation that was not given, or would lose something.
    Refused,
    /// The words of the request are wrong.
    Usage,
    /// A setting has a value that can't be used, or the settings file can't be read.
    Settings,
    /// The ledger was made by a newer Landfall, or can't be read.
    Ledger,
    /// The reports folder is gone or unplugged.
    FolderMissing,
    /// No program on this computer opens spreadsheets.
    NoSpreadsheetProgram,
    /// The engine can't be reached or started.
    EngineUnreachable,
    /// The engine that runs is of another version.
    EngineVersion,
    /// A fault of Landfall's own.
    Internal,
}

impl Code {
    /// The exit code of the generator for this error (contract, "Generator"), if it is one of the generator's.
    pub fn generator_exit(self) -> Option<u8> {
        GENERATOR_EXITS.iter().find(|(code, _)| *code == self).map(|(_, exit)| *exit)
    }

    /// The error that a generator's exit code stands for; `None` for 0 and for codes the generator never uses.
    pub fn of_generator_exit(exit: i32) -> Option<Self> {
        GENERATOR_EXITS.iter().find(|(_, known)| i32::from(*known) == exit).map(|(code, _)| *code)
    }

    /// The word as it stands in `--json` output.
    pub fn word(self) -> String {
        // Every variant is a unit variant, so that its JSON is one quoted word.
        serde_json::to_string(&self).unwrap_or_default().trim_matches('"').to_owned()
    }
}

const GENERATOR_EXITS: [(Code, u8); 11] = [
    (Code::Dates, 10),
    (Code::DatabaseUnreachable, 11),
    (Code::WrongPassword, 12),
    (Code::DatabaseMissing, 13),
    (Code::TableMissing, 14),
    (Code::CancelledByServer, 15),
    (Code::TargetNotWritable, 16),
    (Code::DiskFull, 17),
    (Code::Definition, 18),
    (Code::DatabaseError, 19),
    (Code::Cancelled, 143),
];

/// An error as every door shows it: what happened, and what a person can do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    pub code: Code,
    /// One sentence without a trailing period. Never holds a secret.
    pub message: String,
    /// What the person can do.
    pub hint: String,
    /// The run, file, setting or host it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

impl ApiError {
    pub fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into(), subject: None }
    }

    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generator_exits_go_there_and_back() {
        for (code, exit) in GENERATOR_EXITS {
            assert_eq!(code.generator_exit(), Some(exit));
            assert_eq!(Code::of_generator_exit(i32::from(exit)), Some(code));
        }
        assert_eq!(Code::of_generator_exit(0), None);
        assert_eq!(Code::Internal.generator_exit(), None);
    }

    #[test]
    fn codes_are_kebab_case_words() {
        assert_eq!(Code::DatabaseUnreachable.word(), "database-unreachable");
    }
}
