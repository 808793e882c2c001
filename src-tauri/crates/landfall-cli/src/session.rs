//! What every command works with, and its session with the engine.

use landfall_door::Session;
use landfall_wire::{Launch, Places};

use crate::arguments::Global;
use crate::error::Error;
use crate::interrupts::Interrupts;
use crate::output::Output;

/// What every command works with.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    pub(crate) places: Places,
    pub(crate) global: Global,
    pub(crate) output: Output,
    pub(crate) interrupts: Interrupts,
}

/// Connects; starts the engine if none runs. Offers the reports of earlier crashes.
pub(crate) async fn open(around: &Surroundings) -> Result<Session, Error> {
    let output = around.output;
    let say_it_ended = move || {
        if !output.json {
            output.note("The engine ended; starting it again.");
        }
    };
    let mut session = Session::open(&around.places, Launch::this_program()?, say_it_ended).await?;
    crate::crash::offer(&session.status().await?.crashes, output);
    Ok(session)
}
