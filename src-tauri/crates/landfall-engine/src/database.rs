//! The database that the settings name, as `landfall-database` wants it, and its answers as the doors want them.

use std::path::PathBuf;

use landfall_core::code::{ApiError, Code};
use landfall_core::database::{DatabaseFacts, TableFacts};
use landfall_core::run::DatabaseUsed;
use landfall_core::settings::{DatabaseSettings, SslMode};
use landfall_core::state::SampleAddress;
use landfall_database::connect::{ConnectError, Target};
use landfall_database::facts::Facts;
use secrecy::SecretString;

/// The server of the user's own.
pub(crate) fn server(settings: &DatabaseSettings, password: Option<SecretString>) -> Target {
    Target {
        host: settings.host.clone(),
        port: settings.port,
        database: settings.name.clone(),
        user: settings.user.clone(),
        password,
        sslmode: settings.sslmode,
        sslrootcert: settings.sslrootcert.clone().map(PathBuf::from),
    }
}

/// The sample database of this computer.
pub(crate) fn sample(address: &SampleAddress) -> Target {
    Target {
        host: address.host.clone(),
        port: address.port,
        database: address.database.clone(),
        user: address.user.clone(),
        password: None,
        sslmode: SslMode::Disable,
        sslrootcert: None,
    }
}

pub(crate) fn connect_error(error: &ConnectError, has_password: bool) -> ApiError {
    let code = error.code();
    if code == Code::WrongPassword && !has_password {
        return password_needed();
    }
    with_settings_hint(ApiError::new(code, landfall_database::connect::with_causes(error), error.hint()))
}

/// The hints of the generator name the variables it reads; here the settings decide.
pub(crate) fn with_settings_hint(error: ApiError) -> ApiError {
    let hint = match error.code {
        Code::WrongPassword => {
            "Give the right password: landfall db password set. The user is a setting: landfall settings set database.user NAME."
        }
        Code::DatabaseUnreachable => {
            "Check that the server runs and is reachable, and the settings database.host, database.port and database.sslmode."
        }
        Code::DatabaseMissing => "Check the name: landfall settings set database.name NAME.",
        _ => return error,
    };
    ApiError { hint: hint.to_owned(), ..error }
}

pub(crate) fn password_needed() -> ApiError {
    ApiError::new(
        Code::PasswordNeeded,
        "the server wants a password, and none is known",
        "Give it once: landfall db password set, or set LANDFALL_DB_PASSWORD.",
    )
}

pub(crate) fn database_error(error: &landfall_database::Error) -> ApiError {
    let code = match error {
        landfall_database::Error::NotEmpty { .. } | landfall_database::Error::NameDiffers { .. } => {
            Code::Refused
        }
        landfall_database::Error::ForeignTables { .. } => Code::Conflict,
        _ => Code::DatabaseError,
    };
    ApiError::new(code, landfall_database::connect::with_causes(error), error.hint())
}

pub(crate) fn shown(facts: Facts, database: DatabaseUsed, encrypted: bool, took_ms: u64) -> DatabaseFacts {
    DatabaseFacts {
        database,
        server_version: facts.server_version,
        name: facts.database,
        user: facts.user,
        first_created_at: facts.first_created_at,
        last_created_at: facts.last_created_at,
        tables: facts
            .tables
            .into_iter()
            .map(|table| TableFacts { name: table.name, rows: table.rows, estimated: table.estimated })
            .collect(),
        migrations_applied: facts.migrated.applied,
        migrations_pending: facts.migrated.pending,
        encrypted,
        took_ms,
    }
}
