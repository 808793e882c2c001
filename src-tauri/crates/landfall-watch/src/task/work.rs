//! What runs on blocking threads, and its results.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use notify::RecommendedWatcher;
use tokio::sync::oneshot;
use tokio::task::JoinError;
use tokio::time::Instant;

use super::Task;
use crate::candidates::Origin;
use crate::error::Error;
use crate::inspection::{Finding, Glance, Question, glance, inspect};
use crate::observation::ActiveMode;
use crate::place::Place;
use crate::rounds::Reason;
use crate::scan;
use crate::stamp::Stamp;

/// Files that get their first look in one go.
const GLANCES: usize = 512;

/// The result of a piece of work. Work that was begun before the folder was lost has an older `era` and is
/// forgotten.
pub(super) enum Done {
    Visited(Result<Place, Error>),
    Subscribed { era: u64, watcher: Result<RecommendedWatcher, Error> },
    Listed { era: u64, listing: Listing },
    Glanced { era: u64, glances: Vec<(PathBuf, Glance)> },
    Judged { era: u64, path: PathBuf, finding: Finding, owner_lock: bool },
}

/// What a scan listed.
pub(super) struct Listing {
    reason: Reason,
    waiters: Vec<oneshot::Sender<()>>,
    files: Result<Vec<(PathBuf, Stamp)>, Error>,
    took: Duration,
}

impl Task {
    /// Starts what can be started now.
    pub(super) fn start_work(&mut self) {
        let Some(place) = self.presence.place() else { return };
        let era = self.presence.era();
        if !self.scanning
            && let Some(reason) = self.wanted.take()
        {
            self.scanning = true;
            self.next_scan = None;
            let (place, waiters) = (Arc::clone(&place), self.rounds.begin());
            let recursive = self.options.recursive;
            self.jobs.spawn_blocking(move || {
                let begun = Instant::now();
                let files = scan::list(&place.real, recursive);
                Done::Listed { era, listing: Listing { reason, waiters, files, took: begun.elapsed() } }
            });
        }
        if !self.glancing && self.candidates.has_fresh() {
            self.glancing = true;
            let (place, paths) = (Arc::clone(&place), self.candidates.take_fresh(GLANCES));
            self.jobs.spawn_blocking(move || {
                let look = |path: PathBuf| {
                    let glance = glance(&place.real, &path);
                    (path, glance)
                };
                Done::Glanced { era, glances: paths.into_iter().map(look).collect() }
            });
        }
        let now = Instant::now();
        while self.inspecting < self.options.concurrency.get()
            && let Some((path, before)) = self.candidates.take_due(now)
            && let Some(candidate) = self.candidates.get(&path)
        {
            self.inspecting += 1;
            let depth = self.files.depth(&path, before, candidate);
            let hash_flawed = candidate.doubt.is_some();
            let question = Question { path, before, depth, hash_flawed };
            let (place, stop) = (Arc::clone(&place), Arc::clone(&self.stop));
            self.jobs.spawn_blocking(move || {
                // The archive and XML libraries read what anybody may have written; whatever it makes them
                // do, the watch goes on.
                let judged = catch_unwind(AssertUnwindSafe(|| inspect(&place, &question, &stop)));
                let finding = judged.unwrap_or_else(|_| Finding::Unreadable {
                    stamp: question.before,
                    reason: Error::ReadFile(std::io::Error::other("its content cannot be understood")),
                });
                let owner_lock = glance(&place.real, &question.path).owner_lock;
                Done::Judged { era, path: question.path, finding, owner_lock }
            });
        }
    }

    pub(super) fn take_in(&mut self, done: Result<Done, JoinError>) {
        let current = self.presence.era();
        match done {
            Ok(Done::Visited(place)) => self.take_visit(place),
            Ok(Done::Subscribed { era, watcher }) if era == current => self.take_subscription(watcher),
            Ok(Done::Listed { era, listing }) if era == current => {
                self.scanning = false;
                self.take_listing(listing);
            }
            Ok(Done::Glanced { era, glances }) if era == current => {
                self.glancing = false;
                let due = Instant::now() + self.options.settle;
                for (path, glance) in glances {
                    self.candidates.glanced(path, glance, due);
                }
            }
            Ok(Done::Judged { era, path, finding, owner_lock }) if era == current => {
                self.inspecting -= 1;
                self.take_finding(path, finding, owner_lock);
            }
            // The folder was lost meanwhile.
            Ok(_) => {}
            Err(failure) => tracing::error!(%failure, "BUG: work of the watch ended without result"),
        }
    }

    fn take_listing(&mut self, listing: Listing) {
        let now = Instant::now();
        let Listing { reason, waiters, files, took } = listing;
        // A scan never takes more than half of the time, however slow the file system is.
        let pause = if self.polls() {
            self.options.poll_interval.saturating_sub(took).max(took)
        } else {
            self.options.rescan_interval
        };
        self.next_scan = Some(now + pause);
        let listed = match files {
            Ok(listed) => listed,
            Err(error) => {
                // Dropping the waiters answers them.
                self.lose(error);
                return;
            }
        };
        if reason != Reason::Poll {
            self.next_thorough = now + self.options.rescan_interval;
        }
        let origin = match reason {
            Reason::First => Origin::FirstScan,
            Reason::Reconcile if self.mode == ActiveMode::Events => Origin::Reconcile,
            _ => Origin::Change,
        };
        let due = now + self.options.settle;
        let number = self.rounds.open(reason, listed.len(), took, waiters);
        for (path, stamp) in &listed {
            if self.files.sighted(path, stamp, number, reason != Reason::Poll) {
                self.candidates.found(path, Some(*stamp), origin, due);
            }
        }
        for path in self.files.unseen(number) {
            self.candidates.found(path, None, origin, due);
        }
        let outstanding = self.candidates.await_all(number);
        if let Some(round) = self.rounds.expect(number, outstanding) {
            self.finish(round);
        }
    }
}
