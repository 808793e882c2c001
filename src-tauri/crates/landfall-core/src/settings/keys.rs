//! Every setting by its dotted name: what it is for, and how a value gets in and out.

use jiff::tz::TimeZone;
use serde::Serialize;
use toml::de::DeValue;

use super::Settings;

/// One setting: its dotted name, what it is for, and how a value gets in and out.
pub struct Key {
    pub name: &'static str,
    pub about: &'static str,
    pub values: &'static str,
    pub(super) set: fn(&mut Settings, &DeValue<'_>) -> Result<(), String>,
    pub(super) get: fn(&Settings) -> toml::Value,
}

impl Key {
    /// The value that `settings` holds for this key; an empty string stands for "none".
    pub fn get(&self, settings: &Settings) -> toml::Value {
        (self.get)(settings)
    }
}

/// The setting of that dotted name.
pub fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

fn text(value: &DeValue<'_>) -> Result<String, String> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        other => Err(format!("expected text in quotes, found {}", other.type_str())),
    }
}

/// An empty text stands for "none".
fn optional_text(value: &DeValue<'_>) -> Result<Option<String>, String> {
    text(value).map(|text| (!text.is_empty()).then_some(text))
}

fn required_text(value: &DeValue<'_>) -> Result<String, String> {
    optional_text(value)?.ok_or_else(|| "must not be empty".to_owned())
}

fn absolute_path(path: &str) -> Result<(), String> {
    // Windows paths are judged here as well, because rules must not depend on where they run.
    let drive = path.as_bytes().get(1) == Some(&b':');
    if path.starts_with('/') || path.starts_with(r"\\") || drive || path.starts_with("~/") {
        Ok(())
    } else {
        Err(format!("\"{path}\" is not an absolute path"))
    }
}

fn optional_path(value: &DeValue<'_>) -> Result<Option<String>, String> {
    let path = optional_text(value)?;
    path.as_deref().map_or(Ok(()), absolute_path)?;
    Ok(path)
}

fn paths(value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let DeValue::Array(items) = value else {
        return Err(format!("expected a list of paths, found {}", value.type_str()));
    };
    items
        .iter()
        .map(|item| {
            let path = required_text(item.get_ref())?;
            absolute_path(&path).map(|()| path)
        })
        .collect()
}

fn boolean(value: &DeValue<'_>) -> Result<bool, String> {
    match value {
        DeValue::Boolean(value) => Ok(*value),
        other => Err(format!("expected true or false, found {}", other.type_str())),
    }
}

fn port(value: &DeValue<'_>) -> Result<u16, String> {
    let reason = || "expected a port from 1 to 65535".to_owned();
    match value {
        DeValue::Integer(number) => {
            number.as_str().parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(reason)
        }
        _ => Err(reason()),
    }
}

fn zone(value: &DeValue<'_>) -> Result<Option<String>, String> {
    let name = optional_text(value)?;
    match &name {
        Some(name) if TimeZone::get(name).is_err() => Err(format!("\"{name}\" is not a time zone")),
        _ => Ok(name),
    }
}

/// A word of an enum, by its serde name.
fn word<T: serde::de::DeserializeOwned>(value: &DeValue<'_>, words: &str) -> Result<T, String> {
    let typed = text(value)?;
    T::deserialize(toml::Value::String(typed.clone())).map_err(|_| format!("\"{typed}\" is not {words}"))
}

fn word_of(value: impl Serialize) -> toml::Value {
    toml::Value::try_from(value).unwrap_or(toml::Value::String(String::new()))
}

fn text_of(text: Option<&String>) -> toml::Value {
    toml::Value::String(text.cloned().unwrap_or_default())
}

macro_rules! key {
    ($name:literal, $about:literal, $values:expr, $parse:expr, $show:expr, $($field:ident).+) => {
        Key {
            name: $name,
            about: $about,
            values: $values,
            set: |settings, value| Ok(settings.$($field).+ = $parse(value)?),
            get: |settings| $show(&settings.$($field).+),
        }
    };
}

pub(super) const ONE_OF_SOURCE: &str = "one of sample, server";
pub(super) const ONE_OF_MODE: &str = "one of auto, events, poll";
pub(super) const ONE_OF_SSLMODE: &str = "one of disable, prefer, require, verify-ca, verify-full";
pub(super) const ONE_OF_THEME: &str = "one of system, light, dark";
pub(super) const ONE_OF_LANGUAGE: &str = "one of system, en, it";
const TRUE_OR_FALSE: &str = "true or false";

/// Every setting there is, in the order in which they are listed.
#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    key!("reports.folder", "Where finished reports go; empty for kubernetes-reports in the home folder", "an absolute path", optional_path, |path: &Option<String>| text_of(path.as_ref()), reports.folder),
    key!("reports.also-watch", "Other folders that are watched as well", "a list of absolute paths", paths, word_of, reports.also_watch),
    key!("reports.timezone", "Zone of periods and times in reports; empty for the system's", "a time zone such as Europe/Rome", zone, |zone: &Option<String>| text_of(zone.as_ref()), reports.timezone),
    key!("watch.recursive", "Watch folders inside the reports folder, too", TRUE_OR_FALSE, boolean, word_of, watch.recursive),
    key!("watch.mode", "How changes are seen", ONE_OF_MODE, |value| word(value, ONE_OF_MODE), word_of, watch.mode),
    key!("notifications.finished", "Notify of finished spreadsheets", TRUE_OR_FALSE, boolean, word_of, notifications.finished),
    key!("notifications.failed", "Notify of failed runs", TRUE_OR_FALSE, boolean, word_of, notifications.failed),
    key!("notifications.open-automatically", "Open each finished spreadsheet by itself", TRUE_OR_FALSE, boolean, word_of, notifications.open_automatically),
    key!("database.source", "The sample database of this computer, or a server of your own", ONE_OF_SOURCE, |value| word(value, ONE_OF_SOURCE), word_of, database.source),
    key!("database.host", "Host of your server", "a host name or address", required_text, |text: &String| text_of(Some(text)), database.host),
    key!("database.port", "Port of your server", "a port from 1 to 65535", port, word_of, database.port),
    key!("database.name", "Name of the database", "a name", required_text, |text: &String| text_of(Some(text)), database.name),
    key!("database.user", "User name", "a name", required_text, |text: &String| text_of(Some(text)), database.user),
    key!("database.sslmode", "How the connection is protected", ONE_OF_SSLMODE, |value| word(value, ONE_OF_SSLMODE), word_of, database.sslmode),
    key!("database.sslrootcert", "File of CA certificates; empty for the ones that come with Landfall", "an absolute path", optional_path, |path: &Option<String>| text_of(path.as_ref()), database.sslrootcert),
    key!("desktop.theme", "Colours of the window", ONE_OF_THEME, |value| word(value, ONE_OF_THEME), word_of, desktop.theme),
    key!("desktop.language", "Language of the window", ONE_OF_LANGUAGE, |value| word(value, ONE_OF_LANGUAGE), word_of, desktop.language),
    key!("desktop.start-at-login", "Start Landfall when you log in", TRUE_OR_FALSE, boolean, word_of, desktop.start_at_login),
];
