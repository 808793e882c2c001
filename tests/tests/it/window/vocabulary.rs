//! The words in which journeys through the window are told.

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use landfall_tests::desktop::{App, Desktop, Notifications, Openings, Options, Page, Screen, Tray};
use landfall_tests::postgres::{Database, Postgres};
use landfall_tests::until;

use crate::journeys::vocabulary::{COMMAND_WITHIN, Computer};

/// What follows a click at once, on a busy machine.
pub(crate) const SOON: Duration = Duration::from_secs(20);
/// A whole run, with a cold sample database, on a busy machine.
pub(crate) const RUN_WITHIN: Duration = Duration::from_mins(1);
/// The title of the app's one window.
pub(crate) const TITLE: &str = "Landfall";

/// Who measures time has the computer alone; all others share it.
static MACHINE: RwLock<()> = RwLock::new(());

/// A share of the computer, or all of it.
enum Machine {
    Shared { _guard: RwLockReadGuard<'static, ()> },
    Alone { _guard: RwLockWriteGuard<'static, ()> },
}

/// A person's computer with a desktop, and Landfall on it.
pub(crate) struct Desk {
    // In this order: the desktop lives in the home of the computer.
    pub(crate) desktop: Desktop,
    pub(crate) computer: Computer,
    _machine: Machine,
}

impl Desk {
    /// As after the installation: nothing was ever started.
    pub(crate) fn fresh() -> Self {
        Self::of(Computer::fresh(), Desktop::options())
    }

    /// The sample database has been filled once, so that runs begin at once.
    pub(crate) fn with_sample() -> Self {
        Self::of(Computer::with_sample(), Desktop::options())
    }

    /// As [`Desk::fresh`], with no other journey beside it that takes its time.
    pub(crate) fn alone() -> Self {
        let guard = MACHINE.write().unwrap_or_else(PoisonError::into_inner);
        Self::on(Machine::Alone { _guard: guard }, Computer::fresh(), Desktop::options())
    }

    pub(crate) fn of(computer: Computer, options: Options) -> Self {
        let guard = MACHINE.read().unwrap_or_else(PoisonError::into_inner);
        Self::on(Machine::Shared { _guard: guard }, computer, options)
    }

    fn on(machine: Machine, computer: Computer, options: Options) -> Self {
        let desktop = options.start(&computer.home);
        let computer = computer.with_environment(desktop.env().to_vec());
        Self { desktop, computer, _machine: machine }
    }

    /// Starts the app; its window shows the reports.
    pub(crate) fn opens(&self) -> App {
        let app = self.desktop.start_app();
        shows_reports(app.page());
        app
    }

    /// Starts the app without its window, and waits until its icon is in the tray.
    pub(crate) fn starts_hidden(&self) -> App {
        let app = self.desktop.start_hidden();
        self.tray().icon(SOON);
        app
    }

    pub(crate) fn notifications(&self) -> &Notifications {
        self.desktop.notifications()
    }

    pub(crate) fn openings(&self) -> &Openings {
        self.desktop.openings()
    }

    pub(crate) fn tray(&self) -> &Tray {
        self.desktop.tray()
    }

    pub(crate) fn screen(&self) -> &Screen {
        self.desktop.screen()
    }

    /// Closes the window by the cross in its title bar, and waits until it is gone.
    pub(crate) fn closes_window(&self) {
        let window = self.screen().window(TITLE);
        self.screen().close(&window);
        until(SOON, "the window to go", || self.screen().shows(TITLE).is_none());
    }

    /// Makes a report by the command line, which must succeed; its file name.
    pub(crate) fn makes_report(&self) -> String {
        let run = self.computer.makes("report run --previous-month");
        run["file"].as_str().expect("a file").to_owned()
    }

    /// Reports read this server from now on.
    pub(crate) fn uses_server(&self, database: &Database) {
        let values = [
            ("source", "server".to_owned()),
            ("host", database.host().to_owned()),
            ("port", database.port().to_string()),
            ("name", database.name().to_owned()),
            ("user", database.user().to_owned()),
        ];
        for (key, value) in values {
            self.computer.succeeds(&format!("settings set database.{key} {value}"));
        }
    }

    /// As a person who typed it earlier.
    pub(crate) fn keeps_password(&self, password: &str) {
        let kept =
            self.computer.landfall("db password set").input(format!("{password}\n")).run(COMMAND_WITHIN);
        assert_eq!(kept.code(), 0, "{kept}");
    }

    /// A server of the user's own, its password kept, and a definition "gated" whose runs wait at the gate.
    pub(crate) fn has_gated_report(&self, database: &Database) -> Gate {
        self.defines("gated", "Gated report", GATED_SQL);
        self.uses_server(database);
        self.keeps_password(database.password());
        Gate::closed(database)
    }

    /// Puts a definition of one column `n` where Landfall looks for them.
    pub(crate) fn defines(&self, name: &str, title: &str, sql: &str) {
        let folder = self.computer.home.data().join("definitions").join(name);
        fs::create_dir_all(&folder).expect("our own folder");
        let text = format!(
            "name = \"{name}\"\ntitle = \"{title}\"\n[[column]]\nname = \"n\"\nformat = \"integer\"\n"
        );
        fs::write(folder.join("report.toml"), text).expect("our own folder");
        fs::write(folder.join("report.sql"), sql).expect("our own folder");
    }
}

/// Waits at the gate, then gives its rows.
const GATED_SQL: &str = "SELECT rows.n FROM \
    (SELECT pg_advisory_xact_lock_shared(4242)::text AS opened) AS gate, \
    generate_series(1, 5000) AS rows (n) WHERE $1::timestamptz < $2::timestamptz";

/// While it is closed, a gated report runs and doesn't come to its end.
pub(crate) struct Gate {
    holder: Child,
}

impl Gate {
    fn closed(database: &Database) -> Self {
        let mut holder = Command::new("psql")
            .args(["--no-psqlrc", "--host", database.host(), "--port", &database.port().to_string()])
            .args(["--username", database.user(), "--dbname", database.name()])
            .env("PGPASSWORD", database.password())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("psql runs (Debian: apt-get install postgresql-client)");
        // It then waits for more: the server sees its end at once, which it would not in the middle of a query.
        let typed = holder.stdin.as_mut().expect("piped");
        typed.write_all(b"SELECT pg_advisory_lock(4242);\n").expect("psql listens");
        let held = format!(
            "SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database \
             WHERE locktype = 'advisory' AND granted AND datname = '{}'",
            database.name()
        );
        until(SOON, "the gate to be closed", || Postgres::shared().sql(&held) == "1");
        Self { holder }
    }

    /// Lets every gated run through.
    pub(crate) fn open(mut self) {
        self.end();
    }

    /// The server frees the lock when the connection is gone.
    fn end(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.end();
    }
}

pub(crate) fn shows_reports(page: &Page) {
    page.part("heading", "Reports").is_there();
}
