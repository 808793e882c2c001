//! Runs that are asked for without the window: from the tray, or by a notification.

use landfall_core::api::{Command, Reply, RunRequest};
use landfall_core::period::PeriodChoice;
use landfall_door::token;
use tauri::{AppHandle, Runtime};

use crate::desktop::Desktop;
use crate::notify::Message;

/// Makes the built-in report of that period. What goes wrong is a notification; so is, with `offer_existing`, the report
/// of an earlier run that asked the same.
pub(crate) fn run_unseen<R: Runtime>(app: &AppHandle<R>, choice: PeriodChoice, offer_existing: bool) {
    let desktop = Desktop::of(app);
    tauri::async_runtime::spawn(async move {
        let request = RunRequest { offer_existing, token: token(), ..RunRequest::new(choice) };
        let words = desktop.words();
        match desktop.engine.ask(Command::RunReport(request)).await {
            Ok(Reply::RunExists { run }) => desktop.notifier.show(Message::exists(words, &run, choice)),
            // The icon shows that it runs.
            Ok(_) => {}
            Err(error) => desktop.notifier.show(Message::refused(words, words.not_started(), &error)),
        }
    });
}
