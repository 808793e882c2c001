//! Ctrl+C: goes to whoever took it last, else ends the program.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, mpsc};

/// Hands out Ctrl+C.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupts {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// The last one gets it: a question within a longer work, then that work again.
    takers: Mutex<Vec<mpsc::UnboundedSender<()>>>,
    untaken: Notify,
}

/// While this lives, and nobody took it after, Ctrl+C comes here.
#[derive(Debug)]
pub(crate) struct Interruptions {
    presses: mpsc::UnboundedReceiver<()>,
    /// Received, and not acted on yet.
    kept: usize,
    shared: Arc<Shared>,
}

impl Interrupts {
    /// Listens from now on.
    pub(crate) fn listen() -> Self {
        let interrupts = Self::default();
        let shared = Arc::clone(&interrupts.shared);
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                shared.press();
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
        self.shared.takers().push(press);
        Interruptions { presses, kept: 0, shared: Arc::clone(&self.shared) }
    }
}

impl Shared {
    fn takers(&self) -> MutexGuard<'_, Vec<mpsc::UnboundedSender<()>>> {
        self.takers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn press(&self) {
        let taken = self.takers().last().is_some_and(|taker| taker.send(()).is_ok());
        if !taken {
            self.untaken.notify_one();
        }
    }
}

impl Interruptions {
    /// The next Ctrl+C. May be dropped while it waits.
    pub(crate) async fn pressed(&mut self) {
        if self.kept == 0 {
            self.receive().await;
        }
        self.kept -= 1;
    }

    /// For a wait that one Ctrl+C must not cut short: done at the second. The first is kept for [`Self::pressed`].
    pub(crate) async fn pressed_twice(&mut self) {
        while self.kept < 2 {
            self.receive().await;
        }
    }

    async fn receive(&mut self) {
        if self.presses.recv().await.is_none() {
            // Only when the program ends.
            std::future::pending::<()>().await;
        }
        self.kept += 1;
    }
}

impl Drop for Interruptions {
    fn drop(&mut self) {
        self.presses.close();
        self.shared.takers().retain(|taker| !taker.is_closed());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn happens(what: impl Future<Output = ()>) -> bool {
        tokio::time::timeout(Duration::from_millis(20), what).await.is_ok()
    }

    #[tokio::test]
    async fn the_last_taker_gets_it_and_after_it_the_one_before() {
        let interrupts = Interrupts::default();
        let mut work = interrupts.take();
        let mut question = interrupts.take();
        interrupts.shared.press();
        assert!(happens(question.pressed()).await);
        assert!(!happens(work.pressed()).await);
        drop(question);
        interrupts.shared.press();
        assert!(happens(work.pressed()).await);
        drop(work);
        interrupts.shared.press();
        assert!(happens(interrupts.untaken()).await);
    }

    #[tokio::test]
    async fn the_first_of_two_is_kept() {
        let interrupts = Interrupts::default();
        let mut work = interrupts.take();
        interrupts.shared.press();
        assert!(!happens(work.pressed_twice()).await);
        assert!(happens(work.pressed()).await);
        assert!(!happens(work.pressed()).await);
    }
}
