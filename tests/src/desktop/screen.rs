//! A screen of its own: Xvfb and openbox, a keyboard, pictures, and the windows on it.

use std::fs;
use std::path::Path;
use std::process::{self, Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::leash::{Leash, Leashed};
use crate::wait::{eventually, until};

const READY_WITHIN: Duration = Duration::from_secs(30);
const SIZE: &str = "1440x960x24";
/// The displays of people have low numbers.
const FIRST_DISPLAY: u32 = 100;
const DISPLAYS: u32 = 10_000;
const DISPLAYS_TRIED: u32 = 50;

/// How many displays this process has tried to get.
static TRIED: AtomicU32 = AtomicU32::new(0);

/// Both end with their value. Without a window manager there is no focus, and no way to close a window.
#[derive(Debug)]
pub struct Screen {
    display: String,
    // The window manager first.
    openbox: Leash,
    _server: Leash,
}

/// A window as the window manager lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The number of the window in the X server, as `0x…`.
    pub id: String,
    pub title: String,
    /// Of its content, in pixels.
    pub width: u32,
    pub height: u32,
}

impl Screen {
    /// Starts both on a free display; logs go into the folder.
    pub fn start(folder: &Path, environment: &[(String, String)]) -> Self {
        let (server, display) = serve(folder);
        let openbox = Leashed::program("openbox", &folder.join("openbox.log"))
            .in_a_small_environment()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .envs([("DISPLAY", &display)])
            .start();
        let screen = Self { display, openbox, _server: server };
        until(READY_WITHIN, "the window manager", || screen.run("wmctrl", &["-m"]).status.success());
        screen
    }

    /// What stands in `DISPLAY`.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// All windows of programs.
    pub fn windows(&self) -> Vec<Window> {
        let listed = self.run("wmctrl", &["-l", "-G"]);
        String::from_utf8_lossy(&listed.stdout).lines().filter_map(read_window).collect()
    }

    /// For the report of a failure: whether the window manager still runs, its windows, and those of the server itself.
    pub fn account(&self) -> String {
        let said = |program, arguments: &[&str]| {
            let Output { stdout, stderr, .. } = self.run(program, arguments);
            String::from_utf8_lossy(&[stdout, stderr].concat()).trim_end().to_owned()
        };
        let listed = said("wmctrl", &["-l", "-G"]);
        let known = said("xdotool", &["search", "--name", "."]);
        let running = self.openbox.is_running();
        format!("running: {running}; it lists [{listed}]; the server knows [{known}]; {}", self.openbox.log())
    }

    /// Waits for a window with this title.
    pub fn window(&self, title: &str) -> Window {
        self.window_within(READY_WITHIN, title)
    }

    pub fn window_within(&self, within: Duration, title: &str) -> Window {
        eventually(within, &format!("a window \"{title}\""), || self.shows(title))
    }

    /// The window with this title, if there is one now.
    pub fn shows(&self, title: &str) -> Option<Window> {
        self.windows().into_iter().find(|window| window.title == title)
    }

    /// As by the cross in its title bar: the program is asked to close it.
    pub fn close(&self, window: &Window) {
        self.succeeds("wmctrl", &["-i", "-c", &window.id]);
    }

    /// Brings it to the front, with the keyboard.
    pub fn activate(&self, window: &Window) {
        self.succeeds("wmctrl", &["-i", "-a", &window.id]);
        until(READY_WITHIN, &format!("\"{}\" to have the keyboard", window.title), || {
            self.active().as_ref() == Some(&window.title)
        });
    }

    /// The title of the window that has the keyboard.
    pub fn active(&self) -> Option<String> {
        let said = self.run("xdotool", &["getactivewindow", "getwindowname"]);
        said.status.success().then(|| String::from_utf8_lossy(&said.stdout).trim_end().to_owned())
    }

    pub fn resize(&self, window: &Window, width: u32, height: u32) {
        self.succeeds("wmctrl", &["-i", "-r", &window.id, "-e", &format!("0,-1,-1,{width},{height}")]);
    }

    /// Presses keys one after the other, such as `Tab`, `Return`, `ctrl+k`, in the window that has the keyboard.
    pub fn press(&self, keys: &[&str]) {
        self.succeeds("xdotool", &[&["key", "--clearmodifiers", "--delay", "20"], keys].concat());
    }

    /// Types text in the window that has the keyboard.
    pub fn types(&self, text: &str) {
        self.succeeds("xdotool", &["type", "--clearmodifiers", "--delay", "15", "--", text]);
    }

    /// All that is on the screen, as a PNG file.
    pub fn picture(&self, file: &Path) {
        let file = file.display().to_string();
        self.succeeds("import", &["-silent", "-window", "root", &file]);
    }

    fn succeeds(&self, program: &str, arguments: &[&str]) {
        let output = self.run(program, arguments);
        assert!(
            output.status.success(),
            "{program} {}: {}{}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        run(&self.display, program, arguments)
    }
}

fn run(display: &str, program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).env("DISPLAY", display).output().unwrap_or_else(|error| {
        panic!("{program}: {error} (Debian: apt-get install wmctrl xdotool imagemagick)")
    })
}

/// An X server on a display that is free. Not by `-displayfd`: a server that looks for a number itself takes no lock, and
/// two that start in the same moment then share one.
fn serve(folder: &Path) -> (Leash, String) {
    let mut said = String::new();
    for _ in 0..DISPLAYS_TRIED {
        // Processes begin apart from each other, so that they seldom meet.
        let place =
            process::id().wrapping_mul(DISPLAYS_TRIED).wrapping_add(TRIED.fetch_add(1, Ordering::Relaxed));
        let number = FIRST_DISPLAY + place % DISPLAYS;
        let display = format!(":{number}");
        let server = Leashed::program("Xvfb", &folder.join("xvfb.log"))
            .args([&display, "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"])
            .in_a_small_environment()
            .start();
        let is_ours = eventually(READY_WITHIN, "the X server", || {
            if !server.is_running() {
                return Some(false);
            }
            let lock = fs::read_to_string(format!("/tmp/.X{number}-lock")).ok()?;
            let holder: u32 = lock.trim().parse().ok()?;
            (holder == server.pid() && run(&display, "xdotool", &["getdisplaygeometry"]).status.success())
                .then_some(true)
        });
        if is_ours {
            return (server, display);
        }
        said = server.log();
    }
    panic!("no display for Xvfb (Debian: apt-get install xvfb): {said}");
}

/// A line of `wmctrl -l -G`: number, desktop, x, y, width, height, host, title.
fn read_window(line: &str) -> Option<Window> {
    let mut words = line.split_whitespace();
    let id = words.next()?.to_owned();
    let (width, height) = (words.nth(3)?.parse().ok()?, words.next()?.parse().ok()?);
    let host = words.next()?;
    let title = line.split_once(&format!(" {host} "))?.1.to_owned();
    Some(Window { id, title, width, height })
}
