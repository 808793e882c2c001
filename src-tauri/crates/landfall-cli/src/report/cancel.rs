//! `landfall report cancel`.

use landfall_core::api::Command;
use serde_json::json;

use crate::error::{Exit, Outcome};
use crate::following::show_run;
use crate::session::{self, Surroundings};

pub(crate) async fn cancel(around: &Surroundings, run: u64) -> Outcome {
    let mut session = session::open(around).await?;
    session.ask(Command::CancelRun { run }).await?;
    let run = show_run(&mut session, run).await?;
    if around.output.json {
        around.output.json(&json!({ "run": run }))?;
    } else {
        let how = if run.state.is_over() { "was cancelled" } else { "is being cancelled" };
        around.output.note(&format!("Run {} {how}; nothing else was stopped.", run.number));
    }
    Ok(Exit::Done)
}
