//! Scans under way: each is finished when every file it concerns has been judged.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::oneshot;

/// Why the folder is scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The first scan of this watch.
    First,
    /// The folder is back.
    Return,
    /// The caller asked, or the time between reconciling scans is over.
    Reconcile,
    /// Events were lost, or something happened to a folder.
    Events,
    /// Poll mode.
    Poll,
}

/// A scan whose files are being judged.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) reason: Reason,
    /// Files the scan listed.
    pub(crate) files: usize,
    /// How long listing took.
    pub(crate) listing: Duration,
    /// Files that are not judged yet.
    outstanding: usize,
    /// Those who asked for this scan.
    waiters: Vec<oneshot::Sender<()>>,
}

/// All scans whose files are being judged, by number.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    last: u64,
    open: BTreeMap<u64, Round>,
    waiting: Vec<oneshot::Sender<()>>,
}

impl Rounds {
    /// Somebody wants to know when the next scan to begin is through.
    pub(crate) fn ask(&mut self, waiter: oneshot::Sender<()>) {
        self.waiting.push(waiter);
    }

    /// True when somebody waits for a scan that has not begun.
    pub(crate) fn is_asked(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// A scan begins. It serves all who asked until now.
    pub(crate) fn begin(&mut self) -> Vec<oneshot::Sender<()>> {
        std::mem::take(&mut self.waiting)
    }

    /// A scan has listed the folder. Returns its number.
    pub(crate) fn open(
        &mut self,
        reason: Reason,
        files: usize,
        listing: Duration,
        waiters: Vec<oneshot::Sender<()>>,
    ) -> u64 {
        self.last += 1;
        self.open.insert(self.last, Round { reason, files, listing, outstanding: 0, waiters });
        self.last
    }

    /// The scan `number` waits for `files` judgements. Returned at once when there are none.
    pub(crate) fn expect(&mut self, number: u64, files: usize) -> Option<Round> {
        let round = self.open.get_mut(&number)?;
        round.outstanding = files;
        if files == 0 { self.open.remove(&number) } else { None }
    }

    /// One judgement for the scan `number` is there. Returns the scan when it was the last one.
    pub(crate) fn judged(&mut self, number: u64) -> Option<Round> {
        let round = self.open.get_mut(&number)?;
        round.outstanding = round.outstanding.saturating_sub(1);
        if round.outstanding == 0 { self.open.remove(&number) } else { None }
    }

    /// The folder is lost: nothing more can be judged, so nobody waits any longer.
    pub(crate) fn give_up(&mut self) {
        self.open.clear();
        self.waiting.clear();
    }
}

impl Round {
    /// Takes out those who asked for this scan, to be told after its last observation was delivered.
    pub(crate) fn take_waiters(&mut self) -> Vec<oneshot::Sender<()>> {
        std::mem::take(&mut self.waiters)
    }
}
