//! Report definitions by name, and the copy that a run works from.

use std::path::{Path, PathBuf};

use landfall_core::code::{ApiError, Code};
use landfall_core::definition::{BUILT_IN, Definition, DefinitionError, SQL_FILE, TOML_FILE};
use landfall_core::names;
use landfall_report::definitions::{self, Found};

/// The definition of that name; the one that Landfall ships where no name is given. Paths are not names.
pub(crate) fn find(config: &Path, name: Option<&str>) -> Result<Found, ApiError> {
    let name = name.unwrap_or(BUILT_IN);
    let folder = config.join(definitions::DEFINITIONS_FOLDER);
    if !names::is_definition_name(name) || (name != BUILT_IN && !folder.join(name).is_dir()) {
        return Err(ApiError::new(
            Code::NotFound,
            format!("there is no report definition \"{name}\""),
            format!("Own definitions are folders in {}.", folder.display()),
        )
        .about(name));
    }
    definitions::find(name, Some(config)).map_err(wrong)
}

/// Copies the files of an own definition into `copy`, so that what runs is what was asked for, whatever becomes of
/// the originals. Gives what was copied; the one that Landfall ships needs no copy.
pub(crate) fn copy(found: Found, copy: &Path) -> Result<Definition, ApiError> {
    let Some(folder) = found.folder else { return Ok(found.definition) };
    let copied = std::fs::create_dir_all(copy).and_then(|()| {
        [TOML_FILE, SQL_FILE]
            .iter()
            .try_for_each(|file| std::fs::copy(folder.join(file), copy.join(file)).map(drop))
    });
    copied.map_err(|error| {
        ApiError::new(
            Code::Definition,
            format!("the definition could not be copied: {error}"),
            "Check that its two files can be read, and that the disk of Landfall's data has room.",
        )
        .about(folder.display().to_string())
    })?;
    definitions::read(copy).map(|copied| copied.definition).map_err(wrong)
}

/// The folder to run from: the copy, where one was made.
pub(crate) fn copied(copy: PathBuf) -> Option<PathBuf> {
    copy.join(TOML_FILE).is_file().then_some(copy)
}

fn wrong(error: DefinitionError) -> ApiError {
    ApiError::new(Code::Definition, error.to_string(), error.hint.clone()).about(error.file)
}
