//! The files that have to be looked at, from the first sign of a change to the judgement.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use crate::inspection::Glance;
use crate::stamp::Stamp;

/// What drew attention to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// The first scan, and nothing since.
    FirstScan,
    /// A reconciling scan, although events should have told.
    Reconcile,
    /// An event, or a scan that stands for events.
    Change,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Waits for its first look.
    Fresh,
    /// The first look is under way.
    Glancing,
    /// The first look found this; the second one comes when the file had time to change.
    Resting(Option<Stamp>, Instant),
    /// The second look and the judgement are under way.
    Inspecting(Option<Stamp>),
}

/// The version of a file that was found to be no workbook. Without a stamp it could not be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Doubt(pub(crate) Option<Stamp>);

/// One file on its way to a judgement.
#[derive(Debug)]
pub(crate) struct Candidate {
    stage: Stage,
    pub(crate) origin: Origin,
    /// The last event said that the file was closed by its writer or moved here.
    pub(crate) sealed: bool,
    pub(crate) owner_lock: bool,
    /// A long time ago this version was no workbook: if nothing changed until now, say so.
    pub(crate) doubt: Option<Doubt>,
    /// This is the second look of poll mode at a file already judged.
    pub(crate) second_look: bool,
    /// Something happened while it was being judged.
    pub(crate) disturbed: bool,
    /// How often two looks differed in a row.
    pub(crate) restless: u32,
    /// The scans that wait for this judgement.
    pub(crate) rounds: Vec<u64>,
}

/// All candidates, and who is next.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    by_path: HashMap<PathBuf, Candidate>,
    fresh: Vec<PathBuf>,
    /// In the order in which they are due: all rest equally long.
    resting: VecDeque<(Instant, PathBuf)>,
    /// What the first scan found. It may be a lot, and gives way to what happens now.
    backlog: VecDeque<(Instant, PathBuf)>,
}

impl Candidates {
    /// Something happened to `path`. `sealed` when the writer is done with it.
    pub(crate) fn notice(&mut self, path: PathBuf, origin: Origin, sealed: bool) -> &mut Candidate {
        let fresh = &mut self.fresh;
        let candidate = match self.by_path.entry(path.clone()) {
            Entry::Vacant(vacant) => {
                fresh.push(path);
                vacant.insert(Candidate::new(Stage::Fresh, origin))
            }
            Entry::Occupied(occupied) => {
                let candidate = occupied.into_mut();
                candidate.disturbed |= matches!(candidate.stage, Stage::Inspecting(_));
                // The end of writing is the best moment for the first look; and what happens now does not
                // wait behind the backlog.
                let is_in_backlog = candidate.origin == Origin::FirstScan;
                if matches!(candidate.stage, Stage::Resting(..)) && (sealed || is_in_backlog) {
                    candidate.stage = Stage::Fresh;
                    fresh.push(path);
                }
                candidate.origin = candidate.origin.max(origin);
                candidate
            }
        };
        candidate.sealed = sealed;
        candidate
    }

    /// A scan saw `path` as `stamp` (`None`: no longer there), which is not as it was judged last.
    pub(crate) fn found(&mut self, path: &Path, stamp: Option<Stamp>, origin: Origin, due: Instant) {
        if let Some(candidate) = self.by_path.get_mut(path) {
            if let Stage::Inspecting(before) = candidate.stage {
                candidate.disturbed |= before != stamp;
            }
            return;
        }
        self.by_path.insert(path.to_owned(), Candidate::new(Stage::Resting(stamp, due), origin));
        let queue = if origin == Origin::FirstScan { &mut self.backlog } else { &mut self.resting };
        queue.push_back((due, path.to_owned()));
    }

    /// The files that need a first look, at most `most`.
    pub(crate) fn take_fresh(&mut self, most: usize) -> Vec<PathBuf> {
        let taken: Vec<_> = self.fresh.drain(..most.min(self.fresh.len())).collect();
        for path in &taken {
            if let Some(candidate) = self.by_path.get_mut(path) {
                candidate.stage = Stage::Glancing;
            }
        }
        taken
    }

