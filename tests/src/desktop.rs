//! One whole desktop for one test: a screen with a window manager, a session bus with a tray and notifications, programs
//! that open files, perhaps a key store and a screen reader; and the app on it, seen and used as a person does.
//!
//! Everything is of its own, so tests run side by side, and everything ends with the test, also when that is killed.
//!
//! ```no_run
//! use landfall_tests::{desktop::Desktop, home::Home};
//! use std::time::Duration;
//!
//! let home = Home::new();
//! let desktop = Desktop::new(&home);
//! let app = desktop.start_app();
//! app.page().button("Try it on this computer").click();
//! let done = desktop.notifications().number(Duration::from_secs(30), 1);
//! desktop.notifications().press(&done, "Open");
//! assert!(desktop.openings().spreadsheet(Duration::from_secs(10), 1).starts_with(home.reports()));
//! ```

mod accessibility;
mod app;
mod driver;
mod notifications;
mod openings;
mod page;
mod screen;
mod spoken;
mod tray;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use accessibility::{Accessibility, Object};
pub use app::{App, PROGRAM};
pub use notifications::{Notification, Notifications};
pub use openings::{Opener, Openings};
pub use page::{Page, Part};
pub use screen::{Screen, Window};
pub use spoken::Spoken;
pub use tray::{Entry, Icon, Tray};

use crate::bus::Bus;
use crate::home::Home;
use crate::keyring::Keyring;
use crate::leash::{Leash, Leashed};
use crate::program::{self, Finished, Program};

/// A second start hands over and ends; a busy machine takes its time.
const HANDS_OVER_WITHIN: Duration = Duration::from_mins(1);

/// What a desktop has; everything but a key store and a screen reader, unless told otherwise.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent parts of a desktop")]
pub struct Options {
    tray: bool,
    notifications: bool,
    notification_buttons: bool,
    key_store: bool,
    screen_reader: bool,
    openers: Vec<Opener>,
    environment: Vec<(String, String)>,
}

/// A running desktop.
#[derive(Debug)]
pub struct Desktop {
    // In the order in which they end: what lives on the bus and the screen first.
    tray: Option<Tray>,
    notifications: Option<Notifications>,
    accessibility: Option<Accessibility>,
    keyring: Option<Keyring>,
    screen: Arc<Screen>,
    openings: Openings,
    bus: Bus,
    _sweeper: Leash,
    folder: PathBuf,
    data: PathBuf,
    environment: Vec<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tray: true,
            notifications: true,
            notification_buttons: true,
            key_store: false,
            screen_reader: false,
            openers: vec![Opener::Spreadsheets, Opener::Folders, Opener::Texts],
            environment: Vec::new(),
        }
    }
}

impl Options {
    /// No tray, as on a bare GNOME; one may come later by [`Desktop::start_tray`].
    #[must_use]
    pub fn without_tray(mut self) -> Self {
        self.tray = false;
        self
    }

    /// Nobody shows notifications.
    #[must_use]
    pub fn without_notifications(mut self) -> Self {
        self.notifications = false;
        self
    }

    /// Notifications have no buttons; the click is all there is.
    #[must_use]
    pub fn without_notification_buttons(mut self) -> Self {
        self.notification_buttons = false;
        self
    }

    /// A real key store on the bus.
    #[must_use]
    pub fn with_key_store(mut self) -> Self {
        self.key_store = true;
        self
    }

    /// The bus of AT-SPI, with a screen reader said to be on.
    #[must_use]
    pub fn with_screen_reader(mut self) -> Self {
        self.screen_reader = true;
        self
    }

    /// Only these programs are installed.
    #[must_use]
    pub fn with_openers(mut self, openers: &[Opener]) -> Self {
        self.openers = openers.to_vec();
        self
    }

    /// A variable of everything that starts here.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts the desktop for the person of this home, which must outlive it.
    pub fn start(self, home: &Home) -> Desktop {
        let folder = home.scratch().join("desktop");
        fs::create_dir_all(&folder).expect("our own folder");
        // A killed test drops nothing. Without that variable itself, or the sweeper would be swept first.
        let sweeper = Leashed::program("sleep", &folder.join("sweeper.log"))
            .args(["infinity"])
            .sweeping("LANDFALL_HOME", &home.data())
            .removing(home.folder())
            .start();
        let bus = Bus::start(&folder);
        let openings = Openings::prepare(&folder, &home.path(), &self.openers);
        let mut environment = home.env();
        environment.extend(openings.env());
        environment.extend(fixed_environment(home, &bus));
        let screen = Arc::new(Screen::start(&folder, &environment));
        environment.push(("DISPLAY".to_owned(), screen.display().to_owned()));
        let accessibility = self.screen_reader.then(|| Accessibility::start(&bus, &folder, &environment));
        if accessibility.is_none() {
            environment.push(("NO_AT_BRIDGE".to_owned(), "1".to_owned()));
        }
        environment.extend(self.environment);
        Desktop {
            tray: self.tray.then(|| Tray::start(&bus)),
            notifications: self.notifications.then(|| Notifications::start(&bus, self.notification_buttons)),
            accessibility,
            keyring: self.key_store.then(|| Keyring::start_on(&bus)),
            screen,
            openings,
            bus,
            _sweeper: sweeper,
            folder,
            data: home.data(),
            environment,
        }
    }
}

