//! Where everything lies (contract, "Places").

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use landfall_core::names::REPORTS_FOLDER;
use sha2::{Digest, Sha256};

use crate::error::WireError;

/// A path of a Unix socket has 104 bytes on macOS and 108 on Linux, its end included.
const LONGEST_SOCKET_PATH_BYTES: usize = 100;

/// Every place of one Landfall. All are absolute; none is made by asking for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Everything that is not settings.
    pub data: PathBuf,
    /// Settings and own definitions.
    pub config: PathBuf,
    pub settings_file: PathBuf,
    /// Own report definitions, a folder each.
    pub definitions: PathBuf,
    pub ledger: PathBuf,
    /// Held by the engine of this data folder.
    pub lock: PathBuf,
    pub logs: PathBuf,
    pub runs: PathBuf,
    /// The sample database.
    pub sample: PathBuf,
    /// Reports of crashes.
    pub crashes: PathBuf,
    /// The control socket; on Windows the name of a pipe.
    pub socket: PathBuf,
    /// Where reports go unless the settings say otherwise.
    pub reports_default: PathBuf,
    /// The home folder, to be shown as `~`.
    pub home: PathBuf,
    /// `LANDFALL_HOME` decides the places; a child gets it as an absolute path.
    pub chosen: bool,
}

/// What of this computer decides the places.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// `LANDFALL_HOME`, absolute.
    pub landfall_home: Option<PathBuf>,
    pub home: PathBuf,
    /// The data and config folders that the system gives to programs.
    pub data_local: PathBuf,
    pub config: PathBuf,
    /// `XDG_RUNTIME_DIR`, where it is a private folder of this user.
    pub runtime: Option<PathBuf>,
    /// Tells users apart: the uid, on Windows the SID.
    pub user: String,
}

impl Places {
    /// The places of this process: `LANDFALL_HOME`, else the folders of this user.
    pub fn from_environment() -> Result<Self, WireError> {
        let home = directories::BaseDirs::new().map(|folders| folders.home_dir().to_path_buf());
        let chosen = variable("LANDFALL_HOME").map(PathBuf::from);
        let folders = directories::ProjectDirs::from("app", "Landfall", "landfall");
        let (data_local, config) = match (&chosen, folders) {
            (_, Some(folders)) => {
                (folders.data_local_dir().to_path_buf(), folders.config_dir().to_path_buf())
            }
            (Some(_), None) => (PathBuf::new(), PathBuf::new()),
            (None, None) => return Err(WireError::FindHome),
        };
        let landfall_home = chosen
            .map(|path| {
                std::path::absolute(&path).map_err(|source| WireError::PrepareFolder { path, source })
            })
            .transpose()?;
        let home = home.or_else(|| landfall_home.clone()).ok_or(WireError::FindHome)?;
        Ok(Self::of(&Surroundings {
            landfall_home,
            home,
            data_local,
            config,
            runtime: variable("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| is_private_folder(path)),
            user: user(),
        }))
    }

    /// The places that follow from `around`. Looks at the disk only to follow links to the data folder, so that
    /// every way to it leads to the same engine.
    pub fn of(around: &Surroundings) -> Self {
        let (data, config) = match &around.landfall_home {
            Some(home) => (real(home), real(home)),
            None => (real(&around.data_local), around.config.clone()),
        };
        let socket = socket(around, &data);
        Self {
            settings_file: config.join("settings.toml"),
            definitions: config.join("definitions"),
            ledger: data.join("ledger.sqlite3"),
            lock: data.join("engine.lock"),
            logs: data.join("logs"),
            runs: data.join("runs"),
            sample: data.join("sample"),
            crashes: data.join("crashes"),
            reports_default: around.home.join(REPORTS_FOLDER),
            home: around.home.clone(),
            chosen: around.landfall_home.is_some(),
            data,
            config,
            socket,
        }
    }

    /// Makes the data folder and the folders in it, for this user only.
    pub fn make(&self) -> Result<(), WireError> {
        for folder in [&self.data, &self.logs, &self.runs, &self.crashes] {
            make_private(folder)?;
        }
        Ok(())
    }

    /// What stands for this Landfall in names that others see: of the tray's icon, of the one running app.
    pub fn key(&self) -> String {
        key(&self.data)
    }

    /// Names the socket in use. A door whose `XDG_RUNTIME_DIR` differs from the engine's (a cron job) finds it here.
    pub(crate) fn address(&self) -> PathBuf {
        self.data.join("engine.address")
    }

    /// Held while an engine is being started, so that many doors start one; and while data is removed under which none
    /// may be started.
    pub fn start_lock(&self) -> PathBuf {
        self.data.join("start.lock")
    }

    /// What an engine says before it has a log.
    pub(crate) fn start_log(&self) -> PathBuf {
        self.logs.join("engine-start.log")
    }
}

#[cfg(not(windows))]
fn socket(around: &Surroundings, data: &Path) -> PathBuf {
    let name = format!("{}.sock", key(data));
    let fits = |path: &PathBuf| path.as_os_str().len() <= LONGEST_SOCKET_PATH_BYTES;
    let in_runtime = around.runtime.as_ref().map(|runtime| runtime.join("landfall").join(&name));
    in_runtime
        .filter(fits)
        .or_else(|| Some(data.join(&name)).filter(fits))
        // A data folder deep in the tree. /tmp itself rather than TMPDIR, because all doors must find the same.
        .unwrap_or_else(|| Path::new("/tmp").join(format!("landfall-{}", around.user)).join(&name))
}

#[cfg(windows)]
fn socket(around: &Surroundings, data: &Path) -> PathBuf {
    PathBuf::from(format!(r"\\.\pipe\landfall-{}-{}", around.user, key(data)))
}

/// What stands for a data folder in names: 16 hexadecimal digits of the SHA-256 of its path.
fn key(data: &Path) -> String {
    hex::encode(&Sha256::digest(data.as_os_str().as_encoded_bytes())[..8])
}

/// The path with links followed as far as it exists.
fn real(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (fs::canonicalize(ancestor), path.strip_prefix(ancestor)) {
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    path.to_path_buf()
}

fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(unix)]
fn user() -> String {
    rustix::process::geteuid().as_raw().to_string()
}

#[cfg(windows)]
fn user() -> String {
    crate::address::sid().unwrap_or_else(|| "unknown".to_owned())
}

/// Makes a folder (and those above it) that only this user may enter. An existing one keeps its permissions.
pub(crate) fn make_private(path: &Path) -> Result<(), WireError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| WireError::PrepareFolder { path: path.to_path_buf(), source })
}

