//! What can go wrong with the folder or with one file in it.

use std::io;
use std::time::Duration;

/// The operation that failed while a folder or a file was looked at.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder cannot be reached: it is missing, or may not be entered.
    #[error("the folder cannot be opened")]
    OpenFolder(#[source] io::Error),
    /// The path leads to something else than a folder.
    #[error("this is not a folder")]
    NotFolder,
    /// The folder was the root of a drive or share that is no longer mounted.
    #[error("the drive or share of the folder is no longer mounted")]
    Unplugged,
    /// Another folder took the place of the one that was watched.
    #[error("the folder was replaced by another one of the same name")]
    Replaced,
    /// The file system has not answered for this long.
    #[error("the file system of the folder has not answered for {} s", .0.as_secs())]
    NotAnswering(Duration),
    /// The system could not read the list of the folder's files.
    #[error("the files of the folder cannot be listed")]
    ListFolder(#[source] io::Error),
    /// The system's file events could not be switched on.
    #[error("file events cannot be received")]
    Subscribe(#[source] notify::Error),
    /// The file cannot be opened, for example for want of permission.
    #[error("the file cannot be opened")]
    OpenFile(#[source] io::Error),
    /// The file's bytes cannot be read.
    #[error("the file cannot be read")]
    ReadFile(#[source] io::Error),
    /// The file is a compound document: a workbook with a password, or an old `.xls` with a new name.
    #[error("the file is encrypted with a password, or is an old workbook under a new name")]
    Encrypted,
    /// The file does not begin as a ZIP archive does.
    #[error("the file is not a workbook")]
    NotWorkbook,
    /// The file does not end with a ZIP end record (APPNOTE 6.3.10, section 4.3.16).
    #[error("the end of the file is missing")]
    MissingEnd,
    /// The central directory of the archive cannot be read.
    #[error("the table of contents of the file cannot be read")]
    ReadDirectory(#[source] zip::result::ZipError),
    /// A part that the package names is not in the archive (ECMA-376 part 2, Open Packaging Conventions).
    #[error("the part {0:?} is missing")]
    MissingPart(String),
    /// A part lies partly or wholly outside the file.
    #[error("the part {0:?} is cut off")]
    TornPart(String),
    /// A part cannot be unpacked or does not match its checksum.
    #[error("the part {part:?} is damaged")]
    UnpackPart {
        /// Name of the part inside the archive.
        part: String,
        /// What the archive library says.
        #[source]
        source: io::Error,
    },
    /// A part is not well-formed XML.
    #[error("the part {part:?} is not well-formed")]
    ParsePart {
        /// Name of the part inside the archive.
        part: String,
        /// What the XML library says.
        #[source]
        source: quick_xml::Error,
    },
    /// A part that lists other parts is larger than any real one.
    #[error("the part {0:?} is implausibly large")]
    OversizedPart(String),
    /// The workbook names no sheet.
    #[error("the workbook has no sheet")]
    NoSheet,
}

impl Error {
    /// What a person can do about it, as one sentence.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::OpenFolder(_) | Self::NotFolder => {
                "Make the folder again, or choose another one in the settings; watching goes on by itself."
            }
            Self::Unplugged => "Connect the drive or share again; watching goes on by itself.",
            Self::Replaced => "Nothing needs to be done: the new folder is watched.",
            Self::NotAnswering(_) => "Check the network connection or the drive; watching goes on by itself.",
            Self::ListFolder(_) => "Check the permissions of the folder.",
            Self::Subscribe(_) => {
                "The folder is looked through every second instead; raising fs.inotify.max_user_watches brings \
                 the events back."
            }
            Self::OpenFile(_) | Self::ReadFile(_) => "Check the permissions of the file.",
            Self::Encrypted => "Save it without a password as .xlsx to see it here.",
            Self::NotWorkbook
            | Self::MissingEnd
            | Self::ReadDirectory(_)
            | Self::MissingPart(_)
            | Self::TornPart(_)
            | Self::UnpackPart { .. }
            | Self::ParsePart { .. }
            | Self::OversizedPart(_)
            | Self::NoSheet => "Wait until it is written completely, or copy or run it again.",
        }
    }

    /// True when the file could not be looked at, so that nothing is known about its content.
    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(self, Self::OpenFile(_) | Self::ReadFile(_))
    }
}
