//! Why a run did not finish, in one sentence. In English the engine's own words, which know the details; in Italian by
//! the code.

use landfall_core::code::{ApiError, Code};

use super::{Words, figures};

pub(super) fn sentence(words: Words, error: &ApiError) -> String {
    match words {
        Words::English => english(&error.message),
        Words::Italian => italian(error.code).to_owned(),
    }
}

/// The first line of a message as a sentence.
fn english(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim().trim_end_matches('.');
    format!("{}.", figures::capital(line))
}

fn italian(code: Code) -> &'static str {
    match code {
        Code::Dates => "Il periodo richiesto non è valido.",
        Code::DatabaseUnreachable => "Il database non risponde.",
        Code::WrongPassword => "Il database rifiuta il nome utente o la password.",
        Code::DatabaseMissing => "Sul server non c’è un database con questo nome.",
        Code::TableMissing => "Nel database manca una tabella: va prima preparato.",
        Code::CancelledByServer => "Il server ha interrotto la richiesta.",
        Code::TargetNotWritable => "Non è possibile scrivere nella cartella dei report.",
        Code::DiskFull => "Il disco è pieno.",
        Code::Definition => "La definizione del report contiene un errore.",
        Code::DatabaseError => "Il database ha segnalato un errore.",
        Code::Cancelled => "È stato annullato.",
        Code::Interrupted => "Il computer o Landfall si è fermato a metà.",
        Code::GeneratorCrashed => "Il programma che crea il report si è chiuso in modo imprevisto.",
        Code::ProgramMissing => "Manca un programma di Landfall: va reinstallato.",
        Code::SampleDatabase => "Non è stato possibile avviare il database di esempio.",
        Code::PasswordNeeded => "Serve la password del database.",
        Code::FolderMissing => "La cartella dei report non c’è più.",
        Code::Settings => "Un’impostazione ha un valore non valido.",
        Code::Ledger => "Non è possibile leggere l’elenco dei report.",
        Code::NoSpreadsheetProgram => "Nessun programma su questo computer apre i fogli di calcolo.",
        Code::EngineUnreachable | Code::EngineVersion => "Il motore di Landfall non risponde.",
        Code::NotFound => "Il file non c’è più.",
        Code::Conflict | Code::Refused | Code::Usage => "La richiesta non è possibile in questo momento.",
        Code::Internal => "Si è verificato un errore di Landfall.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_one_sentence() {
        let error =
            ApiError::new(Code::WrongPassword, "the database refused the password for \"me\"\nmore", "");
        assert_eq!(sentence(Words::English, &error), "The database refused the password for \"me\".");
        assert_eq!(sentence(Words::Italian, &error), "Il database rifiuta il nome utente o la password.");
    }
}
