//! `landfall report open` and `preview`.

use landfall_core::api::Command;
use landfall_core::code::{ApiError, Code};
use landfall_door::opening;
use serde_json::json;

use crate::arguments::{Open, Preview};
use crate::error::{Error, Exit, Outcome};
use crate::following::file_of;
use crate::preview;
use crate::report::{INSTEAD_OF_OPENING, chosen, require_file};
use crate::session::{self, Surroundings};

/// Shown where no program opens spreadsheets.
const ROWS_INSTEAD: usize = 10;

pub(crate) async fn open(around: &Surroundings, arguments: &Open) -> Outcome {
    let mut session = session::open(around).await?;
    let run = chosen(&mut session, &arguments.run).await?;
    let path = file_of(&run);
    if arguments.folder {
        opening::open_folder(path.parent().unwrap_or(&path)).await?;
    } else {
        require_file(&run)?;
        // Before it opens, so that what the person saves is known as their own edit.
        session.ask(Command::NoteOpened { path: path.display().to_string() }).await?;
        if let Err(error) = opening::open_workbook(&path, INSTEAD_OF_OPENING).await {
            let error = Error::from(error);
            show_instead(around, &error, &path)?;
            return Err(error);
        }
    }
    if around.output.json {
        around.output.json(&json!({ "run": run, "file": path.display().to_string(), "opened": true }))?;
    } else {
        around.output.path(&path)?;
    }
    Ok(Exit::Done)
}

/// The first rows and the path, where the spreadsheet can't be opened.
fn show_instead(around: &Surroundings, error: &Error, path: &std::path::Path) -> Result<(), Error> {
    if around.output.json
        || !matches!(error, Error::Refused(ApiError { code: Code::NoSpreadsheetProgram, .. }))
    {
        return Ok(());
    }
    around.output.path(path)?;
    let sheets = preview::read(path, ROWS_INSTEAD)?;
    preview::show(&sheets, around.output)
}

pub(crate) async fn preview(around: &Surroundings, arguments: &Preview) -> Outcome {
    let mut session = session::open(around).await?;
    let run = chosen(&mut session, &arguments.run).await?;
    require_file(&run)?;
    let path = file_of(&run);
    // The header of a sheet is a row, too.
    let rows = arguments.rows.saturating_add(1);
    let sheets = tokio::task::spawn_blocking(move || preview::read(&path, rows)).await;
    let sheets =
        sheets.map_err(|_| Error::usage("the workbook could not be read", "Make the report again."))??;
    if around.output.json {
        let file = file_of(&run).display().to_string();
        around.output.json(&json!({ "run": run, "file": file, "sheets": preview::json(&sheets) }))?;
    } else {
        preview::show(&sheets, around.output)?;
    }
    Ok(Exit::Done)
}
