//! Ctrl+C: goes to whoever is ready to act on it, else ends the program.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, mpsc};

/// Hands out Ctrl+C. One task at a time can take it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupts {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    taker: Mutex<Option<mpsc::UnboundedSender<()>>>,
    untaken: Notify,
}

/// While this lives, Ctrl+C comes here.
#[derive(Debug)]
pub(crate) struct Interruptions {
    presses: mpsc::UnboundedReceiver<()>,
    shared: Arc<Shared>,
}

impl Interrupts {
    /// Listens from now on.
    pub(crate) fn listen() -> Self {
        let interrupts = Self::default();
        let shared = Arc::clone(&interrupts.shared);
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                let taker = shared.taker.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if taker.is_none_or(|taker| taker.send(()).is_err()) {
                    shared.untaken.notify_one();
                }
            }
        });
        interrupts
    }

    /// Ctrl+C was pressed while nobody took it.
    pub(crate) async fn untaken(&self) {
        self.shared.untaken.notified().await;
    }

    pub(crate) fn take(&self) -> Interruptions {
        let (press, presses) = mpsc::unbounded_channel();
        *self.shared.taker.lock().unwrap_or_else(PoisonError::into_inner) = Some(press);
        Interruptions { presses, shared: Arc::clone(&self.shared) }
    }
}

impl Interruptions {
    /// The next Ctrl+C.
    pub(crate) async fn pressed(&mut self) {
        if self.presses.recv().await.is_none() {
            // Another took over; this one hears nothing more.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Interruptions {
    fn drop(&mut self) {
        self.presses.close();
        let mut taker = self.shared.taker.lock().unwrap_or_else(PoisonError::into_inner);
        if taker.as_ref().is_some_and(mpsc::UnboundedSender::is_closed) {
            *taker = None;
        }
    }
}
