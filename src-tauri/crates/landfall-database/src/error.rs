//! What can go wrong with a database that answers: each variant is the operation that failed.

use std::error::Error as _;

use tokio_postgres::error::SqlState;

/// A failed operation on a connected database. [`Error::hint`] says what a person can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another migration or fill held the lock for longer than its deadline.
    #[error("another program has been changing this database for more than {seconds} s")]
    WaitForOther {
        seconds: u64,
        #[source]
        source: tokio_postgres::Error,
    },
    /// The history table or the catalogue could not be read.
    #[error("the schema history could not be read")]
    ReadHistory(#[source] tokio_postgres::Error),
    /// A history row is not one that Landfall writes.
    #[error("the history table {table} holds a row that Landfall did not write: version {version}")]
    UnderstandHistory { table: &'static str, version: i32 },
    /// Tables or types with Landfall's names exist, and its history does not know them.
    #[error("the database already has {} that Landfall did not make", names.join(", "))]
    ForeignTables { names: Vec<String> },
    /// The history holds migrations that this program has not heard of.
    #[error("the database was made by a newer Landfall (it has {})", migrations.join(", "))]
    NewerHistory { migrations: Vec<String> },
    /// A migration was applied with another text than the one in this program.
    #[error("the database was made with another version of {}", migrations.join(", "))]
    ChangedMigrations { migrations: Vec<String> },
    /// An embedded migration has a name refinery does not understand, or failed on the server.
    #[error("the migrations could not be applied")]
    ApplyMigrations(#[source] Box<refinery::Error>),
    /// Rows that are not sample rows are there and nobody confirmed.
    #[error("the database {database} is not empty: {}", found.join(", "))]
    NotEmpty { database: String, found: Vec<String> },
    /// The typed name is not the name of the connected database.
    #[error("the typed name is {given:?}, but the database is {database}")]
    NameDiffers { given: String, database: String },
    /// Which sample days are there could not be read.
    #[error("the sample rows that are there could not be read")]
    ReadSample(#[source] tokio_postgres::Error),
    /// Sample rows of one table could not be written.
    #[error("sample rows could not be written to {table}")]
    WriteSample {
        table: &'static str,
        #[source]
        source: tokio_postgres::Error,
    },
    /// Sample days that left the window could not be removed.
    #[error("sample rows that are too old could not be removed from {table}")]
    RemoveSample {
        table: &'static str,
        #[source]
        source: tokio_postgres::Error,
    },
    /// The transaction that holds a batch of sample days could not be begun or committed.
    #[error("a batch of sample days could not be saved")]
    SaveSample(#[source] tokio_postgres::Error),
    /// Counts, range or version could not be read.
    #[error("the facts of the database could not be read")]
    ReadFacts(#[source] tokio_postgres::Error),
}

impl Error {
    /// What a person can do next, as one sentence.
    pub fn hint(&self) -> String {
        match self {
            Error::WaitForOther { .. } => "Wait until the other program is done, then try again".to_owned(),
            Error::UnderstandHistory { table, .. } => {
                format!("Restore the table {table} from a backup, or use an empty database")
            }
            Error::ForeignTables { .. } => {
                "Use another, empty database, or rename those tables; Landfall never drops or changes what it did not make"
                    .to_owned()
            }
            Error::NewerHistory { .. } => "Update Landfall on this computer".to_owned(),
            Error::ChangedMigrations { .. } => {
                "Use the Landfall that made this database, or an empty database".to_owned()
            }
            Error::NotEmpty { database, .. } => {
                format!("Use an empty database, or type its name, {database}, to add sample rows beside what is there")
            }
            Error::NameDiffers { database, .. } => format!("Type {database} to confirm, or connect to the other database"),
            Error::ReadHistory(_)
            | Error::ApplyMigrations(_)
            | Error::ReadSample(_)
            | Error::WriteSample { .. }
            | Error::RemoveSample { .. }
            | Error::SaveSample(_)
            | Error::ReadFacts(_) => self.server_hint(),
        }
    }

    /// The answer of the server behind this error, if it was the server that refused.
    pub fn sql_state(&self) -> Option<&SqlState> {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = self.source();
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<tokio_postgres::Error>() {
                return error.code();
            }
            cause = error.source();
        }
        None
    }

    fn server_hint(&self) -> String {
        let Some(state) = self.sql_state() else {
            return "Check that the database server is still running and reachable, then try again"
                .to_owned();
        };
        if *state == SqlState::UNDEFINED_TABLE || *state == SqlState::UNDEFINED_OBJECT {
            "Run `landfall db migrate` first".to_owned()
        } else if *state == SqlState::INSUFFICIENT_PRIVILEGE {
            "Ask the owner of the database for the right: GRANT USAGE, CREATE ON SCHEMA public TO the user, and the rights on its tables"
                .to_owned()
        } else if *state == SqlState::UNIQUE_VIOLATION || *state == SqlState::FOREIGN_KEY_VIOLATION {
            "Rows of the database are in the way of sample rows; nothing was changed. Use an empty database"
                .to_owned()
        } else if *state == SqlState::DISK_FULL {
            "Free space on the disk of the database server, then try again".to_owned()
        } else if *state == SqlState::READ_ONLY_SQL_TRANSACTION {
            "The server only allows reading; connect to the primary server".to_owned()
        } else {
            "Look at the message of the server, then try again".to_owned()
        }
    }
}
