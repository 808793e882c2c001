//! The handle of a running watch.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::observation::Observation;
use crate::options::{KnownFile, Options};
use crate::task::Task;

/// How many observations wait for the caller before the watch itself waits. What happens to files meanwhile
/// is remembered by name, so nothing is lost and memory stays bounded.
const WAITING_OBSERVATIONS: usize = 256;

/// Begins to watch the folder of `options`. Files in `known` are reported only when their content differs.
///
/// Must be called inside a Tokio runtime with its timer. File access happens on the runtime's blocking
/// threads; with a file system that hangs for ever, end the runtime by `shutdown_background`.
pub fn watch(options: Options, known: Vec<KnownFile>) -> Watch {
    let (observe, observations) = mpsc::channel(WAITING_OBSERVATIONS);
    let (ask, requests) = mpsc::unbounded_channel();
    let stop = Arc::new(AtomicBool::new(false));
    let task = Task::new(options, known, observe, requests, Arc::clone(&stop));
    Watch { observations, ask, stop, task: tokio::spawn(task.run()) }
}

/// A running watch. Dropping it stops it.
#[derive(Debug)]
pub struct Watch {
    observations: mpsc::Receiver<Observation>,
    ask: mpsc::UnboundedSender<oneshot::Sender<()>>,
    stop: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Watch {
    /// The next observation. `None` when the watch ended, which happens only together with its runtime.
    /// May be cancelled without loss.
    pub async fn next(&mut self) -> Option<Observation> {
        self.observations.recv().await
    }

    /// Asks for a scan now: at the end of a run, when a window gets the focus, after sleep. The answer is
    /// true when every file there was at that time has been judged and its observations can be received
    /// (also true for a file that is still being written); false when the folder is lost. The observations
    /// must be received meanwhile, or the scan waits for them.
    pub fn rescan(&self) -> impl Future<Output = bool> + Send + use<> {
        let (done, answer) = oneshot::channel();
        let asked = self.ask.send(done).is_ok();
        async move { asked && answer.await.is_ok() }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.task.abort();
    }
}
