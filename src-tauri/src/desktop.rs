//! What every part of the shell shares.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use landfall_wire::Places;
use tauri::{AppHandle, Manager, Runtime, Theme};
use tokio::sync::Notify;

use crate::choices::Choices;
use crate::dialogs::{Dialog, Dialogs};
use crate::engine::Engine;
use crate::notify::Notifier;
use crate::overview::Overview;
use crate::subscriber::Subscriber;
use crate::words::Words;

/// The state of the app.
pub(crate) struct Desktop {
    pub(crate) places: Places,
    pub(crate) engine: Engine,
    pub(crate) subscriber: Subscriber,
    pub(crate) choices: Choices,
    pub(crate) notifier: Notifier,
    /// The library changed since the menu of the tray was made.
    pub(crate) menu_is_old: Notify,
    /// A host shows the icon of the tray.
    pub(crate) has_tray: AtomicBool,
    overview: Mutex<Overview>,
    /// What the system says about programs, where it says something.
    prefers_dark: Mutex<Option<bool>>,
    /// Of frame, menus and dialogs; none is the system's.
    theme: Mutex<Option<Theme>>,
    dialogs: Box<dyn Dialogs>,
    /// Of the system, as `it-IT`.
    locale: Option<String>,
}

impl Desktop {
    pub(crate) fn new(places: Places, engine: Engine, notifier: Notifier, dialogs: Box<dyn Dialogs>) -> Self {
        Self {
            places,
            engine,
            subscriber: Subscriber::default(),
            choices: Choices::default(),
            notifier,
            menu_is_old: Notify::new(),
            has_tray: AtomicBool::new(false),
            overview: Mutex::default(),
            prefers_dark: Mutex::default(),
            theme: Mutex::default(),
            dialogs,
            locale: sys_locale::get_locale(),
        }
    }

    /// Of this app.
    pub(crate) fn of<R: Runtime>(app: &AppHandle<R>) -> Arc<Self> {
        Arc::clone(app.state::<Arc<Self>>().inner())
    }

    /// Looks into the overview, or changes it. A closure rather than a guard, which would be held longer than it seems.
    pub(crate) fn overview<T>(&self, look: impl FnOnce(&mut Overview) -> T) -> T {
        look(&mut self.overview.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets a person choose a file or folder.
    pub(crate) async fn ask(&self, dialog: Dialog, folder: PathBuf) -> Option<PathBuf> {
        let words = self.words();
        let title = match dialog {
            Dialog::Folder => words.choose_folder(),
            Dialog::Certificates => words.choose_certificates(),
            Dialog::SaveWorkbook { .. } => words.save_copy(),
        };
        self.dialogs.ask(dialog, title, folder).await
    }

    /// Whether the system wants programs to be dark.
    pub(crate) fn prefers_dark(&self) -> Option<bool> {
        *self.prefers_dark.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_prefers_dark(&self, prefers_dark: Option<bool>) {
        *self.prefers_dark.lock().unwrap_or_else(PoisonError::into_inner) = prefers_dark;
    }

    /// Remembers the theme; whether it is another one than before.
    pub(crate) fn theme_changes_to(&self, theme: Option<Theme>) -> bool {
        let mut known = self.theme.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *known, theme) != theme
    }

    /// The language of tray and notifications.
    pub(crate) fn words(&self) -> Words {
        Words::of(self.overview(|overview| overview.settings().desktop.language), self.locale.as_deref())
    }
}
