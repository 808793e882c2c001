//! The notification server of a Linux desktop
//! (<https://specifications.freedesktop.org/notification-spec/latest/>), over one connection that is kept: some servers
//! take a notification away when the program that sent it hangs up.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;
use zbus::export::futures_core::Stream;
use zbus::zvariant::Value;
use zbus::{Connection, MatchRule, MessageStream};

use super::{Action, Message};

const NAME: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";
/// The key of a click on the notification itself.
const CLICK: &str = "default";
/// So many notifications can still be clicked; a server forgets its own earlier.
const REMEMBERED: usize = 256;
/// A server that has to be started answers within this time.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// The server decides.
const EXPIRES: i32 = -1;
const NORMAL: u8 = 1;
const CRITICAL: u8 = 2;

/// Shows messages, and calls `act` with what is clicked.
pub(super) async fn keep(mut messages: UnboundedReceiver<Message>, act: impl Fn(Action)) {
    let mut server: Option<Server> = None;
    loop {
        tokio::select! {
            message = messages.recv() => {
                let Some(message) = message else { return };
                if server.is_none() {
                    let connecting = timeout(ANSWERS_WITHIN, Server::connect());
                    let connected = connecting.await.unwrap_or_else(|_| Err(hangs()));
                    server = connected.inspect_err(no_notifications).ok();
                }
                if let Some(connected) = &mut server
                    && let Err(error) = connected.show(message).await
                {
                    no_notifications(&error);
                    // A server that went takes its signals along; the next message connects anew.
                    if matches!(error, zbus::Error::InputOutput(_)) {
                        server = None;
                    }
                }
            }
            clicked = clicked(&mut server) => match clicked {
                Some(click) => {
                    if let Some(action) = server.as_ref().and_then(|server| server.shown.action(&click)) {
                        act(action);
                    }
                }
                None => server = None,
            },
        }
    }
}

/// As of a connection that broke: the next message begins anew.
fn hangs() -> zbus::Error {
    zbus::Error::InputOutput(Arc::new(io::ErrorKind::TimedOut.into()))
}

fn no_notifications(error: &zbus::Error) {
    tracing::info!("no notification was shown: {error}");
}

/// The next click; none when the connection ended. Waits for ever without one.
async fn clicked(server: &mut Option<Server>) -> Option<Click> {
    match server {
        Some(server) => server.clicked().await,
        None => std::future::pending().await,
    }
}

struct Server {
    bus: Connection,
    clicks: MessageStream,
    has_actions: bool,
    reads_markup: bool,
    shown: Shown,
}

/// A key of a notification was clicked, as the server says that has this name on the bus.
struct Click {
    owner: String,
    id: u32,
    key: String,
}

/// What can be clicked: notifications of the server that showed the last one, oldest first. Another server counts from
/// the beginning again, so that its numbers say nothing of those before it.
#[derive(Default)]
struct Shown {
    /// The unique name of the server.
    owner: String,
    /// What the keys of a notification stand for.
    notifications: VecDeque<(u32, HashMap<String, Action>)>,
}

impl Shown {
    fn add(&mut self, owner: String, id: u32, actions: HashMap<String, Action>) {
        if owner != self.owner {
            self.notifications.clear();
            self.owner = owner;
        }
        self.notifications.retain(|(shown, _)| *shown != id);
        self.notifications.push_back((id, actions));
        if self.notifications.len() > REMEMBERED {
            self.notifications.pop_front();
        }
    }

    /// What a key stands for. Kept, because some servers let a notification be clicked twice.
    fn action(&self, click: &Click) -> Option<Action> {
        let mut shown = self.notifications.iter().filter(|_| click.owner == self.owner);
        let (_, actions) = shown.find(|(id, _)| *id == click.id)?;
        actions.get(&click.key).cloned()
    }
}

impl Server {
    async fn connect() -> zbus::Result<Self> {
        let bus = Connection::session().await?;
        let rule = MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .interface(NAME)?
            .member("ActionInvoked")?
            .path(OBJECT)?
            .build();
        let clicks = MessageStream::for_match_rule(rule, &bus, None).await?;
        let capabilities: Vec<String> = bus
            .call_method(Some(NAME), OBJECT, Some(NAME), "GetCapabilities", &())
            .await?
            .body()
            .deserialize()?;
        let can = |name: &str| capabilities.iter().any(|capability| capability == name);
        let (has_actions, reads_markup) = (can("actions"), can("body-markup"));
        Ok(Self { bus, clicks, has_actions, reads_markup, shown: Shown::default() })
    }

