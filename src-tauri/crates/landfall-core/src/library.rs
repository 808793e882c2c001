//! The library: every report that a person may want to find again, whoever made it.
//!
//! An entry is either a run of Landfall's own that is over, with or without a file, or a workbook that somebody else put
//! into a watched folder. Doors name an entry by its [`ReportId`], never by a path.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::code::{ApiError, Code};
use crate::definition::ParameterKind;
use crate::period::Period;

/// What doors call an entry of the library: `run-10001`, or `file-3-6f63742e786c7378` for the workbook with that name
/// (its bytes in lower-case hexadecimal, relative to the folder) in the third folder the ledger knows.
///
/// It names only what the ledger has; it is no path, and can't be made into one outside the watched folders.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, TS)]
#[ts(type = "string")]
pub enum ReportId {
    Run(u64),
    File {
        /// The ledger's number of the folder.
        folder: i64,
        /// The bytes of the path, relative to the folder.
        path: Vec<u8>,
    },
}

impl fmt::Display for ReportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(run) => write!(f, "run-{run}"),
            Self::File { folder, path } => write!(f, "file-{folder}-{}", hex::encode(path)),
        }
    }
}

/// The text is not the name of a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not the name of a report")]
pub struct NotAReportId(pub String);

impl FromStr for ReportId {
    type Err = NotAReportId;

    fn from_str(text: &str) -> Result<Self, NotAReportId> {
        let read = || {
            if let Some(run) = text.strip_prefix("run-") {
                return run.parse().ok().map(Self::Run);
            }
            let (folder, path) = text.strip_prefix("file-")?.split_once('-')?;
            let path = hex::decode(path).ok().filter(|path| !path.is_empty())?;
            Some(Self::File { folder: folder.parse().ok()?, path })
        };
        // Only the one spelling that `Display` gives is a name.
        read().filter(|id| id.to_string() == text).ok_or_else(|| NotAReportId(text.to_owned()))
    }
}

impl Serialize for ReportId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ReportId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An entry of the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LibraryEntry {
    pub id: ReportId,
    /// The title of the definition, or the name of a workbook that somebody else made.
    pub title: String,
    /// Name of the file, without its folder.
    pub file: String,
    /// Absolute path of the folder, to be shown.
    pub folder: String,
    pub origin: Origin,
    pub state: EntryState,
    /// Data rows; `None` where nobody counted them, and for a run that made no file.
    #[serde(default)]
    pub rows: Option<u64>,
    /// Size of the file, also of one that is gone; `None` for a run that made none.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// When the run was over; when a workbook of somebody else's was announced, or else when it was last changed.
    pub finished_at: Timestamp,
    /// Announced, and neither opened nor looked at since.
    pub unseen: bool,
    /// Taken off the list: an entry without a file that somebody deleted. Listed by [`LibraryShow::Deleted`] only.
    #[serde(default)]
    pub hidden: bool,
}

/// Who made a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Origin {
    /// A run on this computer.
    ThisComputer {
        run: u64,
        definition: String,
        period: Period,
        timezone: String,
        /// How long the run worked, in milliseconds.
        took_ms: u64,
    },
    /// Somebody else put the workbook into the folder.
    Elsewhere,
}

/// What has become of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum EntryState {
    /// The file lies in its folder.
    OnDesktop,
    /// The file was there; somebody removed or renamed it outside of Landfall.
    Missing,
    /// Deleted through Landfall; in the trash.
    Trashed,
    /// Deleted through Landfall, for good.
    Deleted,
    Failed {
        error: ApiError,
    },
    Cancelled,
}

/// Which entries to list, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LibraryFilter {
    /// Words that must all occur in title, file name, days, months (`october 2026`, `ottobre 2026`, `2026-10`),
    /// state or run number.
    #[serde(default)]
    pub search: Option<String>,
    #[serde(default)]
    pub show: LibraryShow,
    #[serde(default)]
    pub sort: LibrarySort,
    /// From small to large, from old to new; the default is the other way round.
    #[serde(default)]
    pub ascending: bool,
    /// At most this many, and never more than [`LARGEST_PAGE`].
    pub limit: u32,
    #[serde(default)]
    pub offset: u32,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum LibraryShow {
    /// Everything but what was deleted through Landfall.
    #[default]
    Everything,
    OnDesktop,
    Unseen,
    Failed,
    Missing,
    /// What was deleted through Landfall, and what was taken off the list.
    Deleted,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum LibrarySort {
    Period,
    Rows,
    Size,
    #[default]
    Finished,
    Origin,
    State,
}

/// The most entries on a page.
pub const LARGEST_PAGE: u32 = 500;

/// Part of the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LibraryPage {
    pub entries: Vec<LibraryEntry>,
    /// How many match without limit and offset.
    pub total: u64,
}

/// The whole library in three numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LibraryTotals {
    /// Files that lie in their folders.
    pub reports: u64,
    /// The sum of their sizes.
    pub bytes: u64,
    pub unseen: u64,
}

/// What a run would do, before it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RunPlan {
    pub period: Period,
    pub timezone: String,
    /// The present day in that zone: no report goes further.
    pub today: Date,
    /// Absolute path of the folder the file would go to.
    pub folder: String,
    /// About so many rows, by the newest run of the same definition and database; `None` without one.
    #[serde(default)]
    pub about_rows: Option<u64>,
    /// The newest report that asked the same and whose file is still there.
    #[serde(default)]
    pub existing: Option<u64>,
    /// What a person should know beforehand.
    pub notes: Vec<String>,
}

/// A report definition, as the run card offers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DefinitionSummary {
    pub name: String,
    pub title: String,
    pub description: String,
    pub parameters: Vec<ParameterSummary>,
    /// Why it can't be run.
    #[serde(default)]
    pub problem: Option<ApiError>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ParameterSummary {
    pub name: String,
    pub title: String,
    pub kind: ParameterKind,
    #[serde(default)]
    pub default: Option<String>,
    /// If not empty, the only values that may be given.
    pub allowed: Vec<String>,
}

/// A folder that may become the reports folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FolderCheck {
    /// Absolute path.
    pub folder: String,
    /// Why it can't be used, if it can't.
    #[serde(default)]
    pub problem: Option<ApiError>,
    /// It is the reports folder already.
    pub present: bool,
    /// Free space; `None` where the system does not tell.
    #[serde(default)]
    pub free_bytes: Option<u64>,
    /// The program that copies this folder to the cloud, such as "OneDrive".
    #[serde(default)]
    pub cloud: Option<String>,
    /// Reports in the present folder that could move.
    pub reports_to_move: u64,
}

/// The refusal of a name that the ledger does not know.
pub fn no_such_report(id: &ReportId) -> ApiError {
    ApiError::new(
        Code::NotFound,
        format!("there is no report \"{id}\""),
        "It may have been removed since the list was read; read it again.",
    )
    .about(id.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn names_go_there_and_back() {
        for id in [ReportId::Run(10_001), ReportId::File { folder: 3, path: b"oct.xlsx".to_vec() }] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        assert_eq!(ReportId::File { folder: 3, path: b"a".to_vec() }.to_string(), "file-3-61");
    }

    #[test]
    fn only_the_one_spelling_is_a_name() {
        for text in [
            "",
            "run-",
            "run-+1",
            "run-01",
            "run--1",
            "run-1 ",
            "file-1-",
            "file-1-0G",
            "file-1-6A",
            "/etc/passwd",
        ] {
            assert_eq!(text.parse::<ReportId>(), Err(NotAReportId(text.to_owned())));
        }
    }
}
