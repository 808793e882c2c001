//! The settings: one readable file, `settings.toml`. What it can hold, what it means, and what is wrong with it.
//!
//! A bad value is named with its line and the default is used; nothing here ever refuses to start Landfall.

mod keys;

use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};
use ts_rs::TS;

pub use keys::{KEYS, Key, key};

/// Every setting, with defaults where the file says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    pub reports: ReportSettings,
    pub watch: WatchSettings,
    pub notifications: NotificationSettings,
    pub database: DatabaseSettings,
    pub desktop: DesktopSettings,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReportSettings {
    /// Absolute path; `None` for `kubernetes-reports` in the home folder.
    pub folder: Option<String>,
    /// Other folders that are watched as well.
    pub also_watch: Vec<String>,
    /// IANA name; `None` for the system's zone.
    pub timezone: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WatchSettings {
    pub recursive: bool,
    pub mode: WatchMode,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum WatchMode {
    #[default]
    Auto,
    Events,
    Poll,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSettings {
    pub finished: bool,
    pub failed: bool,
    /// Open each finished spreadsheet without asking. The desktop app does it, for what is announced by itself and not
    /// in a digest; other doors leave it to the app, so that a file is opened once.
    pub open_automatically: bool,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self { finished: true, failed: true, open_automatically: false }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
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

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum DatabaseSource {
    #[default]
    Sample,
    Server,
}

/// How a connection is protected: the words of libpq's `sslmode` (PostgreSQL manual, section 34.19, "SSL Support"),
/// without `allow`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum SslMode {
    /// Never TLS.
    Disable,
    /// TLS if the server has it, without looking at its certificate; plain otherwise.
    #[default]
    Prefer,
    /// TLS or nothing; the certificate is only looked at if `sslrootcert` is given, then as by `verify-ca`.
    Require,
    /// TLS with a certificate of a known authority, whatever host it names.
    VerifyCa,
    /// TLS with a certificate of a known authority for this very host.
    VerifyFull,
}

impl SslMode {
    /// The words, as libpq and the settings spell them.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("disable", Self::Disable),
        ("prefer", Self::Prefer),
        ("require", Self::Require),
        ("verify-ca", Self::VerifyCa),
        ("verify-full", Self::VerifyFull),
    ];

    pub fn parse(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, mode)| *mode)
    }

    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, mode)| *mode == self).map_or("", |(word, _)| word)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DesktopSettings {
    pub theme: Theme,
    pub language: Language,
    pub start_at_login: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SettingProblem {
    /// The dotted name; empty where the file as a whole can't be read.
    pub key: String,
    /// From 1 up.
    pub line: usize,
    /// What is wrong and what is used instead.
    pub message: String,
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
        let dotted = if prefix.is_empty() {
            name.get_ref().to_string()
        } else {
            format!("{prefix}.{}", name.get_ref())
        };
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::keys::{ONE_OF_LANGUAGE, ONE_OF_MODE, ONE_OF_SOURCE, ONE_OF_SSLMODE, ONE_OF_THEME};
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
    fn an_sslmode_has_one_word_everywhere() {
        for (word, mode) in SslMode::WORDS {
            assert_eq!((SslMode::parse(word), mode.word()), (Some(mode), word));
            let (settings, problems) = read(&format!("database.sslmode = \"{word}\""));
            assert_eq!((settings.database.sslmode, problems), (mode, vec![]));
        }
        assert_eq!(SslMode::parse("allow"), None);
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
