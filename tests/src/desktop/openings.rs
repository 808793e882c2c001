//! The programs that open files here: they write down what they were asked to open, and open nothing.

use std::fmt::Write;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::wait::eventually;

const SPREADSHEETS: [&str; 2] = [
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel.sheet.macroEnabled.12",
];
const FOLDERS: &str = "inode/directory";
const TEXTS: &str = "text/plain";

/// Of what this computer's programs share, a desktop needs types of files, fonts, icons; but none of its programs, or
/// they would open the files.
const NOT_SHARED: [&str; 2] = ["applications", "dbus-1"];

/// What was opened on one desktop.
#[derive(Debug)]
pub struct Openings {
    log: PathBuf,
    share: PathBuf,
    config: PathBuf,
}

/// A program that a person may or may not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opener {
    Spreadsheets,
    Folders,
    Texts,
}

impl Openings {
    /// Makes the programs known to the person of this home folder.
    pub(super) fn prepare(folder: &Path, home: &Path, openers: &[Opener]) -> Self {
        let (share, config) = (home.join(".local/share"), home.join(".config"));
        let openings = Self { log: folder.join("opened"), share, config };
        for path in [&openings.share.join("applications"), &openings.config] {
            fs::create_dir_all(path).expect("our own folder");
        }
        link_shared(&folder.join("share"));
        openings.install(openers);
        openings
    }

    /// Installs exactly these; what was there is gone.
    pub fn install(&self, openers: &[Opener]) {
        let mut defaults = "[Default Applications]\n".to_owned();
        for opener in [Opener::Spreadsheets, Opener::Folders, Opener::Texts] {
            let (name, types): (_, &[&str]) = match opener {
                Opener::Spreadsheets => ("spreadsheets", &SPREADSHEETS),
                Opener::Folders => ("folders", &[FOLDERS]),
                Opener::Texts => ("texts", &[TEXTS]),
            };
            let entry = self.share.join("applications").join(format!("{name}.desktop"));
            let _ = fs::remove_file(&entry);
            if !openers.contains(&opener) {
                continue;
            }
            let script = self.log.with_file_name(format!("open-{name}"));
            // One line a call, its arguments between tabs; a whole line of this length is written at once.
            let text = format!(
                "#!/bin/sh\n{{ printf '{name}'; for each in \"$@\"; do printf '\\t%s' \"$each\"; done; echo; }} >> '{}'\n",
                self.log.display()
            );
            fs::write(&script, text).expect("our own folder");
            fs::set_permissions(&script, Permissions::from_mode(0o755)).expect("our own folder");
            let text = format!(
                "[Desktop Entry]\nType=Application\nName={name}\nExec={} %f\nMimeType={};\n",
                script.display(),
                types.join(";")
            );
            fs::write(entry, text).expect("our own folder");
            for kind in types {
                let _ = writeln!(defaults, "{kind}={name}.desktop");
            }
        }
        fs::write(self.config.join("mimeapps.list"), defaults).expect("our own folder");
    }

    /// The variables by which programs find these, and no others of this computer.
    pub(super) fn env(&self) -> Vec<(String, String)> {
        let share = self.log.with_file_name("share").display().to_string();
        [
            ("XDG_DATA_HOME", self.share.display().to_string()),
            ("XDG_CONFIG_HOME", self.config.display().to_string()),
            ("XDG_DATA_DIRS", share),
            // xdg-open's last resort would be any browser.
            ("BROWSER", "no-browser-here".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    /// Every spreadsheet that was opened so far, in order.
    pub fn spreadsheets(&self) -> Vec<PathBuf> {
        self.of("spreadsheets")
    }

    /// Every folder that was opened so far, in order.
    pub fn folders(&self) -> Vec<PathBuf> {
        self.of("folders")
    }

    /// Every text file that was opened so far, in order.
    pub fn texts(&self) -> Vec<PathBuf> {
        self.of("texts")
    }

    /// Waits until that many spreadsheets were opened, and gives the last.
    pub fn spreadsheet(&self, within: Duration, number: usize) -> PathBuf {
        eventually(within, &format!("spreadsheet {number} to be opened"), || {
            self.spreadsheets().into_iter().nth(number - 1)
        })
    }

    /// Waits until that many folders were opened, and gives the last.
    pub fn folder(&self, within: Duration, number: usize) -> PathBuf {
        eventually(within, &format!("folder {number} to be opened"), || {
            self.folders().into_iter().nth(number - 1)
        })
    }

    fn of(&self, opener: &str) -> Vec<PathBuf> {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole
            .lines()
            .filter_map(|line| {
                let mut words = line.split('\t');
                (words.next() == Some(opener)).then(|| {
                    let path = words.next().unwrap_or_default();
                    assert_eq!(words.next(), None, "one file a call: {line:?}");
                    PathBuf::from(path)
                })
            })
            .collect()
    }
}

fn link_shared(to: &Path) {
    fs::create_dir_all(to).expect("our own folder");
    for entry in fs::read_dir("/usr/share").into_iter().flatten().flatten() {
        let name = entry.file_name();
        if !NOT_SHARED.iter().any(|other| name == *other) {
            symlink(entry.path(), to.join(name)).expect("our own folder");
        }
    }
}
