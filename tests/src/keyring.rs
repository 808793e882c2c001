//! A real key store: gnome-keyring's Secret Service, unlocked, on a session bus of its own.

use std::fs;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::bus::Bus;
use crate::leash::{Leash, Leashed};
use crate::process::{self, Signal};
use crate::wait::until;

const READY_WITHIN: Duration = Duration::from_secs(20);
const NAME: &str = "org.freedesktop.secrets";

/// The bus and the store; both end with the test's process, and what was stored is gone.
#[derive(Debug)]
pub struct Keyring {
    address: String,
    // Fields drop in this order: the store, its bus, their folder.
    store: Leash,
    _bus: Option<Bus>,
    folder: TempDir,
}

impl Keyring {
    /// Starts both and waits until the store answers on the bus.
    pub fn start() -> Self {
        let folder = own_folder();
        let bus = Bus::start(folder.path());
        let address = bus.address().to_owned();
        Self::start_in(folder, address, Some(bus))
    }

    /// A store on a bus that is there already.
    pub fn start_on(bus: &Bus) -> Self {
        Self::start_in(own_folder(), bus.address().to_owned(), None)
    }

    fn start_in(folder: TempDir, address: String, bus: Option<Bus>) -> Self {
        let path = folder.path();
        let store = Leashed::program("gnome-keyring-daemon", &path.join("keyring.log"))
            .removing(path)
            .args(["--foreground", "--unlock", "--components=secrets", "--control-directory"])
            .args([path.join("control")])
            .envs([("DBUS_SESSION_BUS_ADDRESS", address.as_str())])
            .envs([
                ("HOME", path),
                ("XDG_DATA_HOME", path),
                ("XDG_RUNTIME_DIR", path),
                ("XDG_CONFIG_HOME", path),
            ])
            .input("the key of the tests")
            .start();
        until(READY_WITHIN, "the key store on its bus", || {
            assert!(store.is_running(), "gnome-keyring-daemon ended: {}", store.log());
            has_owner(&address)
        });
        Self { address, store, _bus: bus, folder }
    }

    /// The variable by which a program finds this store.
    pub fn env(&self) -> Vec<(String, String)> {
        vec![("DBUS_SESSION_BUS_ADDRESS".to_owned(), self.address.clone())]
    }

    /// From now on the store takes what it is asked, and never answers: as one that waits for a person to unlock it.
    pub fn falls_silent(&self) {
        process::signal(self.store.pid(), Signal::STOP);
    }

    /// The user names of all entries of a program in the store.
    pub fn entries_of(&self, service: &str) -> Vec<String> {
        let found = Command::new("secret-tool")
            .args(["search", "--all", "service", service])
            .envs(self.env())
            .output()
            .expect("secret-tool runs (Debian: apt-get install libsecret-tools)");
        // It tells attributes on standard error, and the rest on standard output.
        let said =
            String::from_utf8_lossy(&found.stderr).into_owned() + &String::from_utf8_lossy(&found.stdout);
        said.lines()
            .filter_map(|line| line.strip_prefix("attribute.username = "))
            .map(str::to_owned)
            .collect()
    }

    /// True when some file of the store holds these bytes in the clear; it never should.
    pub fn holds_in_the_clear(&self, secret: &str) -> bool {
        let files = fs::read_dir(self.folder.path().join("keyrings")).into_iter().flatten().flatten();
        files
            .filter_map(|file| fs::read(file.path()).ok())
            .any(|bytes| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()))
    }
}

fn own_folder() -> TempDir {
    tempfile::Builder::new().prefix("landfall-keyring-").tempdir().expect("a temporary folder")
}

fn has_owner(address: &str) -> bool {
    let answer = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"])
        .args(["org.freedesktop.DBus.NameHasOwner", &format!("string:{NAME}")])
        .env("DBUS_SESSION_BUS_ADDRESS", address)
        .output()
        .expect("dbus-send runs (Debian: apt-get install dbus)");
    String::from_utf8_lossy(&answer.stdout).contains("boolean true")
}
