//! The part of a desktop that shows notifications, played by the test: it remembers them, and clicks on them.
#![expect(
    clippy::unused_self,
    clippy::used_underscore_binding,
    clippy::needless_pass_by_value,
    reason = "methods as the protocol has them"
)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zbus::blocking::{Connection, connection};
use zbus::interface;
use zbus::names::BusName;
use zbus::zvariant::OwnedValue;

use crate::bus::Bus;
use crate::wait::eventually_seen;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// Gone from the bus when dropped.
#[derive(Debug)]
pub struct Notifications {
    connection: Connection,
    shown: Arc<Mutex<Vec<Notification>>>,
}

/// One as the program asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// From 1 up, in the order of arrival.
    pub id: u32,
    pub program: String,
    pub icon: String,
    pub title: String,
    pub body: String,
    /// Key and label of each button, in order; `default` is a click on the notification itself.
    pub actions: Vec<(String, String)>,
    pub closed: bool,
}

impl Notification {
    /// The labels of its buttons.
    pub fn buttons(&self) -> Vec<&str> {
        self.actions.iter().filter(|(key, _)| key != "default").map(|(_, label)| label.as_str()).collect()
    }
}

impl Notifications {
    /// Takes its place on the bus. `with_buttons` is whether this desktop shows any.
    pub fn start(bus: &Bus, with_buttons: bool) -> Self {
        let shown = Arc::new(Mutex::new(Vec::new()));
        let server = Server { shown: Arc::clone(&shown), with_buttons };
        let connection = connection::Builder::address(bus.address())
            .and_then(|builder| builder.serve_at(PATH, server)?.name(NAME)?.build())
            .expect("the private bus takes a server of notifications");
        Self { connection, shown }
    }

    /// All so far.
    pub fn all(&self) -> Vec<Notification> {
        self.shown.lock().expect("no writer panics").clone()
    }

    /// Waits for one that the test likes.
    pub fn one(&self, within: Duration, what: &str, likes: impl Fn(&Notification) -> bool) -> Notification {
        eventually_seen(within, &format!("the notification of {what}"), || {
            let all = self.all();
            all.iter().find(|notification| likes(notification)).cloned().ok_or_else(|| format!("{all:?}"))
        })
    }

    /// Waits until there were that many, and gives the last.
    pub fn number(&self, within: Duration, number: usize) -> Notification {
        eventually_seen(within, &format!("notification {number}"), || {
            let all = self.all();
            all.get(number - 1).cloned().ok_or_else(|| format!("{all:?}"))
        })
    }

    /// Clicks the notification itself.
    pub fn click(&self, notification: &Notification) {
        self.invoke(notification, "default");
    }

    /// Presses a button by its label.
    ///
    /// # Panics
    /// When it has no such button.
    pub fn press(&self, notification: &Notification, button: &str) {
        let action = notification.actions.iter().find(|(_, label)| label == button);
        let (key, _) = action.unwrap_or_else(|| panic!("no button \"{button}\": {notification:?}"));
        self.invoke(notification, key);
    }

    /// Closes it unused, as a person does with the cross.
    pub fn dismiss(&self, notification: &Notification) {
        self.closed(notification, 2);
    }

    fn invoke(&self, notification: &Notification, key: &str) {
        let known = notification.actions.iter().any(|(offered, _)| offered == key);
        assert!(known, "no action \"{key}\": {notification:?}");
        self.emit("ActionInvoked", &(notification.id, key));
        self.closed(notification, 2);
    }

    fn closed(&self, notification: &Notification, reason: u32) {
        close(&self.shown, notification.id);
        self.emit("NotificationClosed", &(notification.id, reason));
    }

    fn emit<B: zbus::export::serde::Serialize + zbus::zvariant::DynamicType>(&self, signal: &str, body: &B) {
        self.connection.emit_signal(None::<BusName<'_>>, PATH, NAME, signal, body).expect("the private bus");
    }
}

struct Server {
    shown: Arc<Mutex<Vec<Notification>>>,
    with_buttons: bool,
}

#[interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[expect(clippy::too_many_arguments, reason = "as the protocol has it")]
    fn notify(
        &self,
        app_name: String,
        replaces: u32,
        app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expires: i32,
    ) -> u32 {
        let mut shown = self.shown.lock().expect("no writer panics");
        let pairs = actions.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect();
        let id = if replaces == 0 { u32::try_from(shown.len()).unwrap_or(u32::MAX) + 1 } else { replaces };
        shown.push(Notification {
            id,
            program: app_name,
            icon: app_icon,
            title: summary,
            body,
            actions: pairs,
            closed: false,
        });
        id
    }

    fn close_notification(&self, id: u32) {
        close(&self.shown, id);
    }

    fn get_capabilities(&self) -> Vec<&'static str> {
        if self.with_buttons { vec!["body", "actions"] } else { vec!["body"] }
    }

    fn get_server_information(&self) -> (&'static str, &'static str, &'static str, &'static str) {
        ("landfall-tests", "Landfall", "1.0", "1.2")
    }
}

fn close(shown: &Mutex<Vec<Notification>>, id: u32) {
    for notification in shown.lock().expect("no writer panics").iter_mut().filter(|shown| shown.id == id) {
        notification.closed = true;
    }
}