impl Desktop {
    /// One with everything but a key store and a screen reader.
    pub fn new(home: &Home) -> Self {
        Options::default().start(home)
    }

    pub fn options() -> Options {
        Options::default()
    }

    /// The variables of a program on this desktop.
    pub fn env(&self) -> &[(String, String)] {
        &self.environment
    }

    /// Starts the app as a person does by its icon.
    pub fn start_app(&self) -> App {
        self.start_app_with(&[])
    }

    /// Starts it as the system does when the person logs in: no window comes.
    pub fn start_hidden(&self) -> App {
        self.start_app_with(&["--hidden"])
    }

    pub fn start_app_with(&self, arguments: &[&str]) -> App {
        self.start_program(&program::binary(PROGRAM), arguments)
    }

    /// Starts any program with a WebKit window that can be driven.
    pub fn start_program(&self, path: &Path, arguments: &[&str]) -> App {
        App::start(&self.folder, &self.environment, Arc::clone(&self.screen), path, arguments)
    }

    /// Starts it once more while it runs; the second start hands its arguments to the first and ends.
    pub fn start_again(&self, arguments: &[&str]) -> Finished {
        self.program(&program::binary(PROGRAM)).args(arguments).run(HANDS_OVER_WITHIN)
    }

    /// Any program, on this desktop.
    pub fn program(&self, path: &Path) -> Program {
        Program::at(path).envs(self.environment.iter().map(|(name, value)| (name, value)))
    }

    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// What was opened, and which programs are there to open it.
    pub fn openings(&self) -> &Openings {
        &self.openings
    }

    /// # Panics
    /// On a desktop without any.
    pub fn notifications(&self) -> &Notifications {
        self.notifications.as_ref().expect("a desktop that shows notifications")
    }

    /// # Panics
    /// On a desktop that has none at the moment.
    pub fn tray(&self) -> &Tray {
        self.tray.as_ref().expect("a desktop with a tray")
    }

    /// The tray goes, as when the panel crashes.
    pub fn stop_tray(&mut self) {
        self.tray = None;
    }

    /// A tray comes.
    pub fn start_tray(&mut self) {
        self.tray = Some(Tray::start(&self.bus));
    }

    /// # Panics
    /// On a desktop without a screen reader.
    pub fn accessibility(&self) -> &Accessibility {
        self.accessibility.as_ref().expect("a desktop with a screen reader")
    }

    /// # Panics
    /// On a desktop without a key store.
    pub fn keyring(&self) -> &Keyring {
        self.keyring.as_ref().expect("a desktop with a key store")
    }

    /// What a failure leaves for the reader.
    #[expect(clippy::print_stderr, reason = "the test's own report")]
    fn tell(&self) {
        for notification in self.notifications.iter().flat_map(Notifications::all) {
            eprintln!("--- notified: {notification:?}");
        }
        eprintln!("--- opened: {:?} {:?}", self.openings.spreadsheets(), self.openings.folders());
        for log in fs::read_dir(self.data.join("logs")).into_iter().flatten().flatten() {
            let text = fs::read_to_string(log.path()).unwrap_or_default();
            eprintln!("--- {}:\n{}", log.path().display(), app::last_lines(&text));
        }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.tell();
        }
    }
}

/// The same for everything on the desktop. Settings of the computer that runs the test stay outside.
fn fixed_environment(home: &Home, bus: &Bus) -> Vec<(String, String)> {
    let cache = home.path().join(".cache").display().to_string();
    [
        ("DBUS_SESSION_BUS_ADDRESS", bus.address().to_owned()),
        ("XDG_CACHE_HOME", cache),
        ("XDG_SESSION_TYPE", "x11".to_owned()),
        ("GDK_BACKEND", "x11".to_owned()),
        ("GSETTINGS_BACKEND", "memory".to_owned()),
        ("GIO_USE_VFS", "local".to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}
