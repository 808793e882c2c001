//! A started program: its output as it comes, signals, the end.

use std::fmt;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, ExitStatus};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::process::{self, Signal};
use crate::wait::eventually;

/// A program that runs; killed when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    command_line: String,
    keyboard: Option<ChildStdin>,
    stdout: Stream,
    stderr: Stream,
    started: Instant,
}

/// How it ended and all it said.
#[derive(Debug)]
pub struct Finished {
    pub command_line: String,
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

#[derive(Debug)]
struct Stream {
    so_far: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Running {
    pub(crate) fn new(mut child: Child, command_line: String, input: Option<Vec<u8>>) -> Self {
        let stdout = Stream::read(child.stdout.take().expect("piped"));
        let stderr = Stream::read(child.stderr.take().expect("piped"));
        let mut keyboard = child.stdin.take();
        if let Some(bytes) = input {
            let mut stdin = keyboard.take().expect("piped");
            // In a thread, as the program may talk before it listens. It may also end before it has read all.
            thread::spawn(move || {
                let _ = stdin.write_all(&bytes);
            });
        }
        Self { child, command_line, keyboard, stdout, stderr, started: Instant::now() }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// kill -9.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// What Ctrl+C sends.
    pub fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    pub fn signal(&self, signal: Signal) {
        process::signal(self.pid(), signal);
    }

    /// Types on its terminal; `"\u{3}"` is Ctrl+C.
    pub fn type_text(&mut self, text: &str) {
        let keyboard =
            self.keyboard.as_mut().expect("a program with a keyboard was started by `on_terminal`");
        keyboard.write_all(text.as_bytes()).and_then(|()| keyboard.flush()).expect("the terminal listens");
    }

    /// What it has written to standard output so far.
    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// What it has written to standard error so far.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// Waits for a whole line of standard output that the test likes, and gives it.
    pub fn line(&self, within: Duration, what: &str, likes: impl Fn(&str) -> bool) -> String {
        eventually(within, &format!("{what} from `{}`", self.command_line), || {
            let text = self.stdout();
            let whole = text.rfind('\n').map_or("", |end| &text[..end]);
            whole.lines().find(|line| likes(line)).map(str::to_owned)
        })
    }

    /// True until it ended.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it doesn't end in time; it is killed then.
    pub fn wait(mut self, within: Duration) -> Finished {
        let deadline = self.started.max(Instant::now()) + within;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                break status;
            }
            if Instant::now() >= deadline {
                self.kill();
                let (line, stdout, stderr) = (&self.command_line, self.stdout(), self.stderr());
                panic!("`{line}` didn't end within {within:?}\nstdout:\n{stdout}\nstderr:\n{stderr}");
            }
            thread::sleep(Duration::from_millis(5));
        };
        let took = self.started.elapsed();
        // A child of it that lives on may hold the pipes, so their end is not awaited for ever.
        self.stdout.settle();
        self.stderr.settle();
        Finished {
            command_line: self.command_line.clone(),
            status,
            stdout: self.stdout(),
            stderr: self.stderr(),
            took,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Finished {
    /// Its exit code; 128 + the number of the signal that ended it, as a shell says it.
    pub fn code(&self) -> i32 {
        let signal = self.status.signal().map(|signal| 128 + signal);
        self.status.code().or(signal).expect("it ended one way or the other")
    }

    /// Its standard output as one JSON value.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("no JSON ({error}): {self}"))
    }

    /// Its standard output as one JSON value a line.
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(parse).collect()
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command_line, status, stdout, stderr, .. } = self;
        write!(formatter, "`{command_line}` ended with {status}\nstdout:\n{stdout}\nstderr:\n{stderr}")
    }
}

impl Stream {
    fn read(mut from: impl Read + Send + 'static) -> Self {
        let so_far = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&so_far);
        let reader = thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(read) = from.read(&mut buffer) {
                if read == 0 {
                    break;
                }
                into.lock().expect("no reader panics").extend_from_slice(&buffer[..read]);
            }
        });
        Self { so_far, reader: Some(reader) }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.so_far.lock().expect("no reader panics")).into_owned()
    }

    fn settle(&mut self) {
        let Some(reader) = self.reader.take() else { return };
        let deadline = Instant::now() + Duration::from_secs(2);
        while !reader.is_finished() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(2));
        }
    }
}
