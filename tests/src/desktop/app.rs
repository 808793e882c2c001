//! The app as it runs on a desktop.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::driver::{Beginning, Driver};
use super::page::Page;
use super::screen::Screen;
use crate::cache;
use crate::process::{self, Signal};
use crate::wait::{eventually, until};

/// The name of the program.
pub const PROGRAM: &str = "landfall-desktop";
const STARTS_WITHIN: Duration = Duration::from_mins(1);
const TOLD_LINES: usize = 60;

/// A start of the app, under a WebDriver. Dropping it kills both.
#[derive(Debug)]
pub struct App {
    pid: u32,
    beginning: OnceCell<Page>,
    session: std::cell::RefCell<Option<Beginning>>,
    driver: Driver,
    screen: Arc<Screen>,
}

impl App {
    pub(super) fn start(
        folder: &Path,
        environment: &[(String, String)],
        screen: Arc<Screen>,
        binary: &Path,
        arguments: &[&str],
    ) -> Self {
        let name = binary.file_name().expect("a program").to_string_lossy().into_owned();
        let number = fs::read_dir(folder).into_iter().flatten().count();
        let driver = Driver::start(&log_file(folder, number), environment);
        let session = driver.begin(binary, arguments);
        let pid = eventually(STARTS_WITHIN, "the app's process", || {
            let started = process::named(&name);
            started.into_iter().find(|pid| process::parent(*pid) == Some(driver.pid()))
        });
        Self { pid, beginning: OnceCell::new(), session: Some(session).into(), driver, screen }
    }

    /// The page of its window; waits until the app has one.
    pub fn page(&self) -> &Page {
        self.page_within(STARTS_WITHIN)
    }

    pub fn page_within(&self, within: Duration) -> &Page {
        self.beginning.get_or_init(|| {
            let session =
                self.session.borrow_mut().take().expect("a window that didn't come is not awaited twice");
            let client = session.client(within);
            Page::new(client.unwrap_or_else(|error| panic!("{error}\n{}", self.log())))
        })
    }

    pub fn pid(&self) -> u32 {
        self.pid
    }

    pub fn is_running(&self) -> bool {
        process::is_alive(self.pid)
    }

    /// Waits until it has ended by itself.
    pub fn ends_within(&self, within: Duration) {
        until(within, "the app to end", || !self.is_running());
    }

    /// kill -9, and waits until it is gone.
    pub fn kill9(&self) {
        process::signal(self.pid, Signal::KILL);
        self.ends_within(Duration::from_secs(10));
    }

    /// What it and its driver have written.
    pub fn log(&self) -> String {
        self.driver.log()
    }

    /// What a failure leaves for the reader: a picture of the screen, the page's text, the log's end.
    #[expect(clippy::print_stderr, reason = "the test's own report")]
    fn tell(&self) {
        let picture = failure_picture();
        self.screen.picture(&picture);
        eprintln!("--- the screen as it was: {}", picture.display());
        eprintln!("--- its window manager: {}", self.screen.account());
        if let Some(text) = self.beginning.get().and_then(Page::quietly_text) {
            eprintln!("--- the page showed:\n{text}");
        }
        eprintln!("--- the app and its driver wrote:\n{}", last_lines(&self.log()));
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.tell();
        }
        process::signal(self.pid, Signal::KILL);
    }
}

pub(super) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TOLD_LINES)..].join("\n")
}

/// Of one of several starts; the folder has one more file after each.
fn log_file(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("app-{number}.log"))
}

fn failure_picture() -> PathBuf {
    let folder = cache::folder().join("failures");
    let _ = fs::create_dir_all(&folder);
    let test = std::thread::current().name().unwrap_or("test").replace("::", "-");
    folder.join(format!("{test}.png"))
}
