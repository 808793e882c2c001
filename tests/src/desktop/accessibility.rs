//! What a screen reader finds: the tree of AT-SPI, read over the bus as a screen reader reads it.

mod roles;

use std::fmt::{self, Write};
use std::path::Path;
use std::time::Duration;

use zbus::blocking::{Connection, Proxy, connection};
use zbus::zvariant::OwnedObjectPath;

use crate::bus::Bus;
use crate::leash::{Leash, Leashed};
use crate::wait::{eventually, eventually_seen};

const READY_WITHIN: Duration = Duration::from_secs(30);
const LAUNCHER: &str = "/usr/libexec/at-spi-bus-launcher";
const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
/// No page of ours is this deep or large; a tree that points into itself would be.
const DEEPEST: usize = 60;
const LARGEST: usize = 20_000;

/// The bus of AT-SPI beside a session bus.
#[derive(Debug)]
pub struct Accessibility {
    connection: Connection,
    _launcher: Leash,
}

/// An object with its children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// As AT-SPI says it: `frame`, `push button`, `table row`.
    pub role: String,
    pub name: String,
    pub description: String,
    pub children: Vec<Object>,
}

impl Accessibility {
    /// Starts it; programs that start later find it by the session bus.
    pub fn start(bus: &Bus, folder: &Path, environment: &[(String, String)]) -> Self {
        let launcher = Leashed::program(LAUNCHER, &folder.join("at-spi.log"))
            .args(["--launch-immediately", "--a11y=1", "--screen-reader=1"])
            .in_a_small_environment()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .start();
        let session = connect(bus.address());
        let address: String = eventually(READY_WITHIN, "the address of the accessibility bus", || {
            assert!(
                launcher.is_running(),
                "at-spi-bus-launcher ended (Debian: apt-get install at-spi2-core): {}",
                launcher.log()
            );
            let launcher = Proxy::new(&session, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus").ok()?;
            launcher.call("GetAddress", &()).ok()
        });
        Self { connection: connect(&address), _launcher: launcher }
    }

    /// The trees of all programs that show something.
    pub fn programs(&self) -> Vec<Object> {
        let mut left = LARGEST;
        self.read("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root", 0, &mut left)
            .map(|root| root.children)
            .unwrap_or_default()
    }

    /// Waits for an object of this role whose name is exactly that.
    pub fn object(&self, within: Duration, role: &str, name: &str) -> Object {
        eventually_seen(within, &format!("the {role} \"{name}\" in the tree of AT-SPI"), || {
            let programs = self.programs();
            programs
                .iter()
                .find_map(|program| program.find(role, name))
                .cloned()
                .ok_or_else(|| programs.iter().map(Object::to_string).collect::<Vec<_>>().join("\n"))
        })
    }

    fn read(&self, name: &str, path: &str, depth: usize, left: &mut usize) -> Option<Object> {
        *left = left.checked_sub(1)?;
        // Between two questions an object may go; what it was is not missed then.
        let object = zbus::blocking::proxy::Builder::<Proxy<'_>>::new(&self.connection)
            .destination(name.to_owned())
            .and_then(|builder| builder.path(path.to_owned())?.interface(ACCESSIBLE))
            .and_then(|builder| builder.cache_properties(zbus::proxy::CacheProperties::No).build())
            .ok()?;
        let role: u32 = object.call("GetRole", &()).ok()?;
        let count: i32 = object.get_property("ChildCount").unwrap_or_default();
        let child = |number: i32| object.call("GetChildAtIndex", &(number,)).ok();
        // One by one: asked for all at once, the place in GTK's tree where WebKit's hangs says that it has none.
        let children: Vec<(String, OwnedObjectPath)> = (0..count).filter_map(child).collect();
        let text = |property: &str| object.get_property::<String>(property).unwrap_or_default();
        let children = if depth < DEEPEST {
            let read =
                |(name, path): (String, OwnedObjectPath)| self.read(&name, path.as_str(), depth + 1, left);
            children.into_iter().filter_map(read).collect()
        } else {
            Vec::new()
        };
        Some(Object {
            role: roles::word(role),
            name: text("Name"),
            description: text("Description"),
            children,
        })
    }
}

impl Object {
    /// The first of this role and exactly this name, itself included, in the order of reading.
    pub fn find(&self, role: &str, name: &str) -> Option<&Object> {
        if self.role == role && self.name == name {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(role, name))
    }

    /// Itself and everything below it, in the order of reading.
    pub fn all(&self) -> Vec<&Object> {
        let below = self.children.iter().flat_map(Object::all);
        std::iter::once(self).chain(below).collect()
    }
}

impl fmt::Display for Object {
    /// One line an object, indented.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn lines(object: &Object, depth: usize, text: &mut String) {
            let _ = writeln!(text, "{:depth$}{} \"{}\"", "", object.role, object.name);
            for child in &object.children {
                lines(child, depth + 1, text);
            }
        }
        let mut text = String::new();
        lines(self, 0, &mut text);
        formatter.write_str(&text)
    }
}

fn connect(address: &str) -> Connection {
    connection::Builder::address(address)
        .and_then(connection::Builder::build)
        .unwrap_or_else(|error| panic!("{address}: {error}"))
}
