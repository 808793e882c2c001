//! The folder comes and goes: finding it, noticing its loss, switching events on and off.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use notify::RecommendedWatcher;
use tokio::time::Instant;

use super::Task;
use super::work::Done;
use crate::error::Error;
use crate::native::{Inbox, subscribe};
use crate::observation::{ActiveMode, Observation, PollReason};
use crate::options::{Mode, Options};
use crate::place::Place;
use crate::rounds::Reason;

/// When nothing at all is to be done.
const NEVER: Duration = Duration::from_hours(1);

/// Where the folder is, and what is being done to find out.
pub(super) struct Presence {
    /// The folder, while it is watched.
    place: Option<Arc<Place>>,
    /// The folder that is about to be watched.
    arriving: Option<Place>,
    /// The folder that was watched last.
    last: Option<Arc<Place>>,
    /// Counts each time the folder is found or lost.
    era: u64,
    /// A look at the folder is under way since then.
    visiting: Option<Instant>,
    next_visit: Instant,
    lost_told: bool,
    stalled: bool,
    watcher: Option<RecommendedWatcher>,
}

impl Presence {
    pub(super) fn unknown() -> Self {
        Self {
            place: None,
            arriving: None,
            last: None,
            era: 0,
            visiting: None,
            next_visit: Instant::now(),
            lost_told: false,
            stalled: false,
            watcher: None,
        }
    }

    pub(super) fn is_here(&self) -> bool {
        self.place.is_some()
    }

    pub(super) fn place(&self) -> Option<Arc<Place>> {
        self.place.clone()
    }

    pub(super) fn era(&self) -> u64 {
        self.era
    }

    /// Looks at the folder as soon as possible.
    pub(super) fn check_soon(&mut self) {
        self.next_visit = Instant::now();
    }

    /// Switches events off.
    pub(super) fn unsubscribe(&mut self) {
        self.watcher = None;
    }

    /// When the folder needs attention next.
    pub(super) fn next_due(&self, options: &Options) -> Instant {
        match self.visiting {
            Some(begun) if !self.stalled => begun + options.patience,
            Some(_) => Instant::now() + NEVER,
            None => self.next_visit,
        }
    }
}

impl Task {
    /// Starts a look at the folder when it is due at `now`; complains when one never ends.
    pub(super) fn watch_presence(&mut self, now: Instant) {
        if let Some(begun) = self.presence.visiting {
            if begun + self.options.patience <= now && !self.presence.stalled {
                self.presence.stalled = true;
                self.presence.lost_told |= !self.presence.is_here();
                self.tell(Observation::FolderLost { reason: Error::NotAnswering(self.options.patience) });
            }
        } else if self.presence.next_visit <= now {
            let is_here = self.presence.is_here();
            let pause = if is_here { self.options.folder_check_interval } else { self.options.poll_interval };
            self.presence.visiting = Some(now);
            self.presence.next_visit = now + pause;
            let folder: PathBuf = self.options.folder.clone();
            self.jobs.spawn_blocking(move || Done::Visited(Place::visit(&folder)));
        }
    }

    pub(super) fn take_visit(&mut self, visited: Result<Place, Error>) {
        self.presence.visiting = None;
        let was_stalled = std::mem::take(&mut self.presence.stalled);
        match (self.presence.place(), visited) {
            (Some(place), Ok(now)) => match place.compare(&now) {
                Ok(()) if was_stalled => self.tell(Observation::FolderBack),
                Ok(()) => {}
                Err(reason) => {
                    let is_unplugged = matches!(reason, Error::Unplugged);
                    self.lose(reason);
                    if !is_unplugged {
                        self.arrive(now);
                    }
                }
            },
            (Some(_), Err(reason)) => self.lose(reason),
            (None, _) if self.presence.arriving.is_some() => {}
            (None, Ok(now)) if self.presence.last.as_ref().is_some_and(|last| last.gave_way(&now)) => {
                self.rounds.give_up();
            }
            (None, Ok(now)) => self.arrive(now),
            (None, Err(reason)) => {
                self.rounds.give_up();
                if !self.presence.lost_told {
                    self.presence.lost_told = true;
                    self.tell(Observation::FolderLost { reason });
                }
            }
        }
    }

    /// The folder was found: events first, so that the scan that follows misses nothing.
    fn arrive(&mut self, place: Place) {
        self.presence.era += 1;
        let poll = match self.options.mode {
            Mode::Poll => Some(PollReason::Asked),
            Mode::Auto => place.silent_file_system.map(PollReason::FileSystem),
            Mode::Events => None,
        };
        if let Some(reason) = poll {
            self.settle_in(place, ActiveMode::Poll(reason));
            return;
        }
        self.inbox = Arc::new(Inbox::default());
        let (era, inbox) = (self.presence.era, Arc::clone(&self.inbox));
        let (root, recursive) = (place.real.clone(), self.options.recursive);
        self.presence.arriving = Some(place);
        self.jobs
            .spawn_blocking(move || Done::Subscribed { era, watcher: subscribe(&root, recursive, inbox) });
    }

    pub(super) fn take_subscription(&mut self, watcher: Result<RecommendedWatcher, Error>) {
        let Some(place) = self.presence.arriving.take() else { return };
        match watcher {
            Ok(watcher) => {
                self.presence.watcher = Some(watcher);
                self.settle_in(place, ActiveMode::Events);
            }
            Err(Error::Subscribe(refusal)) => {
                self.settle_in(place, ActiveMode::Poll(PollReason::Refused(refusal.to_string())));
            }
            Err(reason) => self.lose(reason),
        }
    }

    fn settle_in(&mut self, place: Place, mode: ActiveMode) {
        self.presence.place = Some(Arc::new(place));
        if std::mem::take(&mut self.presence.lost_told) {
            self.tell(Observation::FolderBack);
        }
        self.set_mode(mode);
        self.want_scan(if self.was_scanned { Reason::Return } else { Reason::First });
    }

    /// The folder is gone, or not to be trusted. What is known of its files is kept for its return.
    pub(super) fn lose(&mut self, reason: Error) {
        tracing::info!(error = %reason, "folder lost");
        self.presence.era += 1;
        self.presence.last = self.presence.place.take().or_else(|| self.presence.last.take());
        self.presence.arriving = None;
        self.presence.watcher = None;
        self.presence.lost_told = true;
        self.presence.next_visit = Instant::now() + self.options.poll_interval;
        self.candidates.clear();
        self.rounds.give_up();
        self.second_looks.clear();
        self.suspects.clear();
        (self.wanted, self.next_scan, self.scan_again) = (None, None, None);
        // Work of the old era may hang for ever in its file system; new work does not wait for it.
        (self.scanning, self.glancing, self.inspecting) = (false, false, 0);
        self.tell(Observation::FolderLost { reason });
    }
}
