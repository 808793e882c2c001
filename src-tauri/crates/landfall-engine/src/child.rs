//! A child process that speaks in lines: heard from its first line to its last, and ended when it is told to.

use std::collections::VecDeque;
use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Lines of standard error that are kept for a child that ends without a word.
const LAST_WORDS: usize = 20;

/// How a child is asked to end; one that has not by then is killed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum WayToEnd {
    /// SIGTERM.
    Signal { within: Duration },
    /// The end of the pipe that it watches.
    ClosedPipe { within: Duration },
}

/// A child whose standard streams are pipes.
pub(crate) struct Follower {
    child: Child,
    /// The child watches this pipe: when the engine dies, it ends.
    owner: Option<ChildStdin>,
    lines: Option<Lines<BufReader<ChildStdout>>>,
    last_words: Option<JoinHandle<Vec<String>>>,
    /// Until it is told to end.
    stopped: Option<oneshot::Receiver<()>>,
    way: WayToEnd,
    kill_at: Option<Instant>,
}

/// A child that is gone.
pub(crate) struct Gone {
    pub(crate) status: io::Result<ExitStatus>,
    /// The end of its standard error.
    pub(crate) last_words: Vec<String>,
}

impl Follower {
    /// Follows `child`, and ends it in its way once `stopped` says so.
    pub(crate) fn new(mut child: Child, stopped: oneshot::Receiver<()>, way: WayToEnd) -> Self {
        Self {
            owner: child.stdin.take(),
            lines: child.stdout.take().map(|stdout| BufReader::new(stdout).lines()),
            last_words: child.stderr.take().map(|stderr| tokio::spawn(keep_last_lines(stderr))),
            child,
            stopped: Some(stopped),
            way,
            kill_at: None,
        }
    }

    /// The next line of its standard output; `None` once it says no more.
    pub(crate) async fn next_line(&mut self) -> Option<String> {
        loop {
            let lines = self.lines.as_mut()?;
            let stopped = async {
                match &mut self.stopped {
                    // Who could tell it to end and is gone has ended, too.
                    Some(stopped) => drop(stopped.await),
                    None => std::future::pending().await,
                }
            };
            let deadline = async {
                match self.kill_at {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                line = lines.next_line() => return line.ok().flatten(),
                () = stopped => self.ask_to_end(),
                () = deadline => {
                    tracing::warn!("a process did not end in time and is killed: {:?}", self.child.id());
                    let _ = self.child.start_kill();
                    return None;
                }
            }
        }
    }

    fn ask_to_end(&mut self) {
        self.stopped = None;
        let within = match self.way {
            WayToEnd::Signal { within } => {
                terminate(&self.child);
                within
            }
            WayToEnd::ClosedPipe { within } => {
                self.owner = None;
                within
            }
        };
        self.kill_at = Some(Instant::now() + within);
    }

    /// Waits until the process is gone. To be called when it says no more.
    pub(crate) async fn gone(mut self) -> Gone {
        let status = self.child.wait().await;
        let last_words = match self.last_words {
            Some(task) => task.await.unwrap_or_default(),
            None => Vec::new(),
        };
        Gone { status, last_words }
    }
}

fn terminate(child: &Child) {
    let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(rustix::process::Pid::from_raw);
    if let Some(pid) = pid
        && let Err(error) = rustix::process::kill_process(pid, rustix::process::Signal::TERM)
    {
        tracing::warn!("process {} could not be asked to end: {error}", pid.as_raw_nonzero());
    }
}

async fn keep_last_lines(stream: impl AsyncRead + Unpin) -> Vec<String> {
    let mut lines = BufReader::new(stream).lines();
    let mut kept = VecDeque::new();
    while let Ok(Some(line)) = lines.next_line().await {
        if kept.len() == LAST_WORDS {
            kept.pop_front();
        }
        kept.push_back(line);
    }
    kept.into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use std::process::Stdio;

    use tokio::process::Command;

    use super::*;

    /// Long enough for any of these children, and far from what a person waits.
    const SOON: Duration = Duration::from_secs(20);

    fn child(script: &str, way: WayToEnd) -> (Follower, oneshot::Sender<()>) {
        let mut command = Command::new("python3");
        command.args(["-uc", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (stop, stopped) = oneshot::channel();
        (Follower::new(command.kill_on_drop(true).spawn().unwrap(), stopped, way), stop)
    }

    async fn all_lines(follower: &mut Follower) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(line) = follower.next_line().await {
            lines.push(line);
        }
        lines
    }

    #[tokio::test]
    async fn every_line_is_heard_and_the_end_of_what_it_complains_of_is_kept() {
        let script = "import sys\nprint('one')\n\
                      for n in range(1, 31): print('complaint', n, file=sys.stderr)\n\
                      print('two', end='')\nsys.exit(7)";
        let (mut follower, _stop) = child(script, WayToEnd::Signal { within: SOON });
        assert_eq!(all_lines(&mut follower).await, ["one", "two"]);
        let gone = follower.gone().await;
        assert_eq!(gone.status.unwrap().code(), Some(7));
        assert_eq!((gone.last_words.len(), gone.last_words[19].as_str()), (LAST_WORDS, "complaint 30"));
    }

    #[tokio::test]
    async fn one_that_is_told_to_end_is_still_heard() {
        let by_signal = "import signal, sys\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n\
                         print('ready')\nsignal.sigwait([signal.SIGTERM])\nprint('ending')\nsys.exit(3)";
        let by_pipe = "import sys\nprint('ready')\nsys.stdin.read()\nprint('ending')\nsys.exit(3)";
        for (script, way) in
            [(by_signal, WayToEnd::Signal { within: SOON }), (by_pipe, WayToEnd::ClosedPipe { within: SOON })]
        {
            let (mut follower, stop) = child(script, way);
            assert_eq!(follower.next_line().await.as_deref(), Some("ready"));
            stop.send(()).unwrap();
            assert_eq!(all_lines(&mut follower).await, ["ending"], "{way:?}");
            assert_eq!(follower.gone().await.status.unwrap().code(), Some(3));
        }
    }

    #[tokio::test]
    async fn one_that_does_not_end_in_time_is_killed() {
        let script = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n\
                      print('ready')\ntime.sleep(600)";
        let (mut follower, stop) = child(script, WayToEnd::Signal { within: Duration::from_millis(50) });
        assert_eq!(follower.next_line().await.as_deref(), Some("ready"));
        // Nobody is left who could tell it to end: that ends it as well.
        drop(stop);
        assert_eq!(follower.next_line().await, None);
        let status = follower.gone().await.status.unwrap();
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9));
    }
}
