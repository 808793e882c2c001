//! One test program: its output shown and counted as it comes, its end awaited with a deadline.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Doing, Failure};
use crate::tally::Tally;

/// Far above the slowest program; what takes longer hangs, and the layers after it should still run.
const DEADLINE: Duration = Duration::from_mins(20);

/// Takes in one line of the output.
type Read = fn(&mut Tally, &str);

/// Runs it and counts its results, which `read` finds. Cargo's own calls (examples) may take as long.
pub(crate) fn run(command: Command, name: &str, read: Read) -> Result<Tally, Failure> {
    run_within(command, name, read, DEADLINE)
}

fn run_within(mut command: Command, name: &str, read: Read, within: Duration) -> Result<Tally, Failure> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|source| Failure::starting(&command, source))?;
    let (sender, lines) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || {
            for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
                if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    break;
                }
            }
        });
    }
    let deadline = Instant::now() + within;
    let mut tally = Tally::default();
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                println!("{line}");
                read(&mut tally, &line);
            }
            Err(RecvTimeoutError::Timeout) => {
                println!("{name} didn't end within {within:?} and is killed");
                child.kill().doing(|| format!("killing {name}"))?;
                break;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = child.wait().doing(|| format!("waiting for {name}"))?;
    if !status.success() {
        println!("{name}: {status}");
    }
    tally.ended(name, status.success());
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python(source: &str) -> Command {
        let mut command = Command::new("python3");
        command.args(["-c", source]);
        command
    }

    #[test]
    fn results_are_counted() {
        let tally = run(python("print('test result: ok. 3 passed; 0 failed; 0 ignored')"), "it", Tally::read)
            .expect("it ran");
        assert_eq!((tally.passed, tally.failed), (3, 0));
    }

    #[test]
    fn a_program_that_hangs_is_ended_and_failed() {
        let hangs = python("import time; time.sleep(600)");
        let tally = run_within(hangs, "it", Tally::read, Duration::from_millis(50)).expect("it ran");
        assert_eq!((tally.passed, tally.failed), (0, 1));
        assert_eq!(tally.names, ["it ended early"]);
    }

    #[test]
    fn a_program_that_crashes_is_failed() {
        let tally = run(python("import os; os.abort()"), "it", Tally::read).expect("it ran");
        assert_eq!(tally.failed, 1);
    }
}
