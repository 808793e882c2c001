//! Report definitions by name, and the copy that a run works from.

use std::path::{Path, PathBuf};

use landfall_core::code::{ApiError, Code};
use landfall_core::definition::{BUILT_IN, Definition, DefinitionError, Parameter, SQL_FILE, TOML_FILE};
use landfall_core::library::{DefinitionSummary, ParameterSummary};
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

/// All there are: the one that Landfall ships first, then the user's own by name, also those that can't be run.
pub(crate) fn list(config: &Path) -> Vec<DefinitionSummary> {
    let folder = config.join(definitions::DEFINITIONS_FOLDER);
    let mut own: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && name != BUILT_IN)
        .collect();
    own.sort();
    std::iter::once(BUILT_IN.to_owned()).chain(own).map(|name| summary(config, name)).collect()
}

fn summary(config: &Path, name: String) -> DefinitionSummary {
    let found = if names::is_definition_name(&name) {
        find(config, Some(&name))
    } else {
        let hint = "Name the folder with small letters, digits and hyphens, 40 at most.";
        Err(ApiError::new(Code::Definition, format!("\"{name}\" can't be the name of a report"), hint)
            .about(&*name))
    };
    match found {
        Ok(Found { definition, .. }) => DefinitionSummary {
            name,
            title: definition.title,
            description: definition.description,
            parameters: definition.parameters.into_iter().map(parameter).collect(),
            problem: None,
        },
        Err(problem) => DefinitionSummary {
            title: name.clone(),
            name,
            description: String::new(),
            parameters: Vec::new(),
            problem: Some(problem),
        },
    }
}

fn parameter(parameter: Parameter) -> ParameterSummary {
    let Parameter { name, title, kind, default, allowed, .. } = parameter;
    ParameterSummary { name, title, kind, default, allowed }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const TOML: &str = "name = \"refunds\"\ntitle = \"Refunds\"\n[[parameter]]\nname = \"min\"\ntype = \"integer\"\ndefault = \"1\"\n[[column]]\nname = \"a\"\n";
    const SQL: &str = "SELECT 1 AS a WHERE now() >= $1 AND now() < $2 AND 1 >= $3";

    #[test]
    fn own_definitions_follow_the_built_in_one_and_broken_ones_say_where() {
        let config = tempfile::tempdir().unwrap();
        assert_eq!(list(config.path()).len(), 1, "there is always the one that Landfall ships");
        let write = |name: &str, toml: &str| {
            let folder = config.path().join(definitions::DEFINITIONS_FOLDER).join(name);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(TOML_FILE), toml).unwrap();
            std::fs::write(folder.join(SQL_FILE), SQL).unwrap();
        };
        write("refunds", TOML);
        write("broken", &TOML.replace("title", "tittle"));
        write("Bad Name", TOML);
        write(".hidden", TOML);
        let all = list(config.path());
        let names: Vec<&str> = all.iter().map(|one| &*one.name).collect();
        assert_eq!(names, [BUILT_IN, "Bad Name", "broken", "refunds"]);
        assert_eq!((&*all[0].title, &all[0].problem), ("Ticketing report", &None));
        assert_eq!((&*all[3].title, &*all[3].parameters[0].name), ("Refunds", "min"));
        let broken = all[2].problem.as_ref().unwrap();
        assert!(
            broken.message.starts_with("report.toml, line 2") && broken.message.contains("tittle"),
            "{broken}"
        );
        assert!(!all[1].problem.as_ref().unwrap().hint.is_empty());
    }
}
