//! The database password: in the key store of the system, else in memory until the engine ends. Nowhere else.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use landfall_core::api::{Answer, Password, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::settings::DatabaseSettings;
use landfall_core::state::RequestRef;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use crate::commands::ledger_error;
use crate::engine::{Engine, Incoming, now};

/// A key store may ask a person to unlock it, who may be away.
const ANSWERS_WITHIN: Duration = Duration::from_mins(1);

/// The attribute under which entries of Landfall are found in the key store.
const SERVICE: &str = "landfall";

pub(crate) struct Secrets {
    /// Entries of different data folders are kept apart.
    data: String,
    in_memory: HashMap<String, SecretString>,
}

impl Secrets {
    pub(crate) fn new(data: &Path) -> Self {
        Self { data: data.display().to_string(), in_memory: HashMap::new() }
    }

    pub(crate) fn keep_in_memory(&mut self, database: &DatabaseSettings, password: SecretString) {
        self.in_memory.insert(self.entry(database), password);
    }

    /// The password for that server and user: what was given in this start, else what the key store has.
    pub(crate) fn lookup(
        &self,
        database: &DatabaseSettings,
    ) -> impl Future<Output = Option<SecretString>> + Send + use<> {
        let entry = self.entry(database);
        let known = self.in_memory.get(&entry).cloned();
        async move {
            match known {
                Some(password) => Some(password),
                None => in_key_store(move || read(&entry)).await.ok().flatten(),
            }
        }
    }

    /// What an entry is called: the user at the server, in this data folder.
    fn entry(&self, database: &DatabaseSettings) -> String {
        let DatabaseSettings { host, port, name, user, .. } = database;
        format!("{user}@{host}:{port}/{name} ({})", self.data)
    }
}

impl Engine {
    pub(crate) fn keep_password(&mut self, request: RequestRef, password: Password, store: bool) {
        let entry = self.secrets.entry(&self.settings.database);
        let secret: SecretString = password.0.into();
        self.secrets.keep_in_memory(&self.settings.database, secret.clone());
        if !store {
            return self.reply(request, Ok(Reply::PasswordKept { in_key_store: false }));
        }
        // Before it is stored, so that no entry is ever unknown; a name without an entry does no harm.
        if let Err(error) = self.ledger.remember_key_store_entry(&entry, now()) {
            return self.reply(request, Err(ledger_error(&error)));
        }
        let incoming = self.incoming.clone();
        tokio::spawn(async move {
            let stored = in_key_store(move || write(&entry, &secret)).await;
            if let Err(error) = &stored {
                tracing::warn!("the password stays in memory: {error}");
            }
            let answer = Box::new(Ok(Reply::PasswordKept { in_key_store: stored.is_ok() }));
            let _ = incoming.send(Incoming::Answer { request, answer }).await;
        });
    }

    /// Forgets the password of the server that the settings name, or all that were ever kept.
    pub(crate) fn forget_passwords(&mut self, request: RequestRef, all: bool) {
        let present = self.secrets.entry(&self.settings.database);
        let mut entries = vec![present.clone()];
        if all {
            match self.ledger.key_store_entries() {
                Ok(known) => entries.extend(known.into_iter().filter(|entry| *entry != present)),
                Err(error) => return self.reply(request, Err(ledger_error(&error))),
            }
            self.secrets.in_memory.clear();
        }
        self.secrets.in_memory.remove(&present);
        let incoming = self.incoming.clone();
        tokio::spawn(async move {
            let mut forgotten = Vec::new();
            let mut answer = Ok(Reply::Done);
            for entry in entries {
                let name = entry.clone();
                match in_key_store(move || remove(&name)).await {
                    Ok(()) => forgotten.push(entry),
                    // There is nothing to be removed now. The name stays known: the store may come back.
                    Err(KeyStoreError::None(_)) => {}
                    Err(error) => {
                        let hint = "Remove the entries of Landfall in the key store of your system by hand.";
                        let silent = matches!(error, KeyStoreError::Silent);
                        answer = Err(ApiError::new(Code::Internal, error.to_string(), hint).about(entry));
                        // It would not answer for the others either, and each takes its time.
                        if silent {
                            break;
                        }
                    }
                }
            }
            let answer = Box::new(answer);
            let _ = incoming.send(Incoming::PasswordsForgotten { request, forgotten, answer }).await;
        });
    }

    pub(crate) fn passwords_forgotten(&mut self, request: RequestRef, forgotten: &[String], answer: Answer) {
        for entry in forgotten {
            if let Err(error) = self.ledger.forget_key_store_entry(entry) {
                tracing::warn!("the name of a forgotten password stays in the ledger: {error}");
            }
        }
        self.reply(request, answer);
    }
}

#[derive(Debug, thiserror::Error)]
enum KeyStoreError {
    #[error("there is no key store: {0}")]
    None(String),
    #[error("the key store refused: {0}")]
    Refused(keyring::Error),
    #[error("the key store did not answer within {} s", ANSWERS_WITHIN.as_secs())]
    Silent,
    #[error("the key store broke")]
    Broke,
}

/// Runs `work` with the key store, off the engine's task, and not for ever.
async fn in_key_store<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, keyring::Error> + Send + 'static,
) -> Result<T, KeyStoreError> {
    let task = tokio::task::spawn_blocking(move || {
        available()?;
        work().map_err(KeyStoreError::Refused)
    });
    match timeout(ANSWERS_WITHIN, task).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(KeyStoreError::Broke),
        Err(_) => Err(KeyStoreError::Silent),
    }
}

/// Whether this system has a key store; asked once.
fn available() -> Result<(), KeyStoreError> {
    static AVAILABLE: OnceLock<Result<(), String>> = OnceLock::new();
    AVAILABLE
        .get_or_init(|| keyring::Entry::store_status().as_ref().copied().map_err(ToString::to_string))
        .clone()
        .map_err(KeyStoreError::None)
}

fn read(entry: &str) -> Result<Option<SecretString>, keyring::Error> {
    match keyring::Entry::new(SERVICE, entry)?.get_password() {
        Ok(password) => Ok(Some(password.into())),
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

fn write(entry: &str, password: &SecretString) -> Result<(), keyring::Error> {
    keyring::Entry::new(SERVICE, entry)?.set_password(password.expose_secret())
}

fn remove(entry: &str) -> Result<(), keyring::Error> {
    match keyring::Entry::new(SERVICE, entry)?.delete_credential() {
        Err(keyring::Error::NoEntry) => Ok(()),
        other => other,
    }
}
