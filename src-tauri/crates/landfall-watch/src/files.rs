//! What has been judged and reported about each file. Pure: no file system, no clock.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::candidates::{Candidate, Doubt, Origin};
use crate::inspection::Finding;
use crate::observation::{BrokenFile, Observation, ReadyFile};
use crate::options::KnownFile;
use crate::stamp::{ContentHash, Stamp};
use crate::workbook::Depth;

/// What was last reported about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    Ready(ContentHash),
    /// Broken, with the content.
    Broken(Option<ContentHash>),
}

#[derive(Debug)]
struct Entry {
    /// The version that was judged last. `None` when it could not be looked at.
    judged: Option<Stamp>,
    told: Told,
    /// The number of the last scan that saw it.
    seen: u64,
    /// It cannot be looked at, and that was said. What was told before still stands for its content.
    unreadable: bool,
}

/// All files that were judged.
#[derive(Debug, Default)]
pub(crate) struct Files {
    by_path: HashMap<PathBuf, Entry>,
}

/// What follows from a judgement.
#[derive(Debug, Default)]
pub(crate) struct Consequence {
    pub(crate) observation: Option<Observation>,
    /// The file differs from what was judged before.
    pub(crate) changed: bool,
    /// Look again later: if nothing happens to this version until then, the file is broken.
    pub(crate) doubt: Option<Doubt>,
}

impl Files {
    /// Begins with what the caller knows.
    pub(crate) fn known(known: Vec<KnownFile>) -> Self {
        let entry = |file: KnownFile| {
            let entry = Entry {
                judged: Some(file.stamp),
                told: Told::Ready(file.sha256),
                seen: 0,
                unreadable: false,
            };
            (file.path, entry)
        };
        Self { by_path: known.into_iter().map(entry).collect() }
    }

    /// The scan `number` saw `path` as `stamp`: does it have to be judged? A `thorough` scan tries files
    /// again that could not be read.
    pub(crate) fn sighted(&mut self, path: &Path, stamp: &Stamp, number: u64, thorough: bool) -> bool {
        let Some(entry) = self.by_path.get_mut(path) else { return true };
        entry.seen = number;
        (thorough && entry.unreadable) || !entry.judged.is_some_and(|judged| judged.agrees(stamp))
    }

    /// The files the scan `number` did not see.
    pub(crate) fn unseen(&self, number: u64) -> impl Iterator<Item = &Path> {
        self.by_path.iter().filter(move |(_, entry)| entry.seen != number).map(|(path, _)| path.as_path())
    }

    /// How closely the version `now` of `path` has to be checked. The structure is enough for a file whose
    /// writer closed it and that was never judged under this inode, because such a file was written from
    /// front to back; and for what lies there when the watch begins.
    pub(crate) fn depth(&self, path: &Path, now: Option<Stamp>, candidate: &Candidate) -> Depth {
        let judged = self.by_path.get(path).map(|entry| entry.judged.map(|stamp| stamp.inode));
        let is_new = judged.is_none_or(|inode| inode != now.map(|stamp| stamp.inode) && inode.is_some());
        let is_settled = candidate.sealed || (candidate.origin == Origin::FirstScan && judged.is_none());
        if is_new && is_settled { Depth::Structure } else { Depth::Content }
    }

    /// How many files are complete.
    pub(crate) fn ready(&self) -> usize {
        self.by_path.values().filter(|entry| matches!(entry.told, Told::Ready(_))).count()
    }

    /// Takes in a judgement on `path`, which is not [`Finding::Restless`].
    pub(crate) fn weigh(&mut self, path: PathBuf, finding: Finding, candidate: &Candidate) -> Consequence {
        let first_scan = candidate.origin == Origin::FirstScan;
        if matches!(finding, Finding::Absent) {
            let entry = self.by_path.remove(&path);
            let was_told = entry.as_ref().is_some_and(|it| it.told != Told::Nothing || it.unreadable);
            let observation = was_told.then_some(Observation::Removed { path });
            return Consequence { observation, changed: entry.is_some(), doubt: None };
        }
        let entry = self.by_path.entry(path.clone()).or_insert(Entry {
            judged: None,
            told: Told::Nothing,
            seen: 0,
            unreadable: false,
        });
        let before = entry.judged;
        let mut consequence = Consequence::default();
        match finding {
            Finding::Complete { stamp, sha256 } => {
                consequence.changed = before != Some(stamp);
                consequence.observation = if entry.told == Told::Ready(sha256) {
                    let is_news = consequence.changed || entry.unreadable;
                    is_news.then_some(Observation::Touched { path, stamp })
                } else {
                    let owner_lock = candidate.owner_lock;
                    Some(Observation::Ready(ReadyFile { path, stamp, sha256, owner_lock, first_scan }))
                };
                entry.judged = Some(stamp);
                entry.told = Told::Ready(sha256);
                entry.unreadable = false;
            }
            Finding::Flawed { stamp, sha256, reason } => {
                consequence.changed = before != Some(stamp);
                let is_final = candidate.doubt == Some(Doubt(Some(stamp)));
                consequence.doubt = consequence.changed.then_some(Doubt(Some(stamp)));
                if is_final && entry.told != Told::Broken(sha256) {
                    entry.told = Told::Broken(sha256);
                    consequence.observation =
                        Some(Observation::Broken(BrokenFile { path, reason, first_scan }));
                }
                entry.judged = Some(stamp);
                entry.unreadable = false;
            }
            Finding::Unreadable { stamp, reason } => {
                consequence.changed = before != stamp;
                if candidate.doubt == Some(Doubt(stamp)) && !entry.unreadable {
                    entry.unreadable = true;
                    consequence.observation =
                        Some(Observation::Broken(BrokenFile { path, reason, first_scan }));
                } else if !entry.unreadable {
                    consequence.doubt = Some(Doubt(stamp));
                }
                entry.judged = stamp;
            }
            Finding::Absent | Finding::NoFolder | Finding::Restless(_) => {}
        }
        consequence
    }
}
