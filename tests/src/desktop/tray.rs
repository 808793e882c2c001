//! The part of a desktop that shows tray icons, played by the test: it reads icons, and clicks in their menus.
#![expect(clippy::unused_self, reason = "methods as the protocol has them")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use zbus::blocking::{Connection, Proxy, connection, fdo::DBusProxy};
use zbus::interface;
use zbus::message::Header;
use zbus::names::BusName;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};

use crate::bus::Bus;
use crate::wait::{eventually, eventually_seen};

const NAME: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// A tray; it is gone from the bus when dropped, as when a panel crashes.
#[derive(Debug)]
pub struct Tray {
    connection: Connection,
    items: Arc<Mutex<Vec<Place>>>,
}

/// Where an icon's program answers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    name: String,
    path: String,
}

/// Width, height and ARGB bytes.
type Picture = (i32, i32, Vec<u8>);

/// An icon as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icon {
    pub id: String,
    pub title: String,
    /// `Passive`, `Active` or `NeedsAttention`.
    pub status: String,
    /// The two texts of the tool tip.
    pub tool_tip: (String, String),
    /// The biggest one it has; empty for an icon that is given by name.
    pub picture: Picture,
    pub icon_name: String,
}

/// An entry of its menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    number: i32,
    pub label: String,
    pub enabled: bool,
    pub entries: Vec<Entry>,
}

impl Icon {
    /// All that a person reads when the mouse rests on it.
    pub fn says(&self) -> String {
        format!("{}: {}", self.tool_tip.0, self.tool_tip.1)
    }
}

impl Tray {
    /// Takes its place on the bus.
    pub fn start(bus: &Bus) -> Self {
        let items = Arc::new(Mutex::new(Vec::new()));
        let connection = connection::Builder::address(bus.address())
            .and_then(|builder| {
                builder.serve_at(PATH, Watcher { items: Arc::clone(&items) })?.name(NAME)?.build()
            })
            .expect("the private bus takes a tray");
        Self { connection, items }
    }

    /// Waits for the one icon.
    pub fn icon(&self, within: Duration) -> Icon {
        eventually(within, "the icon in the tray", || self.icon_now())
    }

    /// Waits until the icon is as the test likes it.
    pub fn icon_that(&self, within: Duration, what: &str, likes: impl Fn(&Icon) -> bool) -> Icon {
        eventually_seen(within, &format!("the icon in the tray to be {what}"), || match self.icon_now() {
            Some(icon) if likes(&icon) => Ok(icon),
            Some(icon) => Err(format!("{} {:?}", icon.status, icon.tool_tip)),
            None => Err("no icon".to_owned()),
        })
    }

    /// The icon, if one is there now.
    ///
    /// # Panics
    /// When there are two.
    pub fn icon_now(&self) -> Option<Icon> {
        let place = self.place()?;
        let item = self.proxy(&place, ITEM)?;
        let text = |property: &str| item.get_property::<String>(property).unwrap_or_default();
        let pictures: Vec<Picture> = item.get_property("IconPixmap").unwrap_or_default();
        let tip: (String, Vec<Picture>, String, String) = item.get_property("ToolTip").unwrap_or_default();
        Some(Icon {
            id: item.get_property("Id").ok()?,
            title: text("Title"),
            status: text("Status"),
            tool_tip: (tip.2, tip.3),
            picture: pictures.into_iter().max_by_key(|(width, _, _)| *width).unwrap_or_default(),
            icon_name: text("IconName"),
        })
    }

    /// Its menu as it is now.
    pub fn menu(&self) -> Vec<Entry> {
        let within = Duration::from_secs(20);
        eventually(within, "the menu of the icon", || {
            let menu = self.menu_proxy()?;
            let _: Result<bool, _> = menu.call("AboutToShow", &(0i32,));
            let layout: (u32, Layout) = menu.call("GetLayout", &(0i32, -1i32, Vec::<String>::new())).ok()?;
            Some(read_layout(layout.1).entries)
        })
    }

    /// The labels of its menu, without separators.
    pub fn labels(&self) -> Vec<String> {
        self.menu().into_iter().map(|entry| entry.label).filter(|label| !label.is_empty()).collect()
    }

