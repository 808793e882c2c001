//! Notifications of the desktop: one for each finished file, one for a burst, one for a run that failed. They work
//! without a window, and a desktop that shows none never keeps Landfall from working.

#[cfg(target_os = "linux")]
mod freedesktop;
mod message;
#[cfg(not(target_os = "linux"))]
mod toast;

#[cfg(target_os = "linux")]
use freedesktop as system;
#[cfg(not(target_os = "linux"))]
use toast as system;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use landfall_core::announcement::Announcement;
use landfall_core::api::{Command, Reply, Target};
use landfall_core::run::Run;
use landfall_core::settings::NotificationSettings;
use tauri::{AppHandle, Runtime};
use tokio::sync::mpsc;

use crate::desktop::Desktop;
use crate::overview::Tell;
use crate::{opening, quit, running, window};

pub(crate) use message::{Action, Message};

/// Hands messages to the system. Never waits, never fails.
#[derive(Debug)]
pub(crate) struct Notifier {
    messages: mpsc::UnboundedSender<Message>,
}

/// Messages on their way to the system.
pub(crate) type Messages = mpsc::UnboundedReceiver<Message>;

impl Notifier {
    pub(crate) fn new() -> (Self, Messages) {
        let (messages, shown) = mpsc::unbounded_channel();
        (Self { messages }, shown)
    }

    pub(crate) fn show(&self, message: Message) {
        // The other end lives as long as the app.
        let _ = self.messages.send(message);
    }
}

/// Shows messages for as long as the app runs, and does what a person clicks.
pub(crate) async fn keep<R: Runtime>(app: AppHandle<R>, messages: Messages) {
    system::keep(messages, move |action| act(&app, action)).await;
}

/// Tells a person, as far as the settings allow.
pub(crate) fn tell<R: Runtime>(app: &AppHandle<R>, tell: Tell) {
    let desktop = Desktop::of(app);
    let wanted = desktop.overview(|overview| overview.settings().notifications.clone());
    match tell {
        Tell::Finished(announcement) => {
            tauri::async_runtime::spawn(finished(desktop, announcement, wanted));
        }
        // One that arrived alone is told by its name, and opened by nobody: it may have come days ago.
        Tell::Digest(announcements) => match &announcements[..] {
            _ if !wanted.finished => {}
            [announcement] => {
                let wanted = NotificationSettings { open_automatically: false, ..wanted };
                tauri::async_runtime::spawn(finished(desktop, announcement.clone(), wanted));
            }
            _ => desktop.notifier.show(message::digest(desktop.words(), &announcements)),
        },
        Tell::Failed(run) => {
            if wanted.failed {
                desktop.notifier.show(message::failed(desktop.words(), &run));
            }
        }
        Tell::FolderLost { folder } => {
            if wanted.failed {
                desktop.notifier.show(message::folder_lost(desktop.words(), &folder));
            }
        }
    }
}

/// A finished file. Whoever wants it opened at once is told all the same: the program may take a while.
async fn finished(desktop: Arc<Desktop>, announcement: Announcement, wanted: NotificationSettings) {
    if wanted.finished {
        let run = run_of(&desktop, &announcement).await;
        desktop.notifier.show(message::finished(desktop.words(), &announcement, run.as_ref()));
    }
    if wanted.open_automatically {
        opening::open_file(&desktop, &path_of(&announcement)).await;
    }
}

/// The run that made the file knows its days.
async fn run_of(desktop: &Desktop, announcement: &Announcement) -> Option<Run> {
    let run = announcement.made_by.as_ref()?.run;
    match desktop.engine.ask(Command::ShowRun { run }).await {
        Ok(Reply::Run { run }) => Some(*run),
        _ => None,
    }
}

fn path_of(announcement: &Announcement) -> PathBuf {
    Path::new(&announcement.folder).join(&announcement.path)
}

/// What a person clicked.
fn act<R: Runtime>(app: &AppHandle<R>, action: Action) {
    let desktop = Desktop::of(app);
    match action {
        Action::OpenFile(path) => {
            tauri::async_runtime::spawn(async move { opening::open_file(&desktop, &path).await });
        }
        Action::ShowInFolder(path) => {
            tauri::async_runtime::spawn(async move { opening::show_file_in_folder(&desktop, &path).await });
        }
        Action::View(id) => window::show(app, Some(Target::Report { id })),
        Action::ShowReports => window::show(app, Some(Target::Reports)),
        Action::ShowWindow => window::show(app, None),
        Action::Run(choice) => running::run_unseen(app, choice, false),
        Action::Quit => quit::ask(app),
    }
}
