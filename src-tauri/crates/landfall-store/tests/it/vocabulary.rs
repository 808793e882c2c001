//! The words the tests are written in.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::{Date, date};
use landfall_core::code::{ApiError, Code};
use landfall_core::names::{DEFAULT_PATTERN, workbook_name};
use landfall_core::period::{Period, PeriodChoice};
use landfall_core::run::{DatabaseUsed, FileState, Phase, Run, RunState};
use landfall_core::sidecar::{SCHEMA, Sidecar};
use landfall_store::{FileStamp, FoundSidecar, Ledger, NewFile, Opened};

pub(crate) const FOLDER: &str = "/home/person/kubernetes-reports";

/// A moment of the test: `second` seconds and a few nanoseconds after it began.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::new(1_795_339_800 + second, 123_456_789).unwrap()
}

/// A data folder of its own, gone with the test.
pub(crate) struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn ledger_path(&self) -> PathBuf {
        self.folder.path().join("ledger.sqlite3")
    }

    pub(crate) fn try_open(&self) -> Result<Opened, landfall_store::Error> {
        Ledger::open(&self.ledger_path(), at(0))
    }

    pub(crate) fn open(&self) -> Ledger {
        self.try_open().unwrap().ledger
    }

    /// Names and contents of all files, so that "untouched" can be asserted.
    pub(crate) fn contents(&self) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> = std::fs::read_dir(self.folder())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    }
}

/// A ledger of a data folder of its own.
pub(crate) fn new_ledger() -> (Home, Ledger) {
    let home = Home::new();
    let ledger = home.open();
    (home, ledger)
}

/// What tests say of a run, in steps.
pub(crate) trait RunWords {
    fn over(self, from: Date, to: Date) -> Self;
    fn of_definition(self, name: &str, title: &str) -> Self;
    fn with_parameter(self, name: &str, value: &str) -> Self;
    fn running(self) -> Self;
    fn succeeded(self) -> Self;
    fn failed(self) -> Self;
    fn cancelled(self) -> Self;
}

/// The run `number`, queued, of the built-in report over October 2026.
pub(crate) fn run(number: u64) -> Run {
    let requested_at = at(i64::try_from(number).unwrap() - 10_000);
    let mut run = Run {
        number,
        definition: String::new(),
        title: String::new(),
        definition_hash: String::new(),
        choice: PeriodChoice::PreviousMonth,
        period: Period { from: date(2026, 10, 1), to: date(2026, 10, 31), requested_to: None },
        timezone: "Europe/Rome".to_owned(),
        parameters: [("channel".to_owned(), "web".to_owned())].into(),
        database: DatabaseUsed::Sample,
        folder: FOLDER.to_owned(),
        file: String::new(),
        file_state: FileState::None,
        repeats: None,
        requested_at,
        steps: Vec::new(),
        state: RunState::Queued,
    };
    run.enter(Phase::Queued, requested_at);
    run.of_definition("ticketing-report", "Ticketing report")
}

impl RunWords for Run {
    fn over(mut self, from: Date, to: Date) -> Self {
        self.period = Period { from, to, requested_to: None };
        self.choice = PeriodChoice::Range { start: from, end: to };
        self.file = workbook_name(DEFAULT_PATTERN, &self.definition, &self.period, self.number);
        self
    }

    fn of_definition(mut self, name: &str, title: &str) -> Self {
        name.clone_into(&mut self.definition);
        title.clone_into(&mut self.title);
        self.definition_hash = format!("hash of {name}");
        self.file = workbook_name(DEFAULT_PATTERN, name, &self.period, self.number);
        self
    }

    fn with_parameter(mut self, name: &str, value: &str) -> Self {
        self.parameters.insert(name.to_owned(), value.to_owned());
        self
    }

    fn running(mut self) -> Self {
        self.enter(Phase::Querying, self.requested_at + jiff::SignedDuration::from_secs(1));
        self.state = RunState::Running { rows: 10, estimate: Some(4_000) };
        self
    }

    fn succeeded(self) -> Self {
        let mut run = self.running();
        let ended_at = run.requested_at + jiff::SignedDuration::from_secs(3);
        run.enter(Phase::Publishing, ended_at - jiff::SignedDuration::from_secs(1));
        let sha256 = format!("hash of {}", run.file);
        run.end(
            RunState::Succeeded { ended_at, rows: 4_000, bytes: 300_000, sha256, query_ms: 900 },
            ended_at,
        );
        run.file_state = FileState::Present;
        run
    }

    fn failed(self) -> Self {
        let mut run = self.running();
        let ended_at = run.requested_at + jiff::SignedDuration::from_secs(2);
        let error = ApiError::new(Code::DiskFull, "the disk is full", "Free some space").about(FOLDER);
        run.end(RunState::Failed { ended_at, rows: 10, error }, ended_at);
        run
    }

    fn cancelled(mut self) -> Self {
        let ended_at = self.requested_at + jiff::SignedDuration::from_secs(1);
        self.end(RunState::Cancelled { ended_at }, ended_at);
        self
    }
}

/// A workbook that a person is to hear of. Its content is named instead of hashed.
pub(crate) fn workbook(path: impl Into<PathBuf>, content: &str) -> NewFile {
    NewFile {
        path: path.into(),
        stamp: FileStamp {
            bytes: 300_000,
            modified_ns: 1_795_339_800_123_456_789,
            changed_ns: Some(7),
            inode: 42,
        },
        sha256: content.to_owned(),
        announce: true,
        run: None,
    }
}

pub(crate) fn silent(file: NewFile) -> NewFile {
    NewFile { announce: false, ..file }
}

/// The sidecar of a succeeded run, lying beside its workbook.
pub(crate) fn sidecar_of(run: &Run) -> FoundSidecar {
    let RunState::Succeeded { ended_at, rows, bytes, sha256, query_ms } = run.state.clone() else {
        panic!("only a succeeded run has a sidecar");
    };
    let sidecar = Sidecar {
        schema: SCHEMA,
        file: run.file.clone(),
        run: run.number,
        definition: run.definition.clone(),
        definition_hash: run.definition_hash.clone(),
        title: run.title.clone(),
        period: run.period,
        timezone: run.timezone.clone(),
        parameters: run.parameters.clone(),
        rows,
        bytes,
        sha256,
        queried_at: run.requested_at,
        query_ms,
        finished_at: ended_at,
        generator: "0.1.0".to_owned(),
    };
    FoundSidecar { sidecar, present: true }
}
