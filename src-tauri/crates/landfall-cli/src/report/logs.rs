//! `landfall report logs`.

use landfall_core::api::{AppEvent, Command, LogLine, Reply};
use landfall_core::progress::Level;
use landfall_door::{Heard, Session, unexpected};
use serde_json::json;

use crate::arguments::Logs;
use crate::clock;
use crate::error::{Error, Exit, Outcome};
use crate::following::show_run;
use crate::output::escape::safe;
use crate::session::{self, Surroundings};

pub(crate) async fn print(around: &Surroundings, arguments: &Logs) -> Outcome {
    let mut session = session::open(around).await?;
    if !arguments.follow {
        let lines = read(&mut session, arguments.run, 0).await?;
        if around.output.json {
            around.output.json(&json!({ "lines": lines }))?;
        } else if lines.is_empty() {
            around.output.note(&format!("Run {} has logged nothing.", arguments.run));
        } else {
            around.output.lines(lines.iter().map(shown))?;
        }
        return Ok(Exit::Done);
    }
    follow(around, &mut session, arguments.run).await
}

/// The log as text, for details to copy.
pub(crate) async fn lines(session: &mut Session, run: u64) -> Result<Vec<String>, Error> {
    Ok(read(session, run, 0).await?.iter().map(shown).collect())
}

/// Prints what is there and what comes, each line once, until the run is over.
async fn follow(around: &Surroundings, session: &mut Session, run: u64) -> Outcome {
    session.subscribe(false).await?;
    let mut after = 0;
    loop {
        // Asked before the lines are read, so that none that was written up to the end is missed.
        let over = show_run(session, run).await?.state.is_over();
        // The ledger has every line in order; events only say that it is worth looking.
        for line in read(session, run, after).await? {
            after = line.number;
            if around.output.json {
                around.output.json(&line)?;
            } else {
                around.output.line(&shown(&line))?;
            }
        }
        if over {
            return Ok(Exit::Done);
        }
        wait_for_news(session, run).await?;
    }
}

async fn wait_for_news(session: &mut Session, number: u64) -> Result<(), Error> {
    loop {
        match session.hear().await? {
            Heard::EngineRestarted => return Ok(()),
            Heard::Event(event) => match *event {
                AppEvent::RunLogged { run, .. } if run == number => return Ok(()),
                AppEvent::RunChanged(run) if run.number == number && run.state.is_over() => return Ok(()),
                _ => {}
            },
        }
    }
}

async fn read(session: &mut Session, run: u64, after: u64) -> Result<Vec<LogLine>, Error> {
    match session.ask(Command::ReadLog { run, after }).await? {
        Reply::Log { lines } => Ok(lines),
        other => Err(unexpected(&other).into()),
    }
}

fn shown(line: &LogLine) -> String {
    let level = match line.level {
        Level::Information => "",
        Level::Warning => "warning: ",
        Level::Error => "error: ",
    };
    let at = line.at.to_zoned(clock::zone()).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string();
    format!("{at}  {level}{}", safe(&line.message))
}
