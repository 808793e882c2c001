//! Which database is meant: from the environment, as the contract ("Generator") names it.

use std::path::PathBuf;
use std::str::FromStr;

use landfall_core::settings::SslMode;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::config::Host;

/// The port PostgreSQL is registered for.
pub const DEFAULT_PORT: u16 = 5432;
/// The database of the product's schema.
pub const DEFAULT_DATABASE: &str = "traindb";

/// A database and how to reach it.
#[derive(Debug, Clone)]
pub struct Target {
    /// Name or address of the server, or the folder of its Unix socket (it begins with `/`).
    pub host: String,
    pub port: u16,
    pub database: String,
    pub user: String,
    pub password: Option<SecretString>,
    pub sslmode: SslMode,
    /// PEM file of the authorities that are trusted; the built-in ones without it.
    pub sslrootcert: Option<PathBuf>,
}

impl Default for Target {
    /// `traindb` on this computer as `postgres`, TLS if the server offers it.
    fn default() -> Self {
        Self {
            host: "localhost".to_owned(),
            port: DEFAULT_PORT,
            database: DEFAULT_DATABASE.to_owned(),
            user: "postgres".to_owned(),
            password: None,
            sslmode: SslMode::default(),
            sslrootcert: None,
        }
    }
}

/// `localhost:5432/traindb`, without user and password.
impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}/{}", self.host, self.port, self.database)
    }
}

/// Why the environment names no database. None of the texts holds the value of a password.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    #[error("DB_PORT is \"{0}\", which is not a port")]
    Port(String),
    #[error("{variable} is \"{value}\", which is not an sslmode")]
    SslMode { variable: &'static str, value: String },
    #[error("DATABASE_URL does not begin with postgres:// or postgresql://")]
    UrlScheme,
    #[error("DATABASE_URL can't be read")]
    Url(#[source] tokio_postgres::Error),
    #[error("DATABASE_URL names more than one host")]
    ManyHosts,
    #[error("a value in DATABASE_URL is not UTF-8")]
    UrlText(#[source] std::str::Utf8Error),
}

impl TargetError {
    /// What the person can do.
    pub fn hint(&self) -> String {
        match self {
            Self::Port(_) => "Use a number from 1 to 65535; PostgreSQL listens on 5432 by default.".to_owned(),
            Self::SslMode { .. } => {
                let words: Vec<&str> = SslMode::WORDS.iter().map(|(word, _)| *word).collect();
                format!("Choose one of {}.", words.join(", "))
            }
            Self::ManyHosts => "Name one host; the report reads from one server.".to_owned(),
            Self::UrlScheme | Self::Url(_) | Self::UrlText(_) => {
                "It reads postgres://user:password@host:port/database; write % and @ in a password as %25 and %40, \
                 or use DB_PASSWORD."
                    .to_owned()
            }
        }
    }
}

impl Target {
    /// The target that the environment names; `variable` looks one up. `DB_*` beat the same field of
    /// `DATABASE_URL`; an empty variable counts as not set.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, TargetError> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mut target = match variable("DATABASE_URL") {
            Some(url) => Self::from_url(&url)?,
            None => Self::default(),
        };
        if let Some(host) = variable("DB_HOST") {
            target.host = host;
        }
        if let Some(port) = variable("DB_PORT") {
            target.port =
                port.parse().ok().filter(|port| *port > 0).ok_or_else(|| TargetError::Port(port.clone()))?;
        }
        if let Some(database) = variable("DB_NAME") {
            target.database = database;
        }
        if let Some(user) = variable("DB_USER") {
            target.user = user;
        }
        if let Some(password) = variable("DB_PASSWORD") {
            target.password = Some(password.into());
        }
        if let Some(word) = variable("DB_SSLMODE") {
            target.sslmode = parse_mode("DB_SSLMODE", &word)?;
        }
        if let Some(path) = variable("DB_SSLROOTCERT") {
            target.sslrootcert = Some(path.into());
        }
        Ok(target)
    }

    fn from_url(url: &str) -> Result<Self, TargetError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(TargetError::UrlScheme);
        }
        let mut target = Self::default();
        // The library knows neither the verifying modes nor sslrootcert, so that these two are taken out first.
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let mut rest = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let decoded = |text: &str| {
                percent_decode_str(text)
                    .decode_utf8()
                    .map(std::borrow::Cow::into_owned)
                    .map_err(TargetError::UrlText)
            };
            match pair.split_once('=') {
                Some(("sslmode", word)) => {
                    target.sslmode = parse_mode("sslmode in DATABASE_URL", &decoded(word)?)?;
                }
                Some(("sslrootcert", path)) => target.sslrootcert = Some(decoded(path)?.into()),
                _ => rest.push(pair),
            }
        }
        let plain =
            if rest.is_empty() { address.to_owned() } else { format!("{address}?{}", rest.join("&")) };
        let config = tokio_postgres::Config::from_str(&plain).map_err(TargetError::Url)?;
        match config.get_hosts() {
            [] => {}
            [Host::Tcp(host)] => target.host.clone_from(host),
            #[cfg(unix)]
            [Host::Unix(folder)] => target.host = folder.to_string_lossy().into_owned(),
            _ => return Err(TargetError::ManyHosts),
        }
        if let [port] = config.get_ports() {
            target.port = *port;
        }
        if let Some(user) = config.get_user() {
            user.clone_into(&mut target.user);
        }
        if let Some(database) = config.get_dbname() {
            database.clone_into(&mut target.database);
        }
        if let Some(password) = config.get_password() {
            let text = std::str::from_utf8(password).map_err(TargetError::UrlText)?;
            target.password = Some(text.to_owned().into());
        }
        Ok(target)
    }

    /// The variables that name this target to a child process. They hold the password: for the environment of
    /// a child only, never for a log or a command line.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("DB_HOST", self.host.clone()),
            ("DB_PORT", self.port.to_string()),
            ("DB_NAME", self.database.clone()),
            ("DB_USER", self.user.clone()),
            ("DB_SSLMODE", self.sslmode.word().to_owned()),
        ];
        if let Some(path) = &self.sslrootcert {
            variables.push(("DB_SSLROOTCERT", path.to_string_lossy().into_owned()));
        }
        if let Some(password) = &self.password {
            variables.push(("DB_PASSWORD", password.expose_secret().to_owned()));
        }
        variables
    }
}

