//! The facts a watch reports.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::error::Error;
use crate::stamp::{ContentHash, Stamp};

/// One fact about the folder. All paths are relative to it.
#[derive(Debug)]
pub enum Observation {
    /// A scan is through, and every file it found has been judged: all its observations came before this.
    /// Sent for the first scan, for reconciling scans and for those asked for, not for each poll.
    Scanned(Scanned),
    /// A workbook is complete, and its content differs from what was last reported under this path.
    Ready(ReadyFile),
    /// The content is as reported, but the file system's stamp of it changed: worth remembering, so that the
    /// next start need not read the file again.
    Touched {
        /// The file.
        path: PathBuf,
        /// Its stamp now.
        stamp: Stamp,
    },
    /// A file has been unchanged for [`crate::Options::broken_after`] and is not a workbook, or cannot be
    /// read. Said once for each content; it may still become ready later.
    Broken(BrokenFile),
    /// A file that was known, reported ready or reported broken is gone.
    Removed {
        /// The file.
        path: PathBuf,
    },
    /// The folder cannot be watched: it is missing, unplugged, replaced or not answering. It is looked for
    /// until it is back, and never made. Files are not reported as removed meanwhile.
    FolderLost {
        /// Why.
        reason: Error,
    },
    /// The folder is there again and is being scanned. The scan reports what differs from before.
    FolderBack,
    /// Changes are noticed in another way than before.
    ModeChanged {
        /// The way from now on.
        mode: ActiveMode,
    },
}

/// The end of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    /// True for the first scan of this watch: the silent baseline.
    pub first: bool,
    /// How changes are noticed now.
    pub mode: ActiveMode,
    /// Files under watched names the scan listed.
    pub files: usize,
    /// Files that are complete as of now.
    pub ready: usize,
    /// How long listing the folder took.
    pub listing: Duration,
}

/// A complete workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyFile {
    /// Path relative to the folder.
    pub path: PathBuf,
    /// What the file system said before and after the content was read.
    pub stamp: Stamp,
    /// The content.
    pub sha256: ContentHash,
    /// A lock file `~$name` lay beside it at some moment while this change was looked at: somebody has the
    /// workbook open.
    pub owner_lock: bool,
    /// The first scan found it; nothing happened to it since the watch began.
    pub first_scan: bool,
}

/// A file that is named like a workbook and is none.
#[derive(Debug)]
pub struct BrokenFile {
    /// Path relative to the folder.
    pub path: PathBuf,
    /// What is wrong with it; [`Error::hint`] says what to do.
    pub reason: Error,
    /// As in [`ReadyFile::first_scan`].
    pub first_scan: bool,
}

/// How changes are noticed at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActiveMode {
    /// By the system's file events, with a reconciling scan.
    Events,
    /// By scanning the folder again and again.
    Poll(PollReason),
}

/// Why the folder is scanned again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PollReason {
    /// The options ask for it.
    Asked,
    /// The file system gives no events for what other machines or the host write; its name.
    FileSystem(&'static str),
    /// The system refused events, with its words (for example a limit of inotify).
    Refused(String),
    /// A scan found a change of this file that no event had told.
    EventMissed(PathBuf),
}

impl fmt::Display for ActiveMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Events => f.write_str("file events"),
            Self::Poll(PollReason::Asked) => f.write_str("polling, as set"),
            Self::Poll(PollReason::FileSystem(name)) => write!(f, "polling, because {name} tells no events"),
            Self::Poll(PollReason::Refused(why)) => write!(f, "polling, because events are refused: {why}"),
            Self::Poll(PollReason::EventMissed(path)) => {
                write!(f, "polling, because no event told of a change to {}", path.display())
            }
        }
    }
}
