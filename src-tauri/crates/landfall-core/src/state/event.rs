//! What can happen to the engine, and what can follow.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use super::{GeneratorEnd, SampleAddress};
use crate::announcement::{FileStamp, Sighting};
use crate::api::{Answer, AppEvent, ExistingReports, FolderState};
use crate::code::ApiError;
use crate::database::{TaskKind, TaskState};
use crate::library::ReportId;
use crate::plan::PlannedRun;
use crate::progress::{Level, Progress};
use crate::run::Run;
use crate::settings::DatabaseSettings;
use crate::sidecar::Sidecar;

/// The command of a door that is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestRef {
    pub door: u64,
    pub request: u64,
}

/// Something that happened. Past tense; `now` is when the engine saw it.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    DoorOpened {
        door: u64,
        now: Timestamp,
    },
    DoorSubscribed {
        door: u64,
        presents: bool,
        now: Timestamp,
    },
    DoorClosed {
        door: u64,
        now: Timestamp,
    },

    RunRequested {
        request: RequestRef,
        planned: Box<PlannedRun>,
        now: Timestamp,
    },
    CancelRequested {
        request: RequestRef,
        run: u64,
        now: Timestamp,
    },
    /// At start: a run that the ledger holds as not over, and the workbook it had published, if it had.
    RunFound {
        run: Box<Run>,
        published: Option<Sidecar>,
        now: Timestamp,
    },
    GeneratorSaid {
        run: u64,
        said: Progress,
        now: Timestamp,
    },
    /// The generator is gone, or could not be started.
    GeneratorEnded {
        run: u64,
        end: GeneratorEnd,
        now: Timestamp,
    },

    SampleSaid {
        said: SampleSaid,
        now: Timestamp,
    },
    /// The sample database is gone, or could not be started; `error` is what it said last, if it said something.
    SampleEnded {
        error: Option<ApiError>,
        now: Timestamp,
    },

    TaskRequested {
        request: RequestRef,
        kind: TaskKind,
        connection: Box<DatabaseSettings>,
        confirmation: Option<String>,
        now: Timestamp,
    },
    TaskProgressed {
        task: u64,
        done: u64,
        total: u64,
        now: Timestamp,
    },
    TaskEnded {
        task: u64,
        ended: Box<TaskState>,
        now: Timestamp,
    },
    TaskCancelRequested {
        request: RequestRef,
        task: u64,
        now: Timestamp,
    },

    FolderWatched {
        folder: String,
        has_baseline: bool,
        now: Timestamp,
    },
    FolderUnwatched {
        folder: String,
        now: Timestamp,
    },
    FolderSaid {
        folder: String,
        said: FolderSaid,
        now: Timestamp,
    },
    /// Complete workbooks were seen; what the ledger knows of each stands beside it.
    FilesSighted {
        folder: String,
        files: Vec<SightedFile>,
        now: Timestamp,
    },

    /// A door wants the file of a report gone, or back. The file is there, or was.
    FileWorkRequested {
        request: RequestRef,
        work: FileWork,
        file: Box<ReportFile>,
        now: Timestamp,
    },
    /// It is gone, or back, or that could not be done.
    FileWorkEnded {
        report: ReportId,
        now: Timestamp,
    },
    FolderChangeRequested {
        request: RequestRef,
        change: Box<FolderChange>,
        now: Timestamp,
    },
    /// Reports go into the other folder now, or the change failed.
    FolderChangeEnded {
        now: Timestamp,
    },

    /// The computer was asleep for `duration`.
    Slept {
        duration: SignedDuration,
        now: Timestamp,
    },
    StopRequested {
        request: RequestRef,
        even_if_busy: bool,
        now: Timestamp,
    },
    /// The system asks the process to end.
    Terminated {
        now: Timestamp,
    },
    Ticked {
        now: Timestamp,
    },
}

/// What the sample database says while it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SampleSaid {
    Filling { days_done: u32, days_total: u32 },
    Ready(SampleAddress),
}

/// What a watched folder says, beside its complete workbooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderSaid {
    /// The first look at everything that lies there is over.
    Scanned {
        state: FolderState,
    },
    ModeChanged {
        state: FolderState,
    },
    Lost {
        reason: String,
    },
    Back,
    Removed {
        path: PathBuf,
    },
    Broken {
        path: PathBuf,
        reason: String,
    },
}

