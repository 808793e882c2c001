//! What can go wrong between a door and the engine, or the disk.

use std::io;
use std::path::Path;

use landfall_core::code::{ApiError, Code};
use landfall_wire::WireError;

#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    #[error(transparent)]
    Engine(#[from] WireError),
    /// The engine, or the door itself, said no.
    #[error(transparent)]
    Refused(#[from] ApiError),
    #[error("the file {path} could not be used")]
    File { path: String, source: io::Error },
}

impl DoorError {
    /// For `map_err`: the file could not be used.
    pub fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::File { path, source }
    }

    /// The error in the one shape that every door shows.
    pub fn to_api_error(&self) -> ApiError {
        match self {
            Self::Engine(error) => error.to_api_error(),
            Self::Refused(error) => error.clone(),
            Self::File { path, source } => {
                let hint = "Check that the file is there and that you may read it.";
                ApiError::new(Code::NotFound, format!("{self}: {source}"), hint).about(path.clone())
            }
        }
    }
}