fn parse_mode(variable: &'static str, word: &str) -> Result<SslMode, TargetError> {
    SslMode::parse(word).ok_or_else(|| TargetError::SslMode { variable, value: word.to_owned() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Target, TargetError> {
        Target::from_environment(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_set_means_traindb_on_this_computer() {
        let target = read(&[("DB_HOST", "")]).unwrap();
        assert_eq!(target.to_string(), "localhost:5432/traindb");
        assert_eq!((target.user.as_str(), target.sslmode), ("postgres", SslMode::Prefer));
        assert!(target.password.is_none());
    }

    #[test]
    fn each_variable_beats_the_same_field_of_the_url() {
        let url = (
            "DATABASE_URL",
            "postgres://ann:p%40ss@db.example:6000/trains?sslmode=verify-full&sslrootcert=%2Fca.pem",
        );
        let target = read(&[url]).unwrap();
        assert_eq!(target.to_string(), "db.example:6000/trains");
        assert_eq!(target.password.as_ref().unwrap().expose_secret(), "p@ss");
        assert_eq!((target.user.as_str(), target.sslmode), ("ann", SslMode::VerifyFull));
        assert_eq!(target.sslrootcert, Some("/ca.pem".into()));

        let target =
            read(&[url, ("DB_PORT", "7000"), ("DB_SSLMODE", "disable"), ("DB_PASSWORD", "x")]).unwrap();
        assert_eq!(
            (target.port, target.sslmode, target.host.as_str()),
            (7000, SslMode::Disable, "db.example")
        );
        assert_eq!(target.password.unwrap().expose_secret(), "x");
    }

    #[test]
    fn what_can_not_be_read_is_refused_with_a_hint() {
        for variables in [
            [("DB_PORT", "0")],
            [("DB_PORT", "five")],
            [("DB_SSLMODE", "sometimes")],
            [("DATABASE_URL", "mysql://localhost")],
            [("DATABASE_URL", "postgres://a,b/traindb")],
            [("DATABASE_URL", "postgres://localhost/traindb?nonsense=1")],
            [("DATABASE_URL", "postgres://localhost/traindb?sslmode=no")],
        ] {
            let error = read(&variables).unwrap_err();
            assert!(!error.hint().is_empty(), "{variables:?}");
        }
    }

    #[test]
    fn a_child_reads_back_the_same_target() {
        let url = (
            "DATABASE_URL",
            "postgres://ann:p%40ss@db.example:6000/trains?sslmode=require&sslrootcert=/ca.pem",
        );
        let target = read(&[url]).unwrap();
        let variables = target.environment();
        let again = Target::from_environment(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        })
        .unwrap();
        assert_eq!(again.environment(), variables);
    }

    #[test]
    fn no_password_is_shown() {
        let target = read(&[("DB_PASSWORD", "hunter2")]).unwrap();
        assert!(!format!("{target} {target:?}").contains("hunter2"));
    }
}
