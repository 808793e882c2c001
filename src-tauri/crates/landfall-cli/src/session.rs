//! One command's dealings with the engine. An engine that ends is started again, and asked again.

use std::collections::VecDeque;
use std::time::Duration;

use landfall_core::api::{AppEvent, Command, EngineStatus, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_wire::{Door, Launch, Places, WireError};
use tokio::time::Instant;

use crate::arguments::Global;
use crate::error::Error;
use crate::interrupts::Interrupts;
use crate::output::Output;

/// An engine that breaks this often within [`WITHIN`] is not started again.
const MOST_RESTARTS: usize = 20;
const WITHIN: Duration = Duration::from_mins(1);

/// What every command works with.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    pub(crate) places: Places,
    pub(crate) global: Global,
    pub(crate) output: Output,
    pub(crate) interrupts: Interrupts,
}

/// A connection to the engine that outlives the engine.
pub(crate) struct Session {
    places: Places,
    launch: Launch,
    door: Door,
    subscription: Option<Subscription>,
    restarts: VecDeque<Instant>,
    /// How often the engine was started again for this session.
    restarted: u64,
    output: Output,
}

#[derive(Debug, Clone, Copy)]
struct Subscription {
    presents: bool,
    /// The last announcement that was presented.
    presented: Option<i64>,
}

/// What a subscriber hears.
#[derive(Debug)]
pub(crate) enum Heard {
    Event(Box<AppEvent>),
    /// The engine ended and another one serves now; a snapshot follows.
    EngineRestarted,
}

impl Session {
    /// Connects; starts the engine if none runs.
    pub(crate) async fn open(surroundings: &Surroundings) -> Result<Self, Error> {
        let launch = Launch::this_program()?;
        let door = Door::connect_or_start(&surroundings.places, &launch).await?;
        let mut session = Self {
            places: surroundings.places.clone(),
            launch,
            door,
            subscription: None,
            restarts: VecDeque::new(),
            restarted: 0,
            output: surroundings.output,
        };
        crate::crash::offer(&session.status().await?.crashes, surroundings.output);
        Ok(session)
    }

    /// Asks, and asks a new engine again if this one ends before it answers.
    pub(crate) async fn ask(&mut self, command: Command) -> Result<Reply, Error> {
        loop {
            match self.door.ask(command.clone()).await {
                Ok(answer) => return answer.map_err(Error::from),
                Err(WireError::Lost) => self.reconnect().await?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The same; and says whether an engine died meanwhile, which may have done what was asked.
    pub(crate) async fn ask_and_note_restart(&mut self, command: Command) -> (Result<Reply, Error>, bool) {
        let before = self.restarted;
        let answer = self.ask(command).await;
        (answer, self.restarted > before)
    }

    pub(crate) async fn status(&mut self) -> Result<EngineStatus, Error> {
        match self.ask(Command::Status).await? {
            Reply::Status(status) => Ok(status),
            other => Err(unexpected(&other)),
        }
    }

    /// Hears events from now on, a snapshot first. With `presents`, announcements too.
    pub(crate) async fn subscribe(&mut self, presents: bool) -> Result<(), Error> {
        self.subscription = Some(Subscription { presents, presented: None });
        self.ask(Command::Subscribe { presents, announcements_after: None }).await.map(drop)
    }

    /// Remembers what need not be told again after the engine was restarted.
    pub(crate) fn presented(&mut self, announcement: i64) {
        if let Some(subscription) = &mut self.subscription {
            subscription.presented = subscription.presented.max(Some(announcement));
        }
    }

    /// The last announcement that was presented.
    pub(crate) fn last_presented(&self) -> Option<i64> {
        self.subscription.and_then(|subscription| subscription.presented)
    }

    /// The next event. May be dropped while it waits.
    pub(crate) async fn hear(&mut self) -> Result<Heard, Error> {
        match self.door.next_event().await {
            Ok(event) => {
                self.note_where_announcements_stand(&event);
                Ok(Heard::Event(Box::new(event)))
            }
            Err(WireError::Lost) => {
                self.reconnect().await?;
                Ok(Heard::EngineRestarted)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The first snapshot says which announcements were made before this door came. Those after it are asked for if
    /// the engine is killed, also when none of them was presented yet.
    fn note_where_announcements_stand(&mut self, event: &AppEvent) {
        if let (AppEvent::Snapshot(snapshot), Some(subscription)) = (event, &mut self.subscription) {
            subscription.presented.get_or_insert(snapshot.last_announcement);
        }
    }

    async fn reconnect(&mut self) -> Result<(), Error> {
        if !self.output.json {
            self.output.note("The engine ended; starting it again.");
        }
        loop {
            self.count_restart()?;
            self.restarted += 1;
            self.door = Door::connect_or_start(&self.places, &self.launch).await?;
            let Some(Subscription { presents, presented }) = self.subscription else { return Ok(()) };
            let subscribe = Command::Subscribe { presents, announcements_after: presented };
            match self.door.ask(subscribe).await {
                Ok(answer) => return answer.map(drop).map_err(Error::from),
                Err(WireError::Lost) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn count_restart(&mut self) -> Result<(), Error> {
        let now = Instant::now();
        self.restarts.retain(|at| now.duration_since(*at) < WITHIN);
        self.restarts.push_back(now);
        if self.restarts.len() > MOST_RESTARTS { Err(WireError::Lost.into()) } else { Ok(()) }
    }
}

/// What a request is called, so that the engine knows it when it is asked again. A computer without randomness makes
/// reports all the same; they may only be made twice where an engine dies.
pub(crate) fn token() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex::encode(bytes))
}

/// The engine answered something else than was asked.
pub(crate) fn unexpected(reply: &Reply) -> Error {
    let text = serde_json::to_value(reply).ok().and_then(|value| value["reply"].as_str().map(str::to_owned));
    Error::Refused(ApiError::new(
        Code::Internal,
        format!("the engine gave an answer of another kind: {}", text.unwrap_or_default()),
        "Use the same version of Landfall for all its parts.",
    ))
}
