//! What to watch and how, and what the caller already knows.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use crate::stamp::{ContentHash, Stamp};

/// How changes are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// File events where they can be trusted, scans every [`Options::poll_interval`] elsewhere.
    #[default]
    Auto,
    /// File events whatever the file system is. Scans take over only when the system refuses events.
    Events,
    /// Scans every [`Options::poll_interval`].
    Poll,
}

/// What to watch and how. [`Options::new`] gives the values of the contract.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder. It may be missing or a link to a folder; it is never made.
    pub folder: PathBuf,
    /// Also look into folders inside it (links and hidden folders excepted).
    pub recursive: bool,
    /// How changes are noticed.
    pub mode: Mode,
    /// Time between two scans in poll mode, and between two looks for a folder that is lost. A scan that
    /// takes longer than half of it stretches it, so that scanning never fills the time. 1 s.
    pub poll_interval: Duration,
    /// Time between two reconciling scans in events mode. 60 s.
    pub rescan_interval: Duration,
    /// Time between the two looks at a file that have to agree. 100 ms.
    pub settle: Duration,
    /// How long a file that is not a workbook stays unchanged before it is called broken. 15 s, so that a
    /// writer that pauses for 10 s is not accused.
    pub broken_after: Duration,
    /// Time between two looks whether the folder is still the same one. 5 s.
    pub folder_check_interval: Duration,
    /// How long the file system may stay silent before the folder counts as lost. 30 s.
    pub patience: Duration,
    /// How many files are read and hashed at the same time. 4.
    pub concurrency: NonZeroUsize,
}

impl Options {
    /// Watches `folder`, top level only, with the intervals of the contract.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        const READERS: NonZeroUsize = match NonZeroUsize::new(4) {
            Some(readers) => readers,
            None => NonZeroUsize::MIN,
        };
        Self {
            folder: folder.into(),
            recursive: false,
            mode: Mode::Auto,
            poll_interval: Duration::from_secs(1),
            rescan_interval: Duration::from_mins(1),
            settle: Duration::from_millis(100),
            broken_after: Duration::from_secs(15),
            folder_check_interval: Duration::from_secs(5),
            patience: Duration::from_secs(30),
            concurrency: READERS,
        }
    }
}

/// A complete workbook the caller knows from an earlier watch. As long as its stamp agrees it is neither
/// read nor reported again; when it is gone, [`crate::Observation::Removed`] follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// Path relative to the folder.
    pub path: PathBuf,
    /// What the file system said when it was last reported.
    pub stamp: Stamp,
    /// Its content then.
    pub sha256: ContentHash,
}
