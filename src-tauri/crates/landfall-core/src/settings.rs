//! The settings: one readable file, `settings.toml`. What it can hold, what it means, and what is wrong with it.
//!
//! A bad value is named with its line and the default is used; nothing here ever refuses to start Landfall.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};

/// Every setting, with defaults where the file says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    pub reports: ReportSettings,
    pub watch: WatchSettings,
    pub notifications: NotificationSettings,
    pub database: DatabaseSettings,
    pub desktop: DesktopSettings,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportSettings {
    /// Absolute path; `None` for `kubernetes-reports` in the home folder.
    pub folder: Option<String>,
    /// Other folders that are watched as well.
    pub also_watch: Vec<String>,
    /// IANA name; `None` for the system's zone.
    pub timezone: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WatchSettings {
    pub recursive: bool,
    pub mode: WatchMode,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WatchMode {
    #[default]
    Auto,
    Events,
    Poll,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSettings {
    pub finished: bool,
    pub failed: bool,
    /// Open each finished spreadsheet without asking.
    pub open_automatically: bool,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self { finished: true, failed: true, open_automatically: false }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseSettings {
    pub source: DatabaseSource,
    pub host: String,
    pub port: u16,
    pub name: String,
    pub user: String,
    pub sslmode: SslMode,
    /// Path of a file of CA certificates in PEM; `None` for the ones that come with Landfall.
    pub sslrootcert: Option<String>,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            source: DatabaseSource::Sample,
            host: "localhost".to_owned(),
            port: 5432,
            name: "traindb".to_owned(),
            user: "postgres".to_owned(),
            sslmode: SslMode::Prefer,
            sslrootcert: None,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatabaseSource {
    #[default]
    Sample,
    Server,
}

/// As libpq's `sslmode`, without `allow`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SslMode {
    Disable,
    #[default]
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DesktopSettings {
    pub theme: Theme,
    pub language: Language,
    pub start_at_login: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    #[default]
    System,
    #[serde(rename = "en")]
    English,
    #[serde(rename = "it")]
    Italian,
}

/// Something in the file that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SettingProblem {
    /// The dotted name; empty where the file as a whole can't be read.
    pub key: String,
    /// From 1 up.
    pub line: usize,
    /// What is wrong and what is used instead.
    pub message: String,
}

/// One setting: its dotted name, what it is for, and how a value gets in and out.
pub struct Key {
    pub name: &'static str,
    pub about: &'static str,
    pub values: &'static str,
    set: fn(&mut Settings, &DeValue<'_>) -> Result<(), String>,
    get: fn(&Settings) -> toml::Value,
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

/// Reads the text of `settings.toml`. Always gives settings; what can't be used is named and left at its default.
pub fn read(text: &str) -> (Settings, Vec<SettingProblem>) {
    let mut settings = Settings::default();
    let mut problems = Vec::new();
    match DeTable::parse(text) {
        Ok(table) => walk(text, "", table.get_ref(), &mut settings, &mut problems),
        Err(error) => problems.push(SettingProblem {
            key: String::new(),
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            message: format!("{}; all settings are at their defaults until this is mended", error.message()),
        }),
    }
    (settings, problems)
}

fn walk(
    text: &str,
    prefix: &str,
    table: &DeTable<'_>,
    settings: &mut Settings,
    problems: &mut Vec<SettingProblem>,
) {
    for (name, value) in table {
        let dotted = if prefix.is_empty() { name.get_ref().to_string() } else { format!("{prefix}.{}", name.get_ref()) };
        let line = line_of(text, name.span().start);
        let problem = match (key(&dotted), value.get_ref()) {
            (Some(key), value) => (key.set)(settings, value).err().map(|reason| {
                format!("{reason}; the default {} is used", show(&(key.get)(&Settings::default())))
            }),
            (None, DeValue::Table(inner)) => {
                walk(text, &dotted, inner, settings, problems);
                None
            }
            (None, _) => Some("there is no such setting; it is ignored".to_owned()),
        };
        problems.extend(problem.map(|message| SettingProblem { key: dotted, line, message }));
    }
}

/// Reads one value as a person types it after `settings set KEY`. Gives the value to write into the file.
pub fn parse_value(key: &Key, typed: &str) -> Result<toml::Value, String> {
    let mut probe = Settings::default();
    // What is typed may be a TOML value (true, 5432, ["a"]) or plain text; plain text wins where both fit.
    let plain = DeValue::String(typed.into());
    if (key.set)(&mut probe, &plain).is_ok() {
        return Ok(toml::Value::String(typed.to_owned()));
    }
    let text = format!("value = {typed}");
    if let Ok(table) = DeTable::parse(&text)
        && let Some(value) = table.get_ref().get("value")
        && (key.set)(&mut probe, value.get_ref()).is_ok()
    {
        return Ok((key.get)(&probe));
    }
    Err(format!("\"{typed}\" is not {}", key.values))
}

/// The line of a byte offset, from 1 up.
fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count() + 1
}

/// A value as a person reads it.
pub fn show(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) if text.is_empty() => "(none)".to_owned(),
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
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

const ONE_OF_SOURCE: &str = "one of sample, server";
const ONE_OF_MODE: &str = "one of auto, events, poll";
const ONE_OF_SSLMODE: &str = "one of disable, prefer, require, verify-ca, verify-full";
const ONE_OF_THEME: &str = "one of system, light, dark";
const ONE_OF_LANGUAGE: &str = "one of system, en, it";
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn an_empty_file_means_the_defaults() {
        assert_eq!(read(""), (Settings::default(), vec![]));
    }

    #[test]
    fn good_values_are_used_whatever_way_toml_writes_them() {
        let (settings, problems) = read(
            "# mine\nreports.folder = '/srv/out'\n[database]\nsource = \"server\"\nport = 5433\nsslmode = \"verify-full\"\n",
        );
        assert_eq!(problems, vec![]);
        assert_eq!(settings.reports.folder.as_deref(), Some("/srv/out"));
        assert_eq!((settings.database.source, settings.database.port), (DatabaseSource::Server, 5433));
        assert_eq!(settings.database.sslmode, SslMode::VerifyFull);
    }

    #[test]
    fn a_bad_value_is_named_with_its_line_and_the_rest_still_counts() {
        let (settings, problems) =
            read("[database]\nport = 99999\nhost = \"db\"\n\n[watch]\nmode = \"fast\"\nspeed = 1\n");
        assert_eq!(settings.database.host, "db");
        assert_eq!(settings.database.port, 5432);
        let told: Vec<_> = problems.iter().map(|problem| (problem.key.as_str(), problem.line)).collect();
        assert_eq!(told, [("database.port", 2), ("watch.mode", 6), ("watch.speed", 7)]);
        assert!(problems[1].message.contains("one of auto, events, poll"), "{}", problems[1].message);
    }

    #[test]
    fn a_broken_file_is_one_problem_with_its_line() {
        let (settings, problems) = read("[database]\nport = = 3\n");
        assert_eq!(settings, Settings::default());
        assert_eq!((problems.len(), problems[0].line), (1, 2));
    }

    #[test]
    fn every_key_gives_back_what_was_typed() {
        for key in KEYS {
            let typed = match key.values {
                "an absolute path" => "/a b",
                "a list of absolute paths" => "[\"/a\"]",
                "true or false" => "true",
                "a port from 1 to 65535" => "1",
                "a time zone such as Europe/Rome" => "Europe/Rome",
                ONE_OF_SOURCE => "server",
                ONE_OF_MODE => "poll",
                ONE_OF_SSLMODE => "verify-ca",
                ONE_OF_THEME => "dark",
                ONE_OF_LANGUAGE => "it",
                _ => "x",
            };
            let value = parse_value(key, typed).unwrap();
            let file = format!("{} = {value}", key.name);
            let (settings, problems) = read(&file);
            assert_eq!(problems, vec![], "{file}");
            assert_eq!(key.get(&settings), value, "{file}");
            assert!(parse_value(key, "[[").is_err() || typed == "x", "{}", key.name);
        }
    }
}
