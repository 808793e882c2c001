//! `landfall report show`.

use jiff::tz::TimeZone;
use landfall_core::run::{FileState, Run, RunState};
use serde_json::json;

use crate::clock;
use crate::error::{Exit, Outcome};
use crate::following::{file_of, show_run};
use crate::output::words;
use crate::report::logs;
use crate::session::{self, Surroundings};

pub(crate) async fn show(around: &Surroundings, number: u64) -> Outcome {
    let mut session = session::open(around).await?;
    let run = show_run(&mut session, number).await?;
    if around.output.json {
        around.output.json(&json!({ "run": run, "file": file_of(&run).display().to_string() }))?;
        return Ok(Exit::Done);
    }
    around.output.facts(&facts(&run, &clock::zone()))?;
    if let Some(error) = run.error()
        && around.global.details
    {
        let lines = logs::lines(&mut session, number).await?;
        around.output.line("")?;
        around.output.lines(landfall_door::details::text(Some(error), &around.places, &lines).lines())?;
    }
    Ok(Exit::Done)
}

fn facts(run: &Run, zone: &TimeZone) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("run", run.number.to_string()),
        ("state", words::state(run).to_owned()),
        ("report", format!("{} ({})", run.title, run.definition)),
        ("period", format!("{} ({}, both inclusive)", words::period(&run.period), run.period)),
        ("zone", run.timezone.clone()),
        ("database", words::database(&run.database)),
    ];
    facts.extend(run.parameters.iter().map(|(name, value)| ("parameter", format!("{name} = {value}"))));
    if let Some(repeats) = run.repeats {
        facts.push(("repeats", format!("run {repeats}")));
    }
    let file = match run.file_state {
        FileState::Present => file_of(run).display().to_string(),
        FileState::None if run.state.is_over() => "(none was made)".to_owned(),
        FileState::None => format!("{} (not there yet)", file_of(run).display()),
        FileState::Missing => format!("{} (no longer there)", file_of(run).display()),
        FileState::Trashed => format!("{} (in the trash)", run.file),
        FileState::Deleted => format!("{} (deleted)", run.file),
    };
    facts.push(("file", file));
    facts.push(("requested", words::exactly(run.requested_at, zone)));
    facts.extend(run.steps.iter().map(|step| {
        let lasted = step.ended_at.map_or_else(
            || "under way".to_owned(),
            |ended| words::duration(ended.duration_since(step.started_at)),
        );
        ("phase", format!("{} · {lasted}", step.phase.title()))
    }));
    match &run.state {
        RunState::Succeeded { ended_at, rows, bytes, sha256, query_ms } => facts.extend([
            ("finished", words::exactly(*ended_at, zone)),
            ("rows", words::count(*rows)),
            ("size", words::bytes(*bytes)),
            (
                "query",
                words::duration(jiff::SignedDuration::from_millis(
                    (*query_ms).try_into().unwrap_or(i64::MAX),
                )),
            ),
            ("sha256", sha256.clone()),
        ]),
        RunState::Failed { ended_at, rows, error } => {
            facts.extend([
                ("failed", words::exactly(*ended_at, zone)),
                ("rows", format!("{} written, none published", words::count(*rows))),
                ("error", format!("{} ({})", error.message, error.code.word())),
                ("hint", error.hint.clone()),
            ]);
        }
        RunState::Cancelled { ended_at } => facts.push(("cancelled", words::exactly(*ended_at, zone))),
        RunState::Queued | RunState::Running { .. } | RunState::Cancelling { .. } => {}
    }
    facts
}
