//! Not outliving the program that started this one (`--owned`).

use std::io::Read;
use std::thread;

use tokio::sync::oneshot;

/// Enough for a loop that reads.
const STACK_BYTES: usize = 64 * 1024;

/// Completes when the owner is gone: the pipe on standard input has ended. The operating system is asked for a
/// SIGTERM as well, for owners that pass the pipe on to others.
pub(crate) fn watch() -> oneshot::Receiver<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Signal, set_parent_process_death_signal};
        // Without it the pipe still tells.
        let _ = set_parent_process_death_signal(Some(Signal::TERM));
    }
    let (gone, watched) = oneshot::channel();
    let started = thread::Builder::new().name("owner".to_owned()).stack_size(STACK_BYTES).spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut ignored = [0; 256];
        loop {
            match input.read(&mut ignored) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        // Nobody listens any more if the run is over.
        let _ = gone.send(());
    });
    // If there is no thread the sender is dropped, and the owner counts as gone: better no run than a stray one.
    drop(started);
    watched
}