    /// Chooses the entry with this label; waits for it to be there and enabled.
    pub fn choose(&self, label: &str) {
        let what = format!("\"{label}\" in the menu of the tray");
        let number = eventually_seen(Duration::from_secs(20), &what, || {
            let menu = self.menu();
            let entry = find(&menu, label).filter(|entry| entry.enabled);
            entry.map(|entry| entry.number).ok_or_else(|| format!("{menu:?}"))
        });
        let menu = self.menu_proxy().expect("it was there a moment ago");
        let time = u32::default();
        let _: () =
            menu.call("Event", &(number, "clicked", Value::from(0i32), time)).expect("the menu answers");
    }

    /// A left click on the icon.
    pub fn click(&self) {
        let place = eventually(Duration::from_secs(20), "the icon in the tray", || self.place());
        let item = self.proxy(&place, ITEM).expect("it was there a moment ago");
        let _: () = item.call("Activate", &(700i32, 10i32)).expect("the icon takes a click");
    }

    /// The place of the icon whose program is still on the bus.
    fn place(&self) -> Option<Place> {
        let bus = DBusProxy::new(&self.connection).ok()?;
        let mut items = self.items.lock().expect("no writer panics");
        items.retain(|place| {
            BusName::try_from(place.name.as_str()).is_ok_and(|name| bus.name_has_owner(name).unwrap_or(false))
        });
        assert!(items.len() < 2, "two icons in the tray: {items:?}");
        items.first().cloned()
    }

    fn proxy(&self, place: &Place, interface: &'static str) -> Option<Proxy<'static>> {
        proxy(&self.connection, place.name.clone(), place.path.clone(), interface)
    }

    fn menu_proxy(&self) -> Option<Proxy<'static>> {
        let place = self.place()?;
        let path: OwnedObjectPath = self.proxy(&place, ITEM)?.get_property("Menu").ok()?;
        proxy(&self.connection, place.name, path.to_string(), MENU)
    }
}

/// A proxy that asks each time, and remembers nothing.
fn proxy(
    connection: &Connection,
    name: String,
    path: String,
    interface: &'static str,
) -> Option<Proxy<'static>> {
    zbus::blocking::proxy::Builder::new(connection)
        .destination(name)
        .and_then(|builder| builder.path(path)?.interface(interface))
        .and_then(|builder| builder.cache_properties(zbus::proxy::CacheProperties::No).build())
        .ok()
}

/// An entry of `GetLayout`: number, properties, children.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

fn read_layout((number, properties, children): Layout) -> Entry {
    let text = |key: &str| properties.get(key).and_then(|value| String::try_from(value.clone()).ok());
    let flag = |key: &str| properties.get(key).and_then(|value| bool::try_from(value).ok());
    let entries = children
        .into_iter()
        .filter_map(|child| {
            let structure = Structure::try_from(child).ok()?;
            Layout::try_from(structure).ok().map(read_layout)
        })
        .filter(|entry| entry.number >= 0)
        .collect();
    let hidden = flag("visible") == Some(false);
    let label = text("label").unwrap_or_default();
    Entry {
        number: if hidden { -1 } else { number },
        label: without_mnemonic(&label),
        enabled: flag("enabled") != Some(false),
        entries,
    }
}

/// `_Quit` is Quit, and `a__b` is `a_b`.
fn without_mnemonic(label: &str) -> String {
    label.replace("__", "\0").replace('_', "").replace('\0', "_")
}

fn find<'a>(entries: &'a [Entry], label: &str) -> Option<&'a Entry> {
    entries.iter().find_map(
        |entry| {
            if entry.label == label { Some(entry) } else { find(&entry.entries, label) }
        },
    )
}

struct Watcher {
    items: Arc<Mutex<Vec<Place>>>,
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(
        &self,
        service: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        // By the protocol it is the name on the bus; libayatana sends the path of the object instead.
        let place = if service.starts_with('/') {
            Place { name: sender, path: service.to_owned() }
        } else {
            Place { name: service.to_owned(), path: "/StatusNotifierItem".to_owned() }
        };
        {
            let mut items = self.items.lock().expect("no writer panics");
            if !items.contains(&place) {
                items.push(place);
            }
        }
        Self::status_notifier_item_registered(&emitter, service).await?;
        Ok(())
    }

    fn register_status_notifier_host(&self, service: &str) {
        drop(service.to_owned());
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        let items = self.items.lock().expect("no writer panics");
        items.iter().map(|place| format!("{}{}", place.name, place.path)).collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    #[zbus(signal)]
    async fn status_notifier_item_registered(emitter: &SignalEmitter<'_>, service: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn status_notifier_host_registered(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}
