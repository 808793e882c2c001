//! A real PostgreSQL: Debian's server on free ports of this computer, TLS on, passwords checked (SCRAM).
//!
//! [`Postgres::shared`] starts one cluster per test process when first asked; each test takes a [`Database`] of its
//! own from it. It listens on 127.0.0.1 and 127.0.0.2; its certificate names `localhost` and 127.0.0.1 only, so that
//! 127.0.0.2 is the host whose name doesn't match.

mod certificates;
mod cluster;
mod database;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

pub use database::Database;

use cluster::Cluster;

/// The superuser of a cluster that we start.
pub const SUPERUSER: &str = "landfall_tests";
/// Its password, easy to find where it must not be: in logs, in `--json`, in a details text.
pub const PASSWORD: &str = "s3cret-0f-the-tests";

static SHARED: OnceLock<Postgres> = OnceLock::new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// How to start a cluster of one's own, for tests that stop it or change it.
#[derive(Debug, Default)]
pub struct Options {
    pub(crate) without_tls: bool,
    pub(crate) settings: Vec<(String, String)>,
}

/// A running server.
#[derive(Debug)]
pub struct Postgres {
    host: String,
    port: u16,
    user: String,
    password: String,
    ca: PathBuf,
    other_ca: PathBuf,
    cluster: Option<Cluster>,
}

impl Options {
    /// No TLS: a client that requires it must fail.
    #[must_use]
    pub fn without_tls(mut self) -> Self {
        self.without_tls = true;
        self
    }

    /// A line of `postgresql.conf`.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts the server and waits until it takes connections.
    pub fn start(self) -> Postgres {
        let cluster = Cluster::start(&self);
        Postgres {
            host: "127.0.0.1".to_owned(),
            port: cluster.port(),
            user: SUPERUSER.to_owned(),
            password: PASSWORD.to_owned(),
            ca: cluster.folder().join(certificates::CA),
            other_ca: cluster.folder().join(certificates::OTHER_CA),
            cluster: Some(cluster),
        }
    }
}

impl Postgres {
    /// The one server of this test process. With `LANDFALL_TEST_POSTGRES` set (JSON with `host`, `port`, `user`,
    /// `password`, `ca`) it is that server, which nobody here starts or stops.
    pub fn shared() -> &'static Self {
        SHARED.get_or_init(|| match std::env::var("LANDFALL_TEST_POSTGRES") {
            Ok(given) => Self::given(&given),
            Err(_) => Self::options().start(),
        })
    }

    /// Options for a server of one's own; dropping the server stops it and removes its folder.
    pub fn options() -> Options {
        Options::default()
    }

    /// A fresh, empty database whose name starts with `hint`; dropped with its value.
    pub fn database(&self, hint: &str) -> Database {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{hint}_{}_{number}", std::process::id());
        self.sql(&format!("CREATE DATABASE \"{name}\""));
        Database::new(self.host.clone(), self.port, name, self.user.clone(), self.password.clone())
    }

    /// Makes a login role of a random name with this password, without rights on anything; gives its name.
    /// The role goes with the cluster.
    pub fn role(&self, password: &str) -> String {
        let name = format!("role_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let quoted = password.replace('\'', "''");
        self.sql(&format!("CREATE ROLE {name} LOGIN PASSWORD '{quoted}'"));
        name
    }

    /// Runs SQL in the database `postgres`; the output of `psql -At`.
    pub fn sql(&self, statement: &str) -> String {
        self.maintenance().sql(statement)
    }

    /// Always 127.0.0.1 for a server that we start.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// A host that reaches the same server and isn't in its certificate.
    pub fn unnamed_host(&self) -> &'static str {
        cluster::UNNAMED_HOST
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn user(&self) -> &str {
        &self.user
    }

    pub fn password(&self) -> &str {
        &self.password
    }

    /// PEM file of the authority that signed the server's certificate.
    pub fn ca_certificate(&self) -> &Path {
        &self.ca
    }

    /// PEM file of an authority that signed nothing here.
    pub fn other_ca_certificate(&self) -> &Path {
        &self.other_ca
    }

    /// The server's own log, for a failure's text.
    pub fn log(&self) -> String {
        self.cluster.as_ref().map(Cluster::log).unwrap_or_default()
    }

    /// The server's main process; none for a given server.
    pub fn pid(&self) -> Option<u32> {
        self.cluster.as_ref().map(Cluster::pid)
    }

    fn maintenance(&self) -> Database {
        Database::kept(self.host.clone(), self.port, self.user.clone(), self.password.clone())
    }

    fn given(json: &str) -> Self {
        let given: serde_json::Value = serde_json::from_str(json)
            .expect("LANDFALL_TEST_POSTGRES is JSON with host, port, user, password, ca");
        let text = |field: &str| given[field].as_str().unwrap_or_default().to_owned();
        Self {
            host: text("host"),
            port: given["port"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("port is a number"),
            user: text("user"),
            password: text("password"),
            ca: text("ca").into(),
            other_ca: text("other_ca").into(),
            cluster: None,
        }
    }
}
