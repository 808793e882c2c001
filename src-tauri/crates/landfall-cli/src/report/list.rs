//! `landfall report list`.

use landfall_core::api::{Command, Reply, RunFilter};
use landfall_core::run::{Run, RunState};
use landfall_door::unexpected;
use serde_json::json;

use crate::arguments::List;
use crate::clock;
use crate::error::{Exit, Outcome};
use crate::output::{table::Column, words};
use crate::session::{self, Surroundings};

const COLUMNS: [Column; 8] = [
    Column::left("RUN"),
    Column::left("PERIOD"),
    Column::shrinking("REPORT"),
    Column::right("ROWS"),
    Column::right("SIZE"),
    Column::left("FINISHED"),
    Column::left("STATE"),
    Column::shrinking("WHERE"),
];

pub(crate) async fn list(around: &Surroundings, arguments: List) -> Outcome {
    let narrowed = arguments.search.is_some() || arguments.state.is_some() || arguments.definition.is_some();
    let filter = RunFilter {
        search: arguments.search,
        state: arguments.state,
        definition: arguments.definition,
        limit: (arguments.limit > 0).then_some(arguments.limit),
        offset: 0,
    };
    let mut session = session::open(around).await?;
    let (runs, total) = match session.ask(Command::ListRuns(filter)).await? {
        Reply::Runs { runs, total } => (runs, total),
        other => return Err(unexpected(&other).into()),
    };
    let exit = if runs.is_empty() && narrowed { Exit::Nothing } else { Exit::Done };
    if around.output.json {
        around.output.json(&json!({ "runs": runs, "total": total }))?;
        return Ok(exit);
    }
    if runs.is_empty() {
        around.output.note(if narrowed {
            "No run is like that; landfall report list shows all."
        } else {
            "There are no reports yet. Make the first one: landfall report run --previous-month"
        });
        return Ok(exit);
    }
    around.output.table(&COLUMNS, &runs.iter().map(row).collect::<Vec<_>>())?;
    if total > runs.len() as u64 {
        let shown = words::count(runs.len() as u64);
        around.output.note(&format!("The newest {shown} of {}; --limit 0 shows all.", words::count(total)));
    }
    Ok(exit)
}

fn row(run: &Run) -> Vec<String> {
    let (rows, size) = match &run.state {
        RunState::Succeeded { rows, bytes, .. } => (words::count(*rows), words::bytes(*bytes)),
        RunState::Running { rows, .. } if *rows > 0 => (words::count(*rows), String::new()),
        _ => (String::new(), String::new()),
    };
    let ended = run.state.ended_at().map(|at| words::moment(at, clock::now(), &clock::zone()));
    vec![
        run.number.to_string(),
        words::period(&run.period),
        run.title.clone(),
        rows,
        size,
        ended.unwrap_or_default(),
        words::state(run).to_owned(),
        run.folder.clone(),
    ]
}