/// Whether it is a folder of this user that nobody else may enter; never a link.
#[cfg(unix)]
#[expect(clippy::verbose_bit_mask, reason = "permissions are read as octal digits")]
pub(crate) fn is_private_folder(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::symlink_metadata(path).is_ok_and(|found| {
        found.is_dir() && found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o077 == 0
    })
}

#[cfg(windows)]
pub(crate) fn is_private_folder(path: &Path) -> bool {
    path.is_dir()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn around() -> Surroundings {
        Surroundings {
            landfall_home: None,
            home: "/home/ada".into(),
            data_local: "/home/ada/.local/share/landfall".into(),
            config: "/home/ada/.config/landfall".into(),
            runtime: Some("/run/user/1000".into()),
            user: "1000".to_owned(),
        }
    }

    #[test]
    fn places_are_those_of_the_contract() {
        let places = Places::of(&around());
        let data = Path::new("/home/ada/.local/share/landfall");
        assert_eq!(places.ledger, data.join("ledger.sqlite3"));
        assert_eq!(places.lock, data.join("engine.lock"));
        assert_eq!(places.settings_file, Path::new("/home/ada/.config/landfall/settings.toml"));
        assert_eq!(places.definitions, Path::new("/home/ada/.config/landfall/definitions"));
        assert_eq!(places.reports_default, Path::new("/home/ada/kubernetes-reports"));
        assert_eq!(places.socket.parent(), Some(Path::new("/run/user/1000/landfall")));
    }

    #[test]
    fn landfall_home_holds_data_and_settings() {
        let places = Places::of(&Surroundings { landfall_home: Some("/srv/lf".into()), ..around() });
        assert_eq!(places.data, Path::new("/srv/lf"));
        assert_eq!(places.settings_file, Path::new("/srv/lf/settings.toml"));
    }

    #[test]
    fn without_a_runtime_folder_the_socket_lies_in_the_data_folder() {
        let places = Places::of(&Surroundings { runtime: None, ..around() });
        assert_eq!(places.socket.parent(), Some(places.data.as_path()));
    }

    #[test]
    fn a_path_too_long_for_a_socket_gives_a_short_private_one_that_still_tells_data_folders_apart() {
        let deep = |name: &str| {
            let home = PathBuf::from(format!("/home/{}/{name}", "d".repeat(120)));
            Places::of(&Surroundings { landfall_home: Some(home), runtime: None, ..around() }).socket
        };
        assert!(deep("a").starts_with("/tmp/landfall-1000"), "{}", deep("a").display());
        assert!(deep("a").as_os_str().len() <= LONGEST_SOCKET_PATH_BYTES);
        assert_ne!(deep("a"), deep("b"));
    }
}
