//! Asking the engine, whichever one serves at the moment.
//!
//! One task holds the session ([`crate::events`]); everybody else asks through [`Engine`], which waits for the next
//! engine when one ends in the middle of a question, and asks again.

use std::time::Duration;

use landfall_core::api::{Command, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_wire::{Asker, WireError};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::time::{Instant, timeout, timeout_at};

/// A question that found no engine within this time is refused. Starting one takes at most 15 s.
const ANSWERED_WITHIN: Duration = Duration::from_secs(20);

/// Starting over has ended within this time, because each of its steps has a limit of its own.
const STARTED_OVER_WITHIN: Duration = Duration::from_mins(4);

/// How the engine can be asked right now.
#[derive(Debug, Clone)]
enum Standing {
    /// Being connected to, or started.
    Connecting,
    Connected(Asker),
    /// It could not be started; the next question tries again.
    Unreachable(ApiError),
}

/// What the task that holds the session is told to do.
#[derive(Debug)]
pub(crate) enum Order {
    StartOver(oneshot::Sender<Result<(), ApiError>>),
}

impl Order {
    /// Whether somebody still waits for what comes of it. What a person was told has failed is not done later.
    pub(crate) fn is_wanted(&self) -> bool {
        let Self::StartOver(tell) = self;
        !tell.is_closed()
    }
}

/// The asking end.
#[derive(Debug)]
pub(crate) struct Engine {
    standing: watch::Sender<Standing>,
    wanted: Notify,
    orders: mpsc::UnboundedSender<Order>,
}

impl Engine {
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<Order>) {
        let (orders, ordered) = mpsc::unbounded_channel();
        let (standing, _) = watch::channel(Standing::Connecting);
        (Self { standing, wanted: Notify::new(), orders }, ordered)
    }

    /// Asks; asks a new engine again if one ends before it answers.
    pub(crate) async fn ask(&self, command: Command) -> Result<Reply, ApiError> {
        let deadline = Instant::now() + ANSWERED_WITHIN;
        let mut standing = self.standing.subscribe();
        let mut may_try_again = true;
        loop {
            let now = standing.borrow_and_update().clone();
            match now {
                Standing::Connected(asker) => match asker.ask(command.clone()).await {
                    Ok(answer) => return answer,
                    Err(WireError::Lost) => {}
                    Err(error) => return Err(error.to_api_error()),
                },
                Standing::Unreachable(error) if !may_try_again => return Err(error),
                Standing::Unreachable(_) => {
                    may_try_again = false;
                    self.wanted.notify_one();
                }
                Standing::Connecting => {}
            }
            match timeout_at(deadline, standing.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(_) => return Err(no_answer(ANSWERED_WITHIN)),
            }
        }
    }

    /// Removes Landfall's own data, never reports.
    pub(crate) async fn start_over(&self) -> Result<(), ApiError> {
        let (tell, told) = oneshot::channel();
        self.orders.send(Order::StartOver(tell)).map_err(|_| no_answer(STARTED_OVER_WITHIN))?;
        match timeout(STARTED_OVER_WITHIN, told).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(_) => Err(no_answer(STARTED_OVER_WITHIN)),
        }
    }

    /// Asks to try again where the engine could not be started; why it could not.
    pub(crate) fn try_again(&self) -> Option<ApiError> {
        let Standing::Unreachable(error) = self.standing.borrow().clone() else { return None };
        self.wanted.notify_one();
        Some(error)
    }

    /// Waits until somebody wants the engine.
    pub(crate) async fn wanted(&self) {
        self.wanted.notified().await;
    }

    pub(crate) fn is_connected(&self) -> bool {
        matches!(*self.standing.borrow(), Standing::Connected(_))
    }

    pub(crate) fn connecting(&self) {
        self.standing.send_replace(Standing::Connecting);
    }

    pub(crate) fn connected(&self, asker: Asker) {
        self.standing.send_replace(Standing::Connected(asker));
    }

    pub(crate) fn unreachable(&self, error: ApiError) {
        self.standing.send_replace(Standing::Unreachable(error));
    }
}

fn no_answer(within: Duration) -> ApiError {
    let within = within.as_secs();
    ApiError::new(
        Code::EngineUnreachable,
        format!("the engine did not answer within {within} s"),
        "Try again; if it stays so, quit Landfall and start it anew.",
    )
}