/// What a door wants done with the file of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileWork {
    /// Into the trash.
    Trash,
    /// Gone for good.
    Remove,
    /// Out of the trash, to where it was.
    Restore,
}

/// The file of an entry of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    pub report: ReportId,
    /// Absolute path of its folder.
    pub folder: String,
    /// Relative to the folder.
    pub path: PathBuf,
}

/// Another reports folder; both paths are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderChange {
    pub from: String,
    pub to: String,
    /// What becomes of the reports in `from`.
    pub existing: ExistingReports,
}

/// A complete workbook in a watched folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SightedFile {
    /// Relative to the folder.
    pub path: PathBuf,
    pub stamp: FileStamp,
    /// In lower-case hexadecimal.
    pub sha256: String,
    /// The run whose file this is by name, where there is one.
    pub run: Option<u64>,
    pub sighting: Sighting,
}

impl Event {
    /// When the engine saw it.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::DoorOpened { now, .. }
            | Self::DoorSubscribed { now, .. }
            | Self::DoorClosed { now, .. }
            | Self::RunRequested { now, .. }
            | Self::CancelRequested { now, .. }
            | Self::RunFound { now, .. }
            | Self::GeneratorSaid { now, .. }
            | Self::GeneratorEnded { now, .. }
            | Self::SampleSaid { now, .. }
            | Self::SampleEnded { now, .. }
            | Self::TaskRequested { now, .. }
            | Self::TaskProgressed { now, .. }
            | Self::TaskEnded { now, .. }
            | Self::TaskCancelRequested { now, .. }
            | Self::FolderWatched { now, .. }
            | Self::FolderUnwatched { now, .. }
            | Self::FolderSaid { now, .. }
            | Self::FilesSighted { now, .. }
            | Self::FileWorkRequested { now, .. }
            | Self::FileWorkEnded { now, .. }
            | Self::FolderChangeRequested { now, .. }
            | Self::FolderChangeEnded { now }
            | Self::Slept { now, .. }
            | Self::StopRequested { now, .. }
            | Self::Terminated { now }
            | Self::Ticked { now } => *now,
        }
    }
}

/// Something to do. Imperative; carried out in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// `token` is what the door calls its request, where it does.
    InsertRun {
        run: Box<Run>,
        token: Option<String>,
    },
    UpdateRun(Box<Run>),
    /// Into the log of the run, and to the doors.
    AppendLog {
        run: u64,
        at: Timestamp,
        level: Level,
        message: String,
    },
    /// `sample` is where the sample database listens, for a run that uses it.
    StartGenerator {
        run: Box<Run>,
        connection: Box<DatabaseSettings>,
        sample: Option<SampleAddress>,
    },
    /// SIGTERM, and SIGKILL if it does not end.
    StopGenerator {
        run: u64,
    },
    StartSample,
    StopSample,
    StartTask {
        task: u64,
        kind: TaskKind,
        connection: Box<DatabaseSettings>,
        sample: Option<SampleAddress>,
        confirmation: Option<String>,
    },
    StopTask {
        task: u64,
    },
    /// Into the ledger, all at once; those that `announce` names then go to the doors that present.
    RecordFiles {
        folder: String,
        files: Vec<SightedFile>,
        announce: Announce,
    },
    RecordBaseline {
        folder: String,
    },
    RecordRemoved {
        folder: String,
        path: PathBuf,
    },
    /// What [`Announce::Collected`] held back goes to the doors that present, as one.
    TellCollected,
    /// Off the engine's task: a trash or a drive may take its time. Answered when it is done.
    WorkOnFile {
        request: RequestRef,
        work: FileWork,
        file: Box<ReportFile>,
    },
    /// The same for another reports folder, with the reports that move there.
    ChangeFolder {
        request: RequestRef,
        change: Box<FolderChange>,
    },
    /// Look at everything in the folder again.
    Rescan {
        folder: String,
    },
    Reply {
        request: RequestRef,
        answer: Box<Answer>,
    },
    Publish(Box<AppEvent>),
    /// [`Event::Ticked`] at this moment, whatever else ticks.
    WakeAt(Timestamp),
    /// Close the control socket, stop the sample database, end the process.
    StopEngine,
}

/// How recorded files are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announce {
    Silently,
    /// Each by itself, now.
    OneByOne,
    /// All together, now.
    AsDigest,
    /// With all others of a burst, at [`Effect::TellCollected`].
    Collected,
}
