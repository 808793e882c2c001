//! The toasts of Windows and macOS. A toast waits for its click on a thread of its own.

use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::{Action, Message};

/// The key of a click on the toast itself.
const CLICK: &str = "default";

/// Shows messages, and calls `act` with what is clicked.
pub(super) async fn keep(mut messages: UnboundedReceiver<Message>, act: impl Fn(Action)) {
    let (clicked, mut clicks) = mpsc::unbounded_channel();
    loop {
        tokio::select! {
            message = messages.recv() => {
                let Some(message) = message else { return };
                let clicked = clicked.clone();
                std::thread::spawn(move || show(message, &clicked));
            }
            Some(action) = clicks.recv() => act(action),
        }
    }
}

fn show(message: Message, clicked: &mpsc::UnboundedSender<Action>) {
    let mut toast = notify_rust::Notification::new();
    toast.appname(crate::NAME).summary(&message.title).body(&message.body).action(CLICK, "");
    for (number, button) in message.buttons.iter().enumerate() {
        toast.action(&number.to_string(), &button.label);
    }
    match toast.show() {
        Ok(shown) => shown.wait_for_action(|key| {
            let button = key.parse().ok().and_then(|number: usize| message.buttons.get(number));
            let action = match button {
                Some(button) => Some(button.action.clone()),
                None => (key == CLICK).then(|| message.click.clone()),
            };
            if let Some(action) = action {
                let _ = clicked.send(action);
            }
        }),
        Err(error) => tracing::info!("no notification was shown: {error}"),
    }
}