    /// The first look at `path` is done; the second is due at `due`.
    pub(crate) fn glanced(&mut self, path: PathBuf, glance: Glance, due: Instant) {
        if let Some(candidate) = self.by_path.get_mut(&path) {
            candidate.stage = Stage::Resting(glance.stamp, due);
            candidate.owner_lock |= glance.owner_lock;
            self.resting.push_back((due, path));
        }
    }

    /// When the next second look is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let fronts = [self.resting.front(), self.backlog.front()];
        fronts.into_iter().flatten().map(|(due, _)| *due).min()
    }

    /// The next file to be judged at `now`, and what the first look found.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<(PathBuf, Option<Stamp>)> {
        loop {
            let is_due =
                |queue: &VecDeque<(Instant, PathBuf)>| queue.front().is_some_and(|(due, _)| *due <= now);
            let queue = if is_due(&self.resting) { &mut self.resting } else { &mut self.backlog };
            if !is_due(queue) {
                return None;
            }
            let (_, path) = queue.pop_front()?;
            let Some(candidate) = self.by_path.get_mut(&path) else { continue };
            // A file that was noticed again since is elsewhere in the queue, with a later time.
            if let Stage::Resting(before, due) = candidate.stage
                && due <= now
            {
                candidate.stage = Stage::Inspecting(before);
                return Some((path, before));
            }
        }
    }

    /// What is known about `path`.
    pub(crate) fn get(&self, path: &Path) -> Option<&Candidate> {
        self.by_path.get(path)
    }

    /// The judgement on `path` is there. The candidate is taken out.
    pub(crate) fn judged(&mut self, path: &Path) -> Option<Candidate> {
        self.by_path.remove(path)
    }

    /// Two looks differed: the file rests again from what was seen `last`.
    pub(crate) fn rest_again(
        &mut self,
        path: PathBuf,
        mut candidate: Candidate,
        last: Option<Stamp>,
        due: Instant,
    ) {
        candidate.stage = Stage::Resting(last, due);
        candidate.disturbed = false;
        candidate.restless += 1;
        self.by_path.insert(path.clone(), candidate);
        self.resting.push_back((due, path));
    }

    /// Lets the scan `round` wait for every candidate of this moment; returns how many.
    pub(crate) fn await_all(&mut self, round: u64) -> usize {
        for candidate in self.by_path.values_mut() {
            candidate.rounds.push(round);
        }
        self.by_path.len()
    }

    /// True when a first look is wanted.
    pub(crate) fn has_fresh(&self) -> bool {
        !self.fresh.is_empty()
    }

    /// Forgets all of them.
    pub(crate) fn clear(&mut self) {
        self.by_path.clear();
        self.fresh.clear();
        self.resting.clear();
        self.backlog.clear();
    }
}

impl Candidate {
    fn new(stage: Stage, origin: Origin) -> Self {
        Self {
            stage,
            origin,
            sealed: false,
            owner_lock: false,
            doubt: None,
            second_look: false,
            disturbed: false,
            restless: 0,
            rounds: Vec::new(),
        }
    }
}

/// Notes that each come up after the same delay, in the order they were put in.
#[derive(Debug)]
pub(crate) struct Reminders<T> {
    delay: Duration,
    waiting: VecDeque<(Instant, T)>,
}

impl<T> Reminders<T> {
    /// Reminders that come `delay` after they were set.
    pub(crate) fn after(delay: Duration) -> Self {
        Self { delay, waiting: VecDeque::new() }
    }

    /// Remembers `note`.
    pub(crate) fn set(&mut self, note: T, now: Instant) {
        self.waiting.push_back((now + self.delay, note));
    }

    /// When the next one is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.waiting.front().map(|(due, _)| *due)
    }

    /// The next note that is due at `now`.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<T> {
        if self.next_due()? > now {
            return None;
        }
        self.waiting.pop_front().map(|(_, note)| note)
    }

    /// Forgets all of them.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }
}
