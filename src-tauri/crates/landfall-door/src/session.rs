//! A door's dealings with the engine. An engine that ends is started again, and asked again.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use landfall_core::api::{AppEvent, Command, EngineStatus, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_wire::{Asker, Door, Launch, Places, WireError};
use tokio::time::Instant;

use crate::error::DoorError;

/// An engine that breaks this often within [`WITHIN`] is not started again.
const MOST_RESTARTS: usize = 20;
const WITHIN: Duration = Duration::from_mins(1);

/// A connection to the engine that outlives the engine.
pub struct Session {
    places: Places,
    launch: Launch,
    door: Door,
    subscription: Option<Subscription>,
    restarts: VecDeque<Instant>,
    /// How often the engine was started again for this session.
    restarted: u64,
    /// Told each time the engine has ended, before another one is started.
    on_loss: Box<dyn Fn() + Send + Sync>,
}

#[derive(Debug, Clone, Copy)]
struct Subscription {
    presents: bool,
    /// The last announcement that was presented.
    presented: Option<i64>,
}

/// What a subscriber hears.
#[derive(Debug)]
pub enum Heard {
    Event(Box<AppEvent>),
    /// The engine ended and another one serves now; a snapshot follows.
    EngineRestarted,
}

impl Session {
    /// Connects; starts the engine if none runs. `on_loss` is told whenever the engine has ended.
    pub async fn open(
        places: &Places,
        launch: Launch,
        on_loss: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, DoorError> {
        let door = Door::connect_or_start(places, &launch).await?;
        Ok(Self {
            places: places.clone(),
            launch,
            door,
            subscription: None,
            restarts: VecDeque::new(),
            restarted: 0,
            on_loss: Box::new(on_loss),
        })
    }

    /// Asks, and asks a new engine again if this one ends before it answers.
    pub async fn ask(&mut self, command: Command) -> Result<Reply, DoorError> {
        loop {
            match self.door.ask(command.clone()).await {
                Ok(answer) => return answer.map_err(DoorError::from),
                Err(WireError::Lost) => self.reconnect().await?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The same; and says whether an engine died meanwhile, which may have done what was asked.
    pub async fn ask_and_note_restart(&mut self, command: Command) -> (Result<Reply, DoorError>, bool) {
        let before = self.restarted;
        let answer = self.ask(command).await;
        (answer, self.restarted > before)
    }

    /// For those who ask while another hears: of the engine that serves now, lost when it ends.
    pub fn asker(&self) -> Asker {
        self.door.asker()
    }

    pub async fn status(&mut self) -> Result<EngineStatus, DoorError> {
        match self.ask(Command::Status).await? {
            Reply::Status(status) => Ok(status),
            other => Err(unexpected(&other).into()),
        }
    }

    /// Hears events from now on, a snapshot first. With `presents`, announcements too.
    pub async fn subscribe(&mut self, presents: bool) -> Result<(), DoorError> {
        self.subscribe_after(presents, None).await
    }

    /// The same for a door that had a session before; `presented` is the last announcement it presented.
    pub async fn subscribe_after(&mut self, presents: bool, presented: Option<i64>) -> Result<(), DoorError> {
        self.subscription = Some(Subscription { presents, presented });
        self.ask(Command::Subscribe { presents, announcements_after: presented }).await.map(drop)
    }

    /// Remembers what need not be told again after the engine was restarted.
    pub fn presented(&mut self, announcement: i64) {
        if let Some(subscription) = &mut self.subscription {
            subscription.presented = subscription.presented.max(Some(announcement));
        }
    }

    /// The last announcement that was presented.
    pub fn last_presented(&self) -> Option<i64> {
        self.subscription.and_then(|subscription| subscription.presented)
    }

    /// The next event. May be dropped while it waits for one.
    pub async fn hear(&mut self) -> Result<Heard, DoorError> {
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
    /// the engine is killed, also when none of them was presented yet. A ledger that began anew counts from 1 again.
    fn note_where_announcements_stand(&mut self, event: &AppEvent) {
        if let (AppEvent::Snapshot(snapshot), Some(subscription)) = (event, &mut self.subscription) {
            let last = snapshot.last_announcement;
            subscription.presented =
                Some(subscription.presented.map_or(last, |presented| presented.min(last)));
        }
    }

    async fn reconnect(&mut self) -> Result<(), DoorError> {
        (self.on_loss)();
        loop {
            self.count_restart()?;
            self.restarted += 1;
            self.door = Door::connect_or_start(&self.places, &self.launch).await?;
            let Some(Subscription { presents, presented }) = self.subscription else { return Ok(()) };
            let subscribe = Command::Subscribe { presents, announcements_after: presented };
            match self.door.ask(subscribe).await {
                Ok(answer) => return answer.map(drop).map_err(DoorError::from),
                Err(WireError::Lost) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn count_restart(&mut self) -> Result<(), DoorError> {
        let now = Instant::now();
        self.restarts.retain(|at| now.duration_since(*at) < WITHIN);
        self.restarts.push_back(now);
        if self.restarts.len() > MOST_RESTARTS { Err(WireError::Lost.into()) } else { Ok(()) }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("places", &self.places.data).finish_non_exhaustive()
    }
}

/// What a request is called, so that the engine knows it when it is asked again. A computer without randomness makes
/// reports all the same; they may only be made twice where an engine dies.
pub fn token() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex::encode(bytes))
}

/// The engine answered something else than was asked.
pub fn unexpected(reply: &Reply) -> ApiError {
    let text = serde_json::to_value(reply).ok().and_then(|value| value["reply"].as_str().map(str::to_owned));
    ApiError::new(
        Code::Internal,
        format!("the engine gave an answer of another kind: {}", text.unwrap_or_default()),
        "Use the same version of Landfall for all its parts.",
    )
}
