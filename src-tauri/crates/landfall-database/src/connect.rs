//! Connecting to PostgreSQL, and naming why it failed in words a person can act on.

mod error;
mod target;
mod tls;

use std::path::Path;
use std::time::Duration;

use landfall_core::settings::SslMode;
use secrecy::ExposeSecret;
use tokio::task::JoinHandle;
use tokio_postgres::{CancelToken, Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

pub use self::error::{ConnectError, code_of_state, with_causes};
pub use self::target::{DEFAULT_DATABASE, DEFAULT_PORT, Target, TargetError};
pub use self::tls::TlsError;

/// After this long without a word the server is asked whether it is still there.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_RETRIES: u32 = 3;

/// An open connection. Its traffic runs in a task of its own, which ends when `client` is dropped.
#[derive(Debug)]
pub struct Connection {
    pub client: Client,
    pub cancel: CancelHandle,
    driver: JoinHandle<()>,
}

impl Connection {
    /// Whether TLS protects it, as the server sees it; `prefer` may have ended without.
    pub async fn is_encrypted(&self) -> bool {
        let asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let answer = self.client.query_opt(asked, &[]).await;
        answer.ok().flatten().and_then(|row| row.try_get(0).ok()).unwrap_or(false)
    }

    /// Says goodbye to the server and waits until the socket is closed.
    pub async fn close(self) {
        drop(self.client);
        // The driver returns nothing; it can only have been cancelled with the runtime.
        let _ = self.driver.await;
    }
}

/// Asks the server to end the query that runs on a connection.
#[derive(Clone)]
pub struct CancelHandle {
    token: CancelToken,
    tls: Option<MakeRustlsConnect>,
}

impl std::fmt::Debug for CancelHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CancelHandle")
    }
}

impl CancelHandle {
    /// Sends the request by a second connection, protected as the first. The server answers nothing; that the
    /// query ended is seen on the first connection.
    pub async fn cancel_query(&self) -> Result<(), tokio_postgres::Error> {
        match &self.tls {
            Some(tls) => self.token.cancel_query(tls.clone()).await,
            None => self.token.cancel_query(NoTls).await,
        }
    }
}

/// Connects to `target` within `deadline`. `application_name` is what an administrator sees in `pg_stat_activity`.
pub async fn connect(
    target: &Target,
    application_name: &str,
    deadline: Duration,
) -> Result<Connection, ConnectError> {
    let place = target.to_string();
    let attempts = async {
        // A socket in the file system needs no TLS; libpq ignores sslmode there too.
        let mode = if target.host.starts_with('/') { SslMode::Disable } else { target.sslmode };
        if mode == SslMode::Disable {
            resolve(target).await?;
            return plain(target, application_name).await;
        }
        let roots = target.sslrootcert.as_deref();
        resolve(target).await?;
        let first = protected(target, application_name, mode, roots).await;
        match first {
            // As libpq: prefer tries again without TLS if that is what was refused.
            Err(error) if mode == SslMode::Prefer && error.may_succeed_without_tls() => {
                plain(target, application_name).await.map_err(|_| error)
            }
            other => other,
        }
    };
    match tokio::time::timeout(deadline, attempts).await {
        Ok(result) => result,
        Err(_) => Err(ConnectError::NoAnswer { place, deadline }),
    }
}

/// Asks for the host's addresses once more than needed, so that an unknown name can be told from a silent host.
async fn resolve(target: &Target) -> Result<(), ConnectError> {
    if target.host.starts_with('/') {
        return Ok(());
    }
    match tokio::net::lookup_host((target.host.as_str(), target.port)).await {
        Ok(_) => Ok(()),
        Err(source) => Err(ConnectError::UnknownHost { host: target.host.clone(), source }),
    }
}

async fn plain(target: &Target, application_name: &str) -> Result<Connection, ConnectError> {
    let mut config = config(target, application_name);
    config.ssl_mode(tokio_postgres::config::SslMode::Disable);
    let (client, connection) =
        config.connect(NoTls).await.map_err(|source| ConnectError::classify(source, target))?;
    Ok(Connection {
        cancel: CancelHandle { token: client.cancel_token(), tls: None },
        client,
        // An error of the connection is also handed to whatever waits on the client.
        driver: tokio::spawn(async move { drop(connection.await) }),
    })
}

async fn protected(
    target: &Target,
    application_name: &str,
    mode: SslMode,
    roots: Option<&Path>,
) -> Result<Connection, ConnectError> {
    let tls = self::tls::connector(mode, roots)?;
    let mut config = config(target, application_name);
    config.ssl_mode(if mode == SslMode::Prefer {
        tokio_postgres::config::SslMode::Prefer
    } else {
        tokio_postgres::config::SslMode::Require
    });
    let (client, connection) =
        config.connect(tls.clone()).await.map_err(|source| ConnectError::classify(source, target))?;
    Ok(Connection {
        cancel: CancelHandle { token: client.cancel_token(), tls: Some(tls) },
        client,
        driver: tokio::spawn(async move { drop(connection.await) }),
    })
}

fn config(target: &Target, application_name: &str) -> Config {
    let mut config = Config::new();
    config
        .host(&target.host)
        .port(target.port)
        .user(&target.user)
        .dbname(&target.database)
        .application_name(application_name)
        .keepalives_idle(KEEPALIVE_IDLE)
        .keepalives_interval(KEEPALIVE_INTERVAL)
        .keepalives_retries(KEEPALIVE_RETRIES);
    if let Some(password) = &target.password {
        config.password(password.expose_secret());
    }
    config
}
