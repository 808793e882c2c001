//! Waiting for something that shows icons: a Linux desktop may have none, or start it later than us, or start it anew.
//! On the way, what the desktop says about dark and light.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tauri::{AppHandle, Runtime};
use tokio::time::timeout;
use zbus::export::futures_core::Stream;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, MatchRule, MessageStream};

use crate::desktop::Desktop;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const WATCHER_OBJECT: &str = "/StatusNotifierWatcher";
const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PORTAL_OBJECT: &str = "/org/freedesktop/portal/desktop";
const PORTAL_SETTINGS: &str = "org.freedesktop.portal.Settings";
const APPEARANCE: &str = "org.freedesktop.appearance";
const COLOR_SCHEME: &str = "color-scheme";
/// A portal that has to be started answers within this time.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
const PREFERS_DARK: u32 = 1;
const PREFERS_LIGHT: u32 = 2;

/// Shows the icon as soon as it can be shown. Without a session bus there is nothing to wait for.
pub(super) async fn watch<R: Runtime>(app: AppHandle<R>) {
    if let Err(error) = follow(&app).await {
        tracing::info!("no session bus, so no icon in the tray: {error}");
    }
}

async fn follow<R: Runtime>(app: &AppHandle<R>) -> zbus::Result<()> {
    let bus = in_time(Connection::session()).await?;
    // Listened to before it is asked how things are, so that nothing falls in between.
    let mut owners = signals(&bus, "org.freedesktop.DBus", "NameOwnerChanged", Some(WATCHER)).await?;
    let mut hosts = signals(&bus, WATCHER, "StatusNotifierHostRegistered", None).await?;
    let mut schemes = signals(&bus, PORTAL_SETTINGS, "SettingChanged", Some(APPEARANCE)).await?;
    // The icon first: the portal may have to be started, and may hang.
    look(app, &bus).await;
    crate::window::appearance_changed(app, prefers_dark(&bus).await);
    loop {
        tokio::select! {
            changed = next(&mut owners) => changed?,
            registered = next(&mut hosts) => registered?,
            changed = next(&mut schemes) => {
                changed?;
                crate::window::appearance_changed(app, prefers_dark(&bus).await);
                continue;
            }
        };
        look(app, &bus).await;
    }
}

/// Shows the icon if a host is there now.
async fn look<R: Runtime>(app: &AppHandle<R>, bus: &Connection) {
    let there = has_host(bus).await;
    Desktop::of(app).has_tray.store(there, Ordering::Relaxed);
    if there {
        super::show(app);
    }
}

async fn has_host(bus: &Connection) -> bool {
    let asked = (WATCHER, "IsStatusNotifierHostRegistered");
    let properties = Some("org.freedesktop.DBus.Properties");
    let answer = in_time(bus.call_method(Some(WATCHER), WATCHER_OBJECT, properties, "Get", &asked)).await;
    let value = answer.ok().and_then(|answer| answer.body().deserialize::<OwnedValue>().ok());
    value.is_some_and(|value| bool::try_from(value).unwrap_or(false))
}

async fn prefers_dark(bus: &Connection) -> Option<bool> {
    let asked = (APPEARANCE, COLOR_SCHEME);
    let read = bus.call_method(Some(PORTAL), PORTAL_OBJECT, Some(PORTAL_SETTINGS), "Read", &asked);
    let answer = in_time(read).await.ok()?;
    let value: OwnedValue = answer.body().deserialize().ok()?;
    match number(&value)? {
        PREFERS_DARK => Some(true),
        PREFERS_LIGHT => Some(false),
        _ => None,
    }
}

/// `Read` wraps its answer once more than it should.
fn number(value: &Value<'_>) -> Option<u32> {
    match value {
        Value::U32(number) => Some(*number),
        Value::Value(inner) => number(inner),
        _ => None,
    }
}

async fn signals(
    bus: &Connection,
    interface: &str,
    member: &str,
    first_argument: Option<&str>,
) -> zbus::Result<MessageStream> {
    let rule =
        MatchRule::builder().msg_type(zbus::message::Type::Signal).interface(interface)?.member(member)?;
    let rule = match first_argument {
        Some(argument) => rule.arg(0, argument)?,
        None => rule,
    };
    in_time(MessageStream::for_match_rule(rule.build().to_owned(), bus, None)).await
}

/// A program on the bus that hangs must not keep the icon away.
async fn in_time<T>(asked: impl Future<Output = zbus::Result<T>>) -> zbus::Result<T> {
    let hangs = || zbus::Error::InputOutput(Arc::new(io::ErrorKind::TimedOut.into()));
    timeout(ANSWERS_WITHIN, asked).await.unwrap_or_else(|_| Err(hangs()))
}

/// Waits for the next signal; an error when the bus is gone.
async fn next(stream: &mut MessageStream) -> zbus::Result<()> {
    let mut stream = pin!(stream);
    match std::future::poll_fn(|context| stream.as_mut().poll_next(context)).await {
        Some(message) => message.map(drop),
        None => Err(zbus::Error::InputOutput(Arc::new(io::ErrorKind::BrokenPipe.into()))),
    }
}
