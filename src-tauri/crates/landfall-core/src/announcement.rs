//! Which changes in a watched folder a person hears about (contract, "Announcements").

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A finished spreadsheet, recorded once for (folder, path, SHA-256).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Announcement {
    /// From 1 up; a door remembers the last one it presented.
    pub number: i64,
    /// Absolute path of the watched folder.
    pub folder: String,
    /// Relative to the folder. Bytes that are not UTF-8 are shown as U+FFFD.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
    pub at: Timestamp,
    /// The run that made it, where Landfall did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<MadeBy>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MadeBy {
    pub run: u64,
    pub title: String,
    pub rows: u64,
    /// How long the run worked, in milliseconds.
    pub took_ms: u64,
}

/// What the file system said about one version of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStamp {
    /// Size.
    pub bytes: u64,
    /// Modification time in nanoseconds since 1970-01-01 UTC.
    pub modified_ns: i64,
    /// Time of the last change of content, name or permissions in nanoseconds since 1970-01-01 UTC; `None` where
    /// the system does not tell.
    pub changed_ns: Option<i64>,
    /// The file's number in its file system; all 64 bits are kept.
    pub inode: u64,
}

/// What is known about a complete workbook when it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each from another source")]
pub struct Sighting {
    /// This content at this path has been recorded before.
    pub recorded: bool,
    /// Found by the first scan after a start, not by a later change.
    pub first_scan: bool,
    /// The folder has been scanned in an earlier start.
    pub has_baseline: bool,
    /// Another program has it open: `~$name` or `.~lock.name#` lies beside it.
    pub locked: bool,
    /// A door opened the file since its last change.
    pub opened_since_change: bool,
}

/// What follows from a sighting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing new.
    Known,
    /// It lay there before Landfall came: into the library, without a word.
    Baseline,
    /// The user's own edit: into the library, without a word.
    OwnEdit,
    /// It came while nothing ran: told together with the others.
    Digest,
    /// Told now.
    Announce,
}

/// The rule.
pub fn judge(sighting: Sighting) -> Verdict {
    match sighting {
        Sighting { recorded: true, .. } => Verdict::Known,
        Sighting { first_scan: true, has_baseline: false, .. } => Verdict::Baseline,
        Sighting { locked: true, .. } | Sighting { opened_since_change: true, .. } => Verdict::OwnEdit,
        Sighting { first_scan: true, .. } => Verdict::Digest,
        Sighting { .. } => Verdict::Announce,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: Sighting = Sighting {
        recorded: false,
        first_scan: false,
        has_baseline: true,
        locked: false,
        opened_since_change: false,
    };

    #[test]
    fn a_new_file_is_announced_once() {
        assert_eq!(judge(NEW), Verdict::Announce);
        assert_eq!(judge(Sighting { recorded: true, ..NEW }), Verdict::Known);
    }

    #[test]
    fn the_first_scan_of_a_folder_is_silent_and_later_first_scans_make_a_digest() {
        assert_eq!(judge(Sighting { first_scan: true, has_baseline: false, ..NEW }), Verdict::Baseline);
        assert_eq!(judge(Sighting { first_scan: true, ..NEW }), Verdict::Digest);
    }

    #[test]
    fn a_file_that_arrives_before_the_first_scan_is_done_is_announced_all_the_same() {
        assert_eq!(judge(Sighting { has_baseline: false, ..NEW }), Verdict::Announce);
    }

    #[test]
    fn the_users_own_edits_are_not_announced() {
        assert_eq!(judge(Sighting { locked: true, ..NEW }), Verdict::OwnEdit);
        assert_eq!(judge(Sighting { opened_since_change: true, ..NEW }), Verdict::OwnEdit);
        assert_eq!(judge(Sighting { locked: true, first_scan: true, ..NEW }), Verdict::OwnEdit);
    }
}
