//! The other programs of Landfall: they lie beside this one.

use std::path::PathBuf;

use landfall_core::code::{ApiError, Code};

/// The path of the program `name` in the folder of the running program.
pub(crate) fn beside_this_one(name: &str) -> Result<PathBuf, ApiError> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let found = std::env::current_exe()
        .ok()
        .and_then(|program| program.parent().map(|folder| folder.join(&file)))
        .filter(|path| path.is_file());
    found.ok_or_else(|| {
        ApiError::new(
            Code::ProgramMissing,
            format!("the program \"{file}\" is not beside \"landfall\""),
            "Install Landfall again; the three programs belong into one folder.",
        )
        .about(file)
    })
}
