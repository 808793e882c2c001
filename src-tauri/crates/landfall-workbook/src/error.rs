//! Why a workbook can't be shown.

use std::io;
use std::path::Path;

use landfall_core::code::{ApiError, Code};

/// What failed, by the step.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the file could not be opened")]
    Open(#[source] io::Error),
    /// A folder, a pipe or a device has the name.
    #[error("this is not a file")]
    NotFile,
    /// The archive's directory could not be read.
    #[error("this is not a workbook that can be read")]
    Directory(#[source] zip::result::ZipError),
    /// A part of the archive is damaged.
    #[error("the part {part} could not be unpacked")]
    Unpack { part: String, source: io::Error },
    /// A part that can only be read as a whole is larger than anything we keep in memory.
    #[error("the part {part} is too large to be shown here")]
    Oversized { part: String },
    /// The parts are there and don't make a workbook.
    #[error("the workbook could not be read")]
    Read(#[source] Box<calamine::XlsxError>),
    /// The parser stopped in the middle.
    #[error("the workbook could not be read: its content is not what the format allows")]
    Parser,
}

impl Error {
    pub(crate) fn read(source: calamine::XlsxError) -> Self {
        Self::Read(Box::new(source))
    }

    /// The error in the one shape that every door shows, about the file at `path`.
    pub fn to_api_error(&self, path: &Path) -> ApiError {
        let (code, hint) = match self {
            Self::Open(_) | Self::NotFile => {
                (Code::NotFound, "Check that the file is there and that you may read it.")
            }
            Self::Oversized { .. } => {
                (Code::Internal, "Open the file in a spreadsheet program; only the preview has this limit.")
            }
            Self::Directory(_) | Self::Unpack { .. } | Self::Read(_) | Self::Parser => {
                (Code::Internal, "Make the report again; the file may be damaged.")
            }
        };
        let mut message = self.to_string();
        if let Some(source) = std::error::Error::source(self) {
            message = format!("{message}: {source}");
        }
        ApiError::new(code, message, hint).about(path.display().to_string())
    }
}
