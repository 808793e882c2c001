//! `settings.toml`: read, changed with its comments kept, and watched.

use std::io;
use std::path::Path;
use std::time::Duration;

use landfall_core::code::{ApiError, Code};
use landfall_core::settings::{self, SettingProblem, Settings};
use landfall_wire::Places;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::engine::Incoming;

/// The settings of this file; the defaults where there is none.
pub(crate) fn load(file: &Path) -> (Settings, Vec<SettingProblem>) {
    match std::fs::read_to_string(file) {
        Ok(text) => settings::read(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (Settings::default(), Vec::new()),
        Err(error) => {
            let message = format!("the file can't be read ({error}); all settings are at their defaults");
            (Settings::default(), vec![SettingProblem { key: String::new(), line: 1, message }])
        }
    }
}

/// Writes one setting; `None` takes it out of the file. Everything else in the file stays as it is. A file that
/// can't be read is never written to.
pub(crate) fn change(file: &Path, name: &str, typed: Option<&str>) -> Result<(), ApiError> {
    let key = settings::key(name).ok_or_else(|| {
        ApiError::new(
            Code::NotFound,
            format!("there is no setting \"{name}\""),
            "See landfall settings list for all there are.",
        )
        .about(name)
    })?;
    let value = typed.map(|typed| settings::parse_value(key, typed)).transpose().map_err(|reason| {
        ApiError::new(Code::Settings, reason, format!("It takes {}.", key.values)).about(name)
    })?;
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(file_error(file, &error)),
    };
    let mut document = text.parse::<toml_edit::DocumentMut>().map_err(|error| {
        ApiError::new(
            Code::Settings,
            format!("settings.toml can't be read, so it was not changed: {}", error.message()),
            "Mend the file in an editor first.",
        )
        .about(file.display().to_string())
    })?;
    match value {
        Some(value) => put(&mut document, name, &value)?,
        None => take_out(&mut document, name),
    }
    write_whole(file, &document.to_string()).map_err(|error| file_error(file, &error))
}

fn file_error(file: &Path, error: &io::Error) -> ApiError {
    ApiError::new(
        Code::Settings,
        format!("settings.toml can't be used: {error}"),
        "Check who owns the file and its folder, and that the disk has room.",
    )
    .about(file.display().to_string())
}

fn put(document: &mut toml_edit::DocumentMut, name: &str, value: &toml::Value) -> Result<(), ApiError> {
    let refuse = |part: &str| {
        ApiError::new(
            Code::Settings,
            format!("settings.toml holds \"{part}\" as a value, not as a table"),
            "Mend the file in an editor first.",
        )
    };
    let parsed: toml_edit::Value = value.to_string().parse().map_err(|_| refuse(name))?;
    let (parents, leaf) = split(name);
    let mut table: &mut dyn toml_edit::TableLike = document.as_table_mut();
    for part in parents {
        let item = table.entry(part).or_insert_with(|| toml_edit::Item::Table(toml_edit::Table::new()));
        table = item.as_table_like_mut().ok_or_else(|| refuse(part))?;
    }
    match table.get_mut(leaf).and_then(toml_edit::Item::as_value_mut) {
        Some(present) => {
            // The blanks and comments around the old value stay.
            let around = present.decor().clone();
            *present = parsed;
            *present.decor_mut() = around;
        }
        None => {
            table.insert(leaf, toml_edit::Item::Value(parsed));
        }
    }
    Ok(())
}

fn take_out(document: &mut toml_edit::DocumentMut, name: &str) {
    let (parents, leaf) = split(name);
    let mut table: &mut dyn toml_edit::TableLike = document.as_table_mut();
    for part in parents {
        match table.get_mut(part).and_then(toml_edit::Item::as_table_like_mut) {
            Some(inner) => table = inner,
            None => return,
        }
    }
    table.remove(leaf);
}