    async fn show(&mut self, message: Message) -> zbus::Result<()> {
        let mut labels: Vec<String> = Vec::new();
        let mut actions = HashMap::from([(CLICK.to_owned(), message.click)]);
        if self.has_actions {
            // An action is a key and its label, one after the other.
            labels.extend([CLICK.to_owned(), String::new()]);
            for (number, button) in message.buttons.into_iter().enumerate() {
                let key = format!("button-{number}");
                labels.extend([key.clone(), button.label]);
                actions.insert(key, button.action);
            }
        }
        let body = if self.reads_markup { escaped(&message.body) } else { message.body };
        let urgency = if message.urgent { CRITICAL } else { NORMAL };
        let mut hints = HashMap::from([
            ("desktop-entry", Value::from(crate::DESKTOP_ENTRY)),
            ("urgency", Value::from(urgency)),
        ]);
        if let Some(picture) = picture() {
            hints.insert("image-data", picture);
        }
        let replaces = 0u32;
        let arguments =
            (crate::NAME, replaces, crate::DESKTOP_ENTRY, message.title, body, labels, hints, EXPIRES);
        let sent = self.bus.call_method(Some(NAME), OBJECT, Some(NAME), "Notify", &arguments);
        let answer = timeout(ANSWERS_WITHIN, sent).await.map_err(|_| hangs())??;
        self.shown.add(sender(&answer), answer.body().deserialize()?, actions);
        Ok(())
    }

    async fn clicked(&mut self) -> Option<Click> {
        loop {
            let message = next(&mut self.clicks).await?.ok()?;
            if let Ok((id, key)) = message.body().deserialize() {
                return Some(Click { owner: sender(&message), id, key });
            }
        }
    }
}

/// Who sent it: the unique name, which the bus gives and nobody else gets later.
fn sender(message: &zbus::Message) -> String {
    message.header().sender().map(ToString::to_string).unwrap_or_default()
}

async fn next(stream: &mut MessageStream) -> Option<zbus::Result<zbus::Message>> {
    let mut stream = std::pin::pin!(stream);
    std::future::poll_fn(|context| stream.as_mut().poll_next(context)).await
}

/// The icon as the specification wants it: width, height, bytes a row, alpha, bits a sample, samples, the bytes.
fn picture() -> Option<Value<'static>> {
    let icon = crate::icon().ok()?;
    let (width, height) = (i32::try_from(icon.width()).ok()?, i32::try_from(icon.height()).ok()?);
    Some(Value::from((width, height, width * 4, true, 8i32, 4i32, icon.rgba().to_vec())))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_markup_is_shown_as_it_is() {
        assert_eq!(escaped("a<b>&c"), "a&lt;b&gt;&amp;c");
    }

    fn opens(id: u32) -> HashMap<String, Action> {
        HashMap::from([(CLICK.to_owned(), Action::OpenFile(format!("{id}.xlsx").into()))])
    }

    fn click(owner: &str, id: u32) -> Click {
        Click { owner: owner.to_owned(), id, key: CLICK.to_owned() }
    }

    #[test]
    fn another_server_counts_from_one_again_and_its_clicks_are_not_taken_for_older_ones() {
        let mut shown = Shown::default();
        shown.add(":1.5".to_owned(), 1, opens(1));
        shown.add(":1.5".to_owned(), 2, opens(2));
        assert_eq!(shown.action(&click(":1.5", 2)), opens(2).remove(CLICK));
        assert_eq!(shown.action(&click(":1.9", 2)), None, "of a server that has shown nothing of ours");
        shown.add(":1.9".to_owned(), 1, opens(7));
        assert_eq!(shown.action(&click(":1.9", 1)), opens(7).remove(CLICK));
        assert_eq!(shown.action(&click(":1.9", 2)), None);
        assert_eq!(shown.action(&click(":1.5", 1)), None, "that server is gone");
    }

    #[test]
    fn the_oldest_notification_is_forgotten_first_whatever_its_number() {
        let mut shown = Shown::default();
        // The numbers of a server begin anew after the largest.
        shown.add(":1.5".to_owned(), u32::MAX, opens(0));
        for id in 1..=256 {
            shown.add(":1.5".to_owned(), id, opens(id));
        }
        assert_eq!(shown.action(&click(":1.5", u32::MAX)), None);
        assert_eq!(shown.action(&click(":1.5", 1)), opens(1).remove(CLICK));
    }
}
