//! Why a connection failed, sorted by what a person can do about it.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use landfall_core::code::{ApiError, Code};
use landfall_core::settings::SslMode;
use tokio_postgres::error::SqlState;

use super::Target;
use super::tls::TlsError;

#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("the certificates for the connection can't be used")]
    Certificates(#[from] TlsError),
    #[error("no answer from {place} within {} s", deadline.as_secs())]
    NoAnswer { place: String, deadline: Duration },
    #[error("the host \"{host}\" is not known")]
    UnknownHost { host: String, source: io::Error },
    #[error("{place} can't be reached")]
    Unreachable { place: String, source: tokio_postgres::Error },
    #[error("no protected connection to {place} with sslmode={}", mode.word())]
    Tls { place: String, mode: SslMode, source: tokio_postgres::Error },
    #[error("the database asks \"{user}\" for a password, and none is given")]
    NoPassword { user: String, source: tokio_postgres::Error },
    #[error("the database refused the user \"{user}\" or the password")]
    WrongPassword { user: String, source: tokio_postgres::Error },
    #[error("the server has no database \"{database}\"")]
    DatabaseMissing { database: String, source: tokio_postgres::Error },
    #[error("{place} takes no connections now")]
    NotReady { place: String, source: tokio_postgres::Error },
    #[error("{place} refused the connection")]
    Refused { place: String, source: tokio_postgres::Error },
}

impl ConnectError {
    pub(super) fn classify(source: tokio_postgres::Error, target: &Target) -> Self {
        let place = target.to_string();
        if let Some(code) = source.code() {
            return match code_of_state(code) {
                Code::WrongPassword => Self::WrongPassword { user: target.user.clone(), source },
                Code::DatabaseMissing => Self::DatabaseMissing { database: target.database.clone(), source },
                Code::DatabaseUnreachable => Self::NotReady { place, source },
                _ => Self::Refused { place, source },
            };
        }
        // The library keeps the kind of an error to itself, except for its text, which holds nothing else.
        match source.to_string().as_str() {
            "error performing TLS handshake" => Self::Tls { place, mode: target.sslmode, source },
            "invalid configuration" if target.password.is_none() => {
                Self::NoPassword { user: target.user.clone(), source }
            }
            "authentication error" => Self::WrongPassword { user: target.user.clone(), source },
            _ => Self::Unreachable { place, source },
        }
    }

    /// Whether `sslmode=prefer` may try again without TLS.
    pub(super) fn may_succeed_without_tls(&self) -> bool {
        match self {
            Self::Tls { .. } => true,
            // pg_hba.conf may have a line for plain connections only.
            Self::WrongPassword { source, .. } => {
                source.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
            }
            _ => false,
        }
    }

    pub fn code(&self) -> Code {
        match self {
            Self::NoPassword { .. } | Self::WrongPassword { .. } => Code::WrongPassword,
            Self::DatabaseMissing { .. } => Code::DatabaseMissing,
            Self::Refused { .. } => Code::DatabaseError,
            Self::Certificates(_)
            | Self::NoAnswer { .. }
            | Self::UnknownHost { .. }
            | Self::Unreachable { .. }
            | Self::Tls { .. }
            | Self::NotReady { .. } => Code::DatabaseUnreachable,
        }
    }

    /// What the person can do.
    pub fn hint(&self) -> String {
        match self {
            Self::Certificates(_) => {
                "Check DB_SSLROOTCERT: it names a PEM file with the certificates of the authority.".to_owned()
            }
            Self::NoAnswer { .. } => {
                "Check DB_HOST and DB_PORT, and that no firewall swallows the connection.".to_owned()
            }
            Self::UnknownHost { .. } => "Check DB_HOST for a typing error, and the network.".to_owned(),
            Self::Unreachable { .. } => {
                "Check that PostgreSQL runs there and that DB_HOST and DB_PORT are right.".to_owned()
            }
            Self::Tls { mode: SslMode::Require, .. } => {
                "Turn TLS on at the server, or set DB_SSLMODE=prefer where the network is trusted.".to_owned()
            }
            Self::Tls { mode: SslMode::VerifyFull | SslMode::VerifyCa, .. } => {
                "Check that DB_HOST is the name in the server's certificate and that DB_SSLROOTCERT holds its authority."
                    .to_owned()
            }
            Self::Tls { .. } => "Check TLS at the server, or set DB_SSLMODE=disable.".to_owned(),
            Self::NoPassword { .. } => "Set DB_PASSWORD.".to_owned(),
            Self::WrongPassword { .. } => {
                "Check DB_USER and DB_PASSWORD; if they are right, pg_hba.conf on the server may not allow this \
                 user, host or sslmode."
                    .to_owned()
            }
            Self::DatabaseMissing { .. } => "Check DB_NAME, or create the database.".to_owned(),
            Self::NotReady { .. } => "Wait until the server has started or has connections left, and try again.".to_owned(),
            Self::Refused { .. } => "Ask the server's administrator; its log says more.".to_owned(),
        }
    }

    /// The error as every door shows it.
    pub fn api_error(&self) -> ApiError {
        ApiError::new(self.code(), with_causes(self), self.hint())
    }
}

/// The generator's code for an error that the server sent (PostgreSQL manual, appendix A). Codes of a faulty
/// query are left to the caller, who knows whose query it was: they are [`Code::DatabaseError`] here.
pub fn code_of_state(state: &SqlState) -> Code {
    if *state == SqlState::INVALID_PASSWORD || *state == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
        Code::WrongPassword
    } else if *state == SqlState::UNDEFINED_DATABASE {
        Code::DatabaseMissing
    } else if *state == SqlState::CANNOT_CONNECT_NOW || *state == SqlState::TOO_MANY_CONNECTIONS {
        Code::DatabaseUnreachable
    } else if *state == SqlState::QUERY_CANCELED
        || *state == SqlState::ADMIN_SHUTDOWN
        || *state == SqlState::CRASH_SHUTDOWN
        || *state == SqlState::T_R_SERIALIZATION_FAILURE
        || *state == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
    {
        // A serialization failure of a query that only reads is a standby that cancels it (manual, 27.4.2).
        Code::CancelledByServer
    } else {
        Code::DatabaseError
    }
}

/// The text of an error with those of its causes, for a person: `a: b: c`, none said twice.
pub fn with_causes(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        next = cause.source();
        let said = cause.to_string();
        // The library's own words for "an error of the server" say less than the server's.
        if said == "db error" || text.contains(&said) {
            continue;
        }
        text.push_str(": ");
        text.push_str(&said);
    }
    text.replace('\n', "; ")
}