fn split(name: &str) -> (Vec<&str>, &str) {
    let mut parts: Vec<&str> = name.split('.').collect();
    let leaf = parts.pop().unwrap_or(name);
    (parts, leaf)
}

/// Writes a file so that a reader sees the old text or the new, never half of one.
fn write_whole(file: &Path, text: &str) -> io::Result<()> {
    use std::io::Write;
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // An editor may have made the file a link to a folder of settings under version control.
    let target = file.canonicalize().unwrap_or_else(|_| file.to_path_buf());
    let mut part = tempfile::NamedTempFile::new_in(target.parent().unwrap_or(folder))?;
    part.write_all(text.as_bytes())?;
    part.as_file().sync_all()?;
    part.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Tells the engine when the file has changed. It is looked at once a second by its stamp alone, because it may
/// not exist yet, and editors replace it in many ways.
pub(crate) fn watch(places: &Places, incoming: mpsc::Sender<Incoming>) -> JoinHandle<()> {
    const LOOK_EVERY: Duration = Duration::from_secs(1);
    let file = places.settings_file.clone();
    tokio::spawn(async move {
        let mut before = stamp(&file);
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let stamp = stamp(&file);
            if stamp != before {
                before = stamp;
                if incoming.send(Incoming::SettingsFileChanged).await.is_err() {
                    return;
                }
            }
        }
    })
}

fn stamp(file: &Path) -> Option<(std::time::SystemTime, u64)> {
    let found = file.metadata().ok()?;
    Some((found.modified().ok()?, found.len()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn changed(before: &str, name: &str, typed: Option<&str>) -> Result<String, ApiError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.toml");
        std::fs::write(&file, before).unwrap();
        let result = change(&file, name, typed);
        let after = std::fs::read_to_string(&file).unwrap();
        if result.is_err() {
            assert_eq!(after, before, "a refused change must not touch the file");
        }
        result.map(|()| after)
    }

    #[test]
    fn comments_and_everything_else_stay() {
        let before = "# mine\n[database]\nport = 1 # old\nhost = 'db'\n\n[own]\nthing = true\n";
        let after = changed(before, "database.port", Some("5433")).unwrap();
        assert_eq!(after, "# mine\n[database]\nport = 5433 # old\nhost = 'db'\n\n[own]\nthing = true\n");
        let without = changed(before, "database.port", None).unwrap();
        assert_eq!(without, "# mine\n[database]\nhost = 'db'\n\n[own]\nthing = true\n");
    }

    #[test]
    fn a_setting_without_its_table_gets_one() {
        assert_eq!(changed("", "watch.mode", Some("poll")).unwrap(), "[watch]\nmode = \"poll\"\n");
        assert_eq!(changed("", "watch.mode", None).unwrap(), "");
    }

    #[test]
    fn a_dotted_key_is_changed_where_it_stands() {
        let after = changed("watch.mode = \"poll\"\n", "watch.mode", Some("events")).unwrap();
        assert_eq!(after, "watch.mode = \"events\"\n");
    }

    #[test]
    fn bad_names_bad_values_and_broken_files_are_refused() {
        assert_eq!(changed("", "watch.speed", Some("1")).unwrap_err().code, Code::NotFound);
        assert_eq!(changed("", "watch.mode", Some("fast")).unwrap_err().code, Code::Settings);
        assert_eq!(changed("watch = = 1", "watch.mode", Some("poll")).unwrap_err().code, Code::Settings);
        assert_eq!(changed("watch = 1", "watch.mode", Some("poll")).unwrap_err().code, Code::Settings);
    }

    #[test]
    fn a_file_that_is_not_there_means_the_defaults_and_is_made_by_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/settings.toml");
        assert_eq!(load(&file), (Settings::default(), vec![]));
        change(&file, "desktop.theme", Some("dark")).unwrap();
        assert_eq!(load(&file).0.desktop.theme, landfall_core::settings::Theme::Dark);
    }
}
