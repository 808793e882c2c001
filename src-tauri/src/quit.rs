//! Quitting. The engine is a process of its own, so that reports in the making can be left to it; a person decides.

use landfall_core::api::{Command, DesktopEvent};
use landfall_core::code::{ApiError, Code};
use tauri::{AppHandle, Runtime};

use crate::desktop::Desktop;
use crate::page::QuitChoice;
use crate::window;

/// A person wants to quit: at once when nothing runs, else the page asks what becomes of it.
pub(crate) fn ask<R: Runtime>(app: &AppHandle<R>) {
    let desktop = Desktop::of(app);
    let live = desktop.overview(|overview| overview.live_runs().len());
    match question(live) {
        None => app.exit(0),
        Some(question) => {
            window::show(app, None);
            desktop.subscriber.ask(question);
        }
    }
}

/// What is to be asked.
fn question(live_runs: usize) -> Option<DesktopEvent> {
    let live_runs = u32::try_from(live_runs).unwrap_or(u32::MAX);
    (live_runs > 0).then_some(DesktopEvent::QuitAsked { live_runs })
}

/// What the person decided.
pub(crate) async fn decided<R: Runtime>(app: &AppHandle<R>, choice: QuitChoice) -> Result<(), ApiError> {
    if choice == QuitChoice::CancelRuns {
        let desktop = Desktop::of(app);
        let live = desktop.overview(|overview| overview.live_runs());
        for run in live {
            match desktop.engine.ask(Command::CancelRun { run }).await {
                // It ended by itself meanwhile.
                Err(error) if !matches!(error.code, Code::Conflict | Code::NotFound) => return Err(error),
                _ => {}
            }
        }
    }
    if choice != QuitChoice::Stay {
        app.exit(0);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_asked_while_nothing_runs() {
        assert_eq!(question(0), None);
        assert_eq!(question(2), Some(DesktopEvent::QuitAsked { live_runs: 2 }));
    }
}
