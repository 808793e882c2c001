//! The page, as the receiver of events. There is at most one; it comes and goes with the window.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use landfall_core::api::{AppEvent, DesktopEvent};
use tauri::ipc::Channel;

/// Where events for the page go.
#[derive(Debug, Default)]
pub(crate) struct Subscriber {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    page: Option<Channel<AppEvent>>,
    /// The page got its snapshot. Before that it can make nothing of what changed.
    has_snapshot: bool,
    /// What the next page is to do once it has its snapshot.
    waiting: Vec<DesktopEvent>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("page", &self.page.is_some()).finish_non_exhaustive()
    }
}

impl Subscriber {
    /// From now on events go there. A page that was loaded anew takes the place of its former self.
    pub(crate) fn subscribe(&self, page: Channel<AppEvent>) {
        let mut state = self.lock();
        state.page = Some(page);
        state.has_snapshot = false;
    }

    /// The window is gone.
    pub(crate) fn leave(&self) {
        let mut state = self.lock();
        state.page = None;
        state.has_snapshot = false;
    }

    /// An event of the engine. The first one that a page hears is a snapshot.
    pub(crate) fn hear(&self, event: AppEvent) {
        let mut state = self.lock();
        if state.page.is_none() {
            return;
        }
        if matches!(event, AppEvent::Snapshot(_)) {
            state.has_snapshot = true;
            state.send(event);
            for waiting in mem::take(&mut state.waiting) {
                state.send(AppEvent::Desktop(waiting));
            }
        } else if state.has_snapshot {
            state.send(event);
        }
    }

    /// Something about the app itself, which a page understands without a snapshot; nothing for later pages.
    pub(crate) fn tell(&self, event: DesktopEvent) {
        self.lock().send(AppEvent::Desktop(event));
    }

    /// Something for the page to do: now, or as soon as there is a page that can.
    pub(crate) fn ask(&self, event: DesktopEvent) {
        let mut state = self.lock();
        if state.page.is_some() && state.has_snapshot {
            state.send(AppEvent::Desktop(event));
        } else {
            // The last wish of a kind counts.
            state.waiting.retain(|waiting| mem::discriminant(waiting) != mem::discriminant(&event));
            state.waiting.push(event);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn send(&mut self, event: AppEvent) {
        if self.page.as_ref().is_some_and(|page| page.send(event).is_err()) {
            // The window went without a word.
            self.page = None;
            self.has_snapshot = false;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use std::sync::{Arc, Mutex};

    use landfall_core::api::{SampleState, Target};
    use tauri::ipc::InvokeResponseBody;

    use super::*;

    fn page() -> (Channel<AppEvent>, Arc<Mutex<Vec<String>>>) {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&heard);
        let channel = Channel::new(move |body| {
            if let InvokeResponseBody::Json(json) = body {
                into.lock().unwrap().push(json);
            }
            Ok(())
        });
        (channel, heard)
    }

    #[test]
    fn a_page_hears_of_changes_only_after_its_snapshot_but_of_the_app_at_once() {
        let subscriber = Subscriber::default();
        let (channel, heard) = page();
        subscriber.subscribe(channel);
        subscriber.hear(AppEvent::SampleChanged(SampleState::Off));
        subscriber.tell(DesktopEvent::EngineLost);
        let heard = heard.lock().unwrap().clone();
        assert_eq!(heard, [r#"{"type":"desktop","data":{"desktop":"engine-lost"}}"#]);
    }

    #[test]
    fn a_wish_waits_for_a_page_and_the_last_one_counts() {
        let subscriber = Subscriber::default();
        subscriber.ask(DesktopEvent::Show { target: Target::Reports });
        subscriber.ask(DesktopEvent::Show { target: Target::Settings });
        subscriber.leave();
        let (channel, heard) = page();
        subscriber.subscribe(channel);
        assert!(heard.lock().unwrap().is_empty());
        let waiting = subscriber.lock().waiting.clone();
        assert_eq!(waiting, [DesktopEvent::Show { target: Target::Settings }]);
    }
}
