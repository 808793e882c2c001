//! The page in the app's window, in the words of a person: buttons and rows by their names, not by their markup.

use std::time::Duration;

use fantoccini::Client;
use fantoccini::elements::{Element, ElementRef};
use serde_json::{Value, json};

use super::driver::ask;
use super::spoken::Spoken;
use crate::wait::{eventually_seen, until};

/// Enough for anything that follows a click, on a busy machine.
const SOON: Duration = Duration::from_secs(20);
const FUNCTIONS: &str = include_str!("page.js");
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// So much of the page's start and of its end stands in a failure.
const TOLD: usize = 1_200;

/// The page of one window.
#[derive(Debug)]
pub struct Page {
    client: Client,
}

/// Something in the page, found anew each time it is used: pages redraw.
#[derive(Debug, Clone)]
pub struct Part<'p> {
    page: &'p Page,
    role: String,
    name: String,
    exactly: bool,
}

impl Page {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Loads another address.
    pub fn go_to(&self, address: &str) {
        ask("going there", self.client.goto(address)).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Waits until the page shows this text.
    pub fn see(&self, text: &str) {
        self.see_within(SOON, text);
    }

    pub fn see_within(&self, within: Duration, text: &str) {
        eventually_seen(within, &format!("the page to show \"{text}\""), || {
            let shown = self.text();
            if shown.contains(text) { Ok(()) } else { Err("the page below".to_owned()) }
        });
    }

    /// Waits until the page no longer shows this text.
    pub fn see_no_more(&self, text: &str) {
        eventually_seen(SOON, &format!("the page to stop showing \"{text}\""), || {
            let shown = self.text();
            if shown.contains(text) { Err("the page below".to_owned()) } else { Ok(()) }
        });
    }

    /// All text that is shown.
    pub fn text(&self) -> String {
        self.call("text", &[]).as_str().unwrap_or_default().to_owned()
    }

    pub fn button(&self, name: &str) -> Part<'_> {
        self.part("button", name)
    }

