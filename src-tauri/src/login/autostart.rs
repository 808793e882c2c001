//! A desktop entry in the autostart folder of a Linux desktop
//! (<https://specifications.freedesktop.org/autostart-spec/latest/>).

use std::fs;
use std::io;
use std::path::Path;

use landfall_wire::Places;

use super::HIDDEN;

/// Puts the entry into `config/autostart`, or takes it away.
pub(super) fn set(config: &Path, places: &Places, program: &Path, wanted: bool) -> io::Result<()> {
    let folder = config.join("autostart");
    // Another data folder is another Landfall.
    let name = if places.chosen {
        format!("landfall-{}.desktop", places.key())
    } else {
        "landfall.desktop".to_owned()
    };
    let path = folder.join(name);
    if !wanted {
        return match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    let text = entry(places, program);
    if fs::read_to_string(&path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    fs::create_dir_all(&folder)?;
    fs::write(&path, text)
}

fn entry(places: &Places, program: &Path) -> String {
    let mut words = Vec::new();
    if places.chosen {
        words.extend(["env".to_owned(), format!("LANDFALL_HOME={}", places.data.display())]);
    }
    words.extend([program.display().to_string(), HIDDEN.to_owned()]);
    let command = words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
    format!(
        "[Desktop Entry]\nType=Application\nName=Landfall\nExec={command}\nIcon=landfall-desktop\n\
         Terminal=false\nX-GNOME-Autostart-enabled=true\n"
    )
}

/// A word of `Exec` (Desktop Entry Specification, "The Exec key"): quoted where it must be, `%` doubled.
fn quoted(word: &str) -> String {
    let word = word.replace('%', "%%");
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/-._=+:,@%".contains(letter);
    if word.chars().all(plain) {
        return word;
    }
    // The backslashes of the quoting are themselves written in a string of the file, which halves them once more.
    let mut text = String::from("\"");
    for letter in word.chars() {
        match letter {
            '\\' => text.push_str(r"\\\\"),
            '"' | '`' | '$' => {
                text.push_str(r"\\");
                text.push(letter);
            }
            _ => text.push(letter),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use landfall_wire::places::Surroundings;

    use super::*;

    fn places(landfall_home: Option<&str>) -> Places {
        Places::of(&Surroundings { landfall_home: landfall_home.map(Into::into), ..Surroundings::default() })
    }

    #[test]
    fn the_entry_comes_and_goes_and_starts_without_a_window() {
        let config = tempfile::tempdir().unwrap();
        let path = config.path().join("autostart/landfall.desktop");
        let follow = |wanted| set(config.path(), &places(None), Path::new("/opt/landfall-desktop"), wanted);
        follow(false).unwrap();
        assert!(!path.exists());
        follow(true).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("\nExec=/opt/landfall-desktop --hidden\n"), "{text}");
        follow(false).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn another_data_folder_starts_with_that_folder() {
        let text = entry(&places(Some("/srv/a b")), Path::new("/opt/50%/landfall-desktop"));
        let exec = "\nExec=env \"LANDFALL_HOME=/srv/a b\" /opt/50%%/landfall-desktop --hidden\n";
        assert!(text.contains(exec), "{text}");
    }

    #[test]
    fn letters_that_mean_something_are_quoted() {
        assert_eq!(quoted("/a$b"), r#""/a\\$b""#);
        assert_eq!(quoted(r"a\b"), r#""a\\\\b""#);
    }
}
