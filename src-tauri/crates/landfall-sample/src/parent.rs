//! Ends with the process that wanted us, and never outlives it.

use std::io;
use std::thread;

use tokio::sync::oneshot;

use crate::error::Error;

/// Asks the kernel to send `signal` to this process when the thread that started it dies. Only Linux can; elsewhere the
/// end of standard input is the sign.
#[cfg(target_os = "linux")]
fn signal_with_parent(signal: rustix::process::Signal) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(signal))?;
    Ok(())
}

/// Ends this process at once with its parent, whatever it is doing.
pub(crate) fn die_with_parent() -> io::Result<()> {
    #[cfg(target_os = "linux")]
    signal_with_parent(rustix::process::Signal::KILL)?;
    thread::spawn(|| {
        wait_for_end_of_input();
        std::process::exit(0);
    });
    Ok(())
}

/// Completes when this process is asked to stop: SIGTERM or SIGINT, and with `owned` also the end of standard input or
/// the death of the parent.
pub(crate) fn asked_to_stop(owned: bool) -> Result<impl Future<Output = ()>, Error> {
    let signals = signals().map_err(Error::WatchSignals)?;
    let (ended, end_of_input) = oneshot::channel::<()>();
    if owned {
        #[cfg(target_os = "linux")]
        signal_with_parent(rustix::process::Signal::TERM).map_err(Error::WatchSignals)?;
        thread::spawn(move || {
            wait_for_end_of_input();
            drop(ended);
        });
    } else {
        // Never sent, never dropped: standard input means nothing to a process that nobody owns.
        std::mem::forget(ended);
    }
    Ok(async move {
        tokio::select! {
            () = signals => {}
            _ = end_of_input => {}
        }
    })
}

fn wait_for_end_of_input() {
    let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
}

#[cfg(unix)]
fn signals() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn signals() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