    /// A part by its role and exactly this name.
    pub fn part(&self, role: &str, name: &str) -> Part<'_> {
        Part { page: self, role: role.to_owned(), name: name.to_owned(), exactly: true }
    }

    /// A part by its role and something of its name.
    pub fn part_with(&self, role: &str, text: &str) -> Part<'_> {
        Part { page: self, role: role.to_owned(), name: text.to_owned(), exactly: false }
    }

    /// The names of all parts of this role that are shown.
    pub fn names(&self, role: &str) -> Vec<String> {
        let names = self.call("names", &[json!(role)]);
        let names = names.as_array().into_iter().flatten();
        names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
    }

    /// Role and name of what has the focus, such as `button "Run report"`; empty when nothing has.
    pub fn focus(&self) -> String {
        self.call("focus", &[]).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until this has the focus; said as [`Page::focus`] says it.
    pub fn focus_is(&self, wanted: &str) {
        eventually_seen(SOON, &format!("the focus on {wanted}"), || {
            let focus = self.focus();
            if focus == wanted { Ok(()) } else { Err(focus) }
        });
    }

    /// What a screen reader says of what has the focus; `None` when nothing has.
    pub fn spoken_focus(&self) -> Option<Spoken> {
        let element = ask("the focus", self.client.active_element()).ok()?;
        Spoken::of(&element).ok().filter(|spoken| !spoken.role.is_empty())
    }

    /// What has the focus, and whether its ring is to be seen.
    pub fn focus_ring(&self) -> Value {
        self.call("focusRing", &[])
    }

    /// Runs JavaScript in the page; the value it returns.
    ///
    /// # Panics
    /// When it throws.
    pub fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        ask("a script", self.client.execute(script, arguments)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same for a script that calls its last argument when it is done.
    pub fn run_async(&self, script: &str, arguments: Vec<Value>) -> Value {
        ask("a script", self.client.execute_async(script, arguments))
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// A picture of the page, PNG. Never of a hidden window: the driver doesn't answer then.
    pub fn picture(&self) -> Vec<u8> {
        ask("a picture", self.client.screenshot()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Goes to the window that is there now, after the one before was closed.
    pub fn follow_window(&self) {
        eventually_seen(SOON, "the app's next window", || {
            let windows = ask("the list of windows", self.client.windows())?;
            let window = windows.into_iter().next().ok_or("no window")?;
            ask("the next window", self.client.switch_to_window(window))
        });
    }

    pub(super) fn quietly_text(&self) -> Option<String> {
        let text = ask("the text", self.client.execute(FUNCTIONS, vec![json!("text")])).ok()?;
        text.as_str().map(told)
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Value {
        let mut all = vec![json!(function)];
        all.extend(arguments.iter().cloned());
        // A page that is just being loaded has nothing to ask.
        eventually_seen(SOON, "the page to answer", || {
            ask(function, self.client.execute(FUNCTIONS, all.clone()))
        })
    }
}

impl Part<'_> {
    /// Clicks it, once it is there and can be clicked.
    pub fn click(&self) {
        // The driver is content with an element that is half in sight, and then hits what covers its middle.
        let script = "arguments[0].scrollIntoView({ block: 'nearest' })";
        self.act("to be clicked", |element| {
            let argument = serde_json::to_value(&element).map_err(|error| error.to_string())?;
            ask("scrolling", self.page.client.execute(script, vec![argument]))?;
            ask("a click", element.click())
        });
    }

    /// Clicks what ends the app or its window: nobody is there to answer then.
    pub fn click_to_leave(&self) {
        self.is_there();
        if let Some(element) = self.now() {
            let _ = ask("a click", element.click());
        }
    }

    /// Puts the keyboard's focus on it, without the mouse.
    pub fn focus(&self) {
        let script = "arguments[0].focus()";
        self.act("to take the focus", |element| {
            let argument = serde_json::to_value(&element).map_err(|error| error.to_string())?;
            ask("the focus", self.page.client.execute(script, vec![argument])).map(drop)
        });
    }

    /// Types into it, after what is there.
    pub fn types(&self, text: &str) {
        self.act("to be typed into", |element| ask("typing", element.send_keys(text)));
    }

    /// Replaces what is in it.
    pub fn fill(&self, text: &str) {
        self.act("to be filled", |element| {
            ask("emptying", element.clear())?;
            if text.is_empty() { Ok(()) } else { ask("typing", element.send_keys(text)) }
        });
    }

    /// Waits for it.
    pub fn is_there(&self) {
        self.is_there_within(SOON);
    }

    pub fn is_there_within(&self, within: Duration) {
        eventually_seen(within, &self.what(""), || self.now().map(|_| ()).ok_or_else(|| self.instead()));
    }

    /// Waits until there is none.
    pub fn is_gone(&self) {
        self.is_gone_within(SOON);
    }

    pub fn is_gone_within(&self, within: Duration) {
        until(within, &format!("{} to go", self.what("")), || self.now().is_none());
    }

    /// Whether it is there at this moment.
    pub fn is_shown(&self) -> bool {
        self.now().is_some()
    }

    /// How many there are at this moment.
    pub fn count(&self) -> usize {
        self.elements().len()
    }

    /// Its text, once it is there.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.act("to be read", |element| {
            text = ask("its text", element.text())?;
            Ok(())
        });
        text
    }

    /// An attribute of it, once it is there.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let mut value = None;
        self.act("to be read", |element| {
            value = ask("an attribute", element.attr(name))?;
            Ok(())
        });
        value
    }

    /// Waits until the attribute has this value.
    pub fn has(&self, attribute: &str, wanted: &str) {
        eventually_seen(SOON, &self.what(&format!("with {attribute}=\"{wanted}\"")), || {
            let value = self.attribute(attribute);
            if value.as_deref() == Some(wanted) { Ok(()) } else { Err(format!("{value:?}")) }
        });
    }

    /// What a screen reader says of it, once it is there.
    pub fn spoken(&self) -> Spoken {
        let mut spoken = None;
        self.act("to be read aloud", |element| {
            spoken = Some(Spoken::of(&element)?);
            Ok(())
        });
        spoken.expect("it was read, or the test has failed")
    }

    /// Its value, of a field.
    pub fn value(&self) -> String {
        let mut value = None;
        self.act("to be read", |element| {
            value = ask("its value", element.prop("value"))?;
            Ok(())
        });
        value.unwrap_or_default()
    }

    fn act(&self, wanted: &str, mut action: impl FnMut(Element) -> Result<(), String>) {
        eventually_seen(SOON, &self.what(wanted), || {
            let element = self.now().ok_or_else(|| self.instead())?;
            action(element)
        });
    }

    fn now(&self) -> Option<Element> {
        self.elements().into_iter().next()
    }

    fn elements(&self) -> Vec<Element> {
        let found = self.page.call("find", &[json!(self.role), json!(self.name), json!(self.exactly)]);
        let found = found.as_array().into_iter().flatten();
        found
            .filter_map(|element| element[ELEMENT].as_str())
            .map(|id| Element::from_element_id(self.page.client.clone(), ElementRef::from(id.to_owned())))
            .collect()
    }

    fn what(&self, wanted: &str) -> String {
        let named = if self.exactly { "" } else { "with " };
        format!("the {} {named}\"{}\" {wanted}", self.role, self.name).trim_end().to_owned()
    }

    /// What there is of that role instead; a failure shows the page as well.
    fn instead(&self) -> String {
        format!("{:?}", self.page.names(&self.role))
    }
}

fn told(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= 2 * TOLD {
        return text.to_owned();
    }
    let (start, end) = (&letters[..TOLD], &letters[letters.len() - TOLD..]);
    format!("{}\n[…]\n{}", String::from_iter(start), String::from_iter(end))
}
