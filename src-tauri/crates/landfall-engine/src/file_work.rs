//! Work on files that may take long, off the engine's task: a trash, a slow drive, a folder on the network.

use landfall_core::code::{ApiError, Code};
use tokio::sync::mpsc;

use crate::engine::Incoming;

/// Does `work` where it keeps nobody waiting, and brings what came of it to the engine's task.
pub(crate) fn begin<T: Send + 'static>(
    incoming: &mpsc::Sender<Incoming>,
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
    done: impl FnOnce(Result<T, ApiError>) -> Incoming + Send + 'static,
) {
    let incoming = incoming.clone();
    tokio::spawn(async move {
        let worked = tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
            Err(ApiError::new(
                Code::Internal,
                "the work on files broke off",
                "See the log of the engine, then try again.",
            ))
        });
        // The engine has ended if nobody takes it; the next one finds the files as they are.
        let _ = incoming.send(done(worked)).await;
    });
}
