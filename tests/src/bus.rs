//! A session bus of one's own, without activation: nothing starts on it but what a test starts.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::leash::{Leash, Leashed};
use crate::wait::until;

const READY_WITHIN: Duration = Duration::from_secs(20);

/// A running bus; it ends with its value.
#[derive(Debug)]
pub struct Bus {
    address: String,
    _daemon: Leash,
}

impl Bus {
    /// Starts one whose socket, configuration and log lie in this folder.
    pub fn start(folder: &Path) -> Self {
        let socket = folder.join("bus");
        let address = format!("unix:path={}", socket.display());
        let config = folder.join("bus.conf");
        let text = format!(
            "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \"busconfig.dtd\">\n\
             <busconfig><type>session</type><listen>{address}</listen><auth>EXTERNAL</auth>\n\
             <policy context=\"default\"><allow send_destination=\"*\"/><allow receive_sender=\"*\"/>\n\
             <allow own=\"*\"/></policy></busconfig>\n"
        );
        fs::write(&config, text).expect("our own folder");
        let daemon = Leashed::program("dbus-daemon", &folder.join("bus.log"))
            .args(["--nofork", "--nopidfile", "--nosyslog", "--config-file"])
            .args([&config])
            .start();
        until(READY_WITHIN, "the session bus", || {
            assert!(daemon.is_running(), "dbus-daemon ended: {}", daemon.log());
            socket.exists()
        });
        Self { address, _daemon: daemon }
    }

    /// What stands in `DBUS_SESSION_BUS_ADDRESS`.
    pub fn address(&self) -> &str {
        &self.address
    }
}
