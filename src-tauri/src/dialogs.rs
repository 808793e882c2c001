//! The dialogs of the system, in which a person names files and folders. The page has no other way to name one.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use rfd::{AsyncFileDialog, FileHandle};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::oneshot;

use crate::window;

/// What is chosen, once it is.
pub type Choosing = Pin<Box<dyn Future<Output = Option<PathBuf>> + Send>>;

/// What a dialog is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dialog {
    /// An existing folder.
    Folder,
    /// A file of certificates.
    Certificates,
    /// A place for a new file, which gets this name unless the person gives another.
    SaveWorkbook { name: String },
}

/// Whoever asks a person: the system, or a test.
pub trait Dialogs: Send + Sync {
    /// Asks; nothing is chosen when the dialog is closed. It begins in `folder`.
    fn ask(&self, dialog: Dialog, title: String, folder: PathBuf) -> Choosing;
}

/// The dialogs of the system.
pub(crate) struct SystemDialogs<R: Runtime> {
    app: AppHandle<R>,
}

impl<R: Runtime> SystemDialogs<R> {
    pub(crate) fn new(app: AppHandle<R>) -> Self {
        Self { app }
    }
}

impl<R: Runtime> Dialogs for SystemDialogs<R> {
    fn ask(&self, dialog: Dialog, title: String, folder: PathBuf) -> Choosing {
        let (tell, told) = oneshot::channel();
        let app = self.app.clone();
        // A dialog is made where windows are made; what it says is awaited elsewhere.
        let made = self.app.run_on_main_thread(move || {
            let mut asked = AsyncFileDialog::new().set_title(title).set_directory(folder);
            if let Some(window) = app.get_webview_window(window::LABEL) {
                asked = asked.set_parent(&window);
            }
            let answer = answer(asked, dialog);
            tauri::async_runtime::spawn(async move {
                let _ = tell.send(answer.await.map(|file| file.path().to_path_buf()));
            });
        });
        Box::pin(async move {
            made.ok()?;
            told.await.ok().flatten()
        })
    }
}

fn answer(
    asked: AsyncFileDialog,
    dialog: Dialog,
) -> Pin<Box<dyn Future<Output = Option<FileHandle>> + Send>> {
    match dialog {
        Dialog::Folder => Box::pin(asked.pick_folder()),
        Dialog::Certificates => {
            Box::pin(asked.add_filter("PEM", &["pem", "crt", "cer"]).add_filter("*", &["*"]).pick_file())
        }
        Dialog::SaveWorkbook { name } => Box::pin(asked.set_file_name(name).save_file()),
    }
}
