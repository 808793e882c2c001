//! Finding a report definition: the one that Landfall ships, one of the user's own by name, or any folder.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use landfall_core::definition::{BUILT_IN, Definition, DefinitionError, SQL_FILE, TOML_FILE};
use landfall_core::names;

/// The folder in the config folder that holds the user's own definitions, a folder each.
pub const DEFINITIONS_FOLDER: &str = "definitions";

/// Larger files are refused unread.
const LARGEST_FILE_BYTES: u64 = 1 << 20;

/// The config folder: `home` (the value of `LANDFALL_HOME`) if it is set, else where this system keeps settings.
pub fn config_folder(home: Option<&Path>) -> Option<PathBuf> {
    if let Some(home) = home {
        return Some(home.to_owned());
    }
    let places = directories::ProjectDirs::from("app", "Landfall", "landfall")?;
    Some(places.config_dir().to_owned())
}

/// A definition that was found, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub definition: Definition,
    /// `None` for the one that Landfall ships.
    pub folder: Option<PathBuf>,
}

impl Found {
    pub fn is_built_in(&self) -> bool {
        self.folder.is_none()
    }
}

/// Finds `wanted`: a name (the built-in one's, or of a folder in `config`'s `definitions`), or the path of a
/// folder, which has a separator in it or begins with a dot.
pub fn find(wanted: &str, config: Option<&Path>) -> Result<Found, DefinitionError> {
    let own = |name: &str| config.map(|config| config.join(DEFINITIONS_FOLDER).join(name));
    if names::is_definition_name(wanted) {
        let folder = own(wanted).filter(|folder| folder.exists());
        if wanted == BUILT_IN {
            if let Some(folder) = folder {
                return Err(takes_the_built_in_name(&folder));
            }
            return Ok(Found { definition: Definition::built_in()?, folder: None });
        }
        if let Some(folder) = folder {
            return read(&folder);
        }
        if !Path::new(wanted).is_dir() {
            let hint = match own(wanted) {
                Some(folder) => {
                    format!("Put report.toml and report.sql into {}, or name {BUILT_IN}.", folder.display())
                }
                None => format!("Name a folder with report.toml and report.sql, or {BUILT_IN}."),
            };
            return Err(DefinitionError::of_file(wanted, "there is no report of this name", hint));
        }
    }
    read(Path::new(wanted))
}

/// Reads the definition in `folder`.
pub fn read(folder: &Path) -> Result<Found, DefinitionError> {
    let toml = read_file(folder, TOML_FILE)?;
    let sql = read_file(folder, SQL_FILE)?;
    let definition = Definition::parse(&toml, &sql)?;
    if definition.name == BUILT_IN {
        return Err(takes_the_built_in_name(folder));
    }
    check_zone(&definition)?;
    Ok(Found { definition, folder: Some(folder.to_owned()) })
}

fn takes_the_built_in_name(folder: &Path) -> DefinitionError {
    DefinitionError::of_file(
        folder.display().to_string(),
        format!("\"{BUILT_IN}\" is the name of the report that Landfall ships"),
        "Give the definition, and its folder, a name of its own.",
    )
}

fn check_zone(definition: &Definition) -> Result<(), DefinitionError> {
    match &definition.timezone {
        Some((zone, line)) if TimeZone::get(zone).is_err() => Err(DefinitionError::on_line(
            TOML_FILE,
            *line,
            format!("\"{zone}\" is not a time zone"),
            "Write an IANA name such as Europe/Berlin or UTC.",
        )),
        _ => Ok(()),
    }
}

fn read_file(folder: &Path, name: &str) -> Result<String, DefinitionError> {
    let path = folder.join(name);
    let refused =
        |reason: &str, hint: &str| DefinitionError::of_file(path.display().to_string(), reason, hint);
    let mut text = String::new();
    let read =
        fs::File::open(&path).and_then(|file| file.take(LARGEST_FILE_BYTES + 1).read_to_string(&mut text));
    match read {
        Ok(_) if text.len() as u64 > LARGEST_FILE_BYTES => Err(refused(
            "the file is larger than 1 MiB",
            "Definitions are short; check that it is the right file.",
        )),
        Ok(_) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(refused(
            "the file is not there",
            "A definition is a folder with report.toml and report.sql; docs/report-definitions.md shows one.",
        )),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(refused("the file is not UTF-8 text", "Save it as UTF-8."))
        }
        Err(error) => Err(refused(&format!("the file can't be read ({error})"), "Check its permissions.")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const TOML: &str =
        "name = \"own\"\ntitle = \"Own\"\ntimezone = \"Europe/Rome\"\n[[column]]\nname = \"a\"\n";
    const SQL: &str = "SELECT 1 AS a WHERE now() >= $1 AND now() < $2";

    fn config_with(name: &str, toml: &str) -> tempfile::TempDir {
        let config = tempfile::tempdir().unwrap();
        let folder = config.path().join(DEFINITIONS_FOLDER).join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(TOML_FILE), toml).unwrap();
        fs::write(folder.join(SQL_FILE), SQL).unwrap();
        config
    }

    #[test]
    fn a_name_is_looked_up_and_a_folder_is_read() {
        let config = config_with("own", TOML);
        assert!(!find("own", Some(config.path())).unwrap().is_built_in());
        let folder = config.path().join("definitions/own");
        assert_eq!(find(folder.to_str().unwrap(), None).unwrap().definition.name, "own");
        assert!(find(BUILT_IN, Some(config.path())).unwrap().is_built_in());
    }

    #[test]
    fn the_name_of_the_built_in_report_is_taken() {
        let config = config_with(BUILT_IN, TOML);
        assert!(find(BUILT_IN, Some(config.path())).unwrap_err().reason.contains("Landfall ships"));
        let config = config_with("copy", &TOML.replace("\"own\"", "\"ticketing-report\""));
        assert!(find("copy", Some(config.path())).unwrap_err().reason.contains("Landfall ships"));
    }

    #[test]
    fn what_is_not_there_or_not_text_is_named() {
        let config = config_with("own", TOML);
        assert!(find("other", Some(config.path())).unwrap_err().hint.contains("definitions"));
        assert!(find("./nowhere", None).unwrap_err().file.ends_with("nowhere/report.toml"));
        fs::write(config.path().join("definitions/own/report.sql"), [0xff, 0xfe]).unwrap();
        assert!(find("own", Some(config.path())).unwrap_err().reason.contains("UTF-8"));
    }

    #[test]
    fn an_unknown_zone_is_refused_with_its_line() {
        let config = config_with("own", &TOML.replace("Europe/Rome", "Europe/Roma"));
        assert_eq!(find("own", Some(config.path())).unwrap_err().line, Some(3));
    }
}
