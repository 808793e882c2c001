//! The task behind a watch: it owns all state, starts the work on blocking threads and takes in its results.

mod presence;
mod work;

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::candidates::{Candidates, Doubt, Origin, Reminders};
use crate::files::Files;
use crate::inspection::Finding;
use crate::native::Inbox;
use crate::observation::{ActiveMode, Observation, PollReason, Scanned};
use crate::options::{KnownFile, Mode, Options};
use crate::rounds::{Reason, Round, Rounds};
use presence::Presence;
use work::Done;

/// How long an event may be on its way before a change found by a scan counts as missed by events.
const EVENT_DELAY: Duration = Duration::from_secs(2);
/// Time stamps can be as coarse as 2 s (FAT; NFS and shares have 1 s), so a file rewritten within that time
/// to the same size can look unchanged. Poll mode reads each file once more after it.
const COARSEST_STAMP: Duration = Duration::from_millis(2_100);
/// The system begins to watch a new folder a moment after it was made; what was written into it before is
/// found by one more scan after this time.
const NEW_FOLDER_DELAY: Duration = Duration::from_secs(1);
/// A file that keeps changing no longer holds up those who wait for a scan after this many looks.
const PATIENT_LOOKS: u32 = 3;
/// A file that is disturbed by events but does not change is judged after this many looks all the same.
const MOST_DISTURBANCES: u32 = 20;

/// Something to be delivered in order.
enum Output {
    Observation(Observation),
    Answer(Vec<oneshot::Sender<()>>),
}

pub(crate) struct Task {
    options: Options,
    stop: Arc<AtomicBool>,
    observe: mpsc::Sender<Observation>,
    requests: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
    outbox: VecDeque<Output>,
    presence: Presence,
    inbox: Arc<Inbox>,
    mode: ActiveMode,
    files: Files,
    candidates: Candidates,
    rounds: Rounds,
    /// Versions found flawed, to be called broken if they stay so.
    doubts: Reminders<(PathBuf, Doubt)>,
    second_looks: Reminders<PathBuf>,
    /// Changes found by a scan that no event has told yet, and since when.
    suspects: HashMap<PathBuf, Instant>,
    jobs: JoinSet<Done>,
    scanning: bool,
    glancing: bool,
    inspecting: usize,
    wanted: Option<Reason>,
    was_scanned: bool,
    next_scan: Option<Instant>,
    next_thorough: Instant,
    scan_again: Option<Instant>,
}

impl Task {
    pub(crate) fn new(
        options: Options,
        known: Vec<KnownFile>,
        observe: mpsc::Sender<Observation>,
        requests: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
        stop: Arc<AtomicBool>,
    ) -> Self {
        Self {
            doubts: Reminders::after(options.broken_after),
            options,
            stop,
            observe,
            requests,
            outbox: VecDeque::new(),
            presence: Presence::unknown(),
            inbox: Arc::default(),
            mode: ActiveMode::Events,
            files: Files::known(known),
            candidates: Candidates::default(),
            rounds: Rounds::default(),
            second_looks: Reminders::after(COARSEST_STAMP),
            suspects: HashMap::new(),
            jobs: JoinSet::new(),
            scanning: false,
            glancing: false,
            inspecting: 0,
            wanted: None,
            was_scanned: false,
            next_scan: None,
            next_thorough: Instant::now(),
            scan_again: None,
        }
    }

    /// Runs until the [`crate::Watch`] is dropped.
    pub(crate) async fn run(mut self) {
        loop {
            self.on_time(Instant::now());
            self.start_work();
            if !self.deliver().await {
                return;
            }
            let wake = self.next_wake();
            tokio::select! {
                Some(done) = self.jobs.join_next() => {
                    self.take_in(done);
                    while let Some(done) = self.jobs.try_join_next() {
                        self.take_in(done);
                    }
                }
                () = self.inbox.filled() => self.take_news(),
                request = self.requests.recv() => match request {
                    Some(waiter) => {
                        self.rounds.ask(waiter);
                        self.presence.check_soon();
                    }
                    None => return,
                },
                () = sleep_until(wake) => {}
            }
        }
    }

    /// Hands over what is in the outbox; false when nobody receives any longer.
    async fn deliver(&mut self) -> bool {
        while let Some(output) = self.outbox.pop_front() {
            match output {
                Output::Observation(observation) => {
                    if self.observe.send(observation).await.is_err() {
                        return false;
                    }
                }
                Output::Answer(waiters) => {
                    for waiter in waiters {
                        // Who asked may have stopped waiting.
                        let _ = waiter.send(());
                    }
                }
            }
        }
        true
    }

    fn tell(&mut self, observation: Observation) {
        self.outbox.push_back(Output::Observation(observation));
    }

    fn want_scan(&mut self, reason: Reason) {
        // A scan that is reported or forgives missing events must not become a plain one.
        let rank = |reason| match reason {
            Reason::First => 4,
            Reason::Return => 3,
            Reason::Events => 2,
            Reason::Reconcile => 1,
            Reason::Poll => 0,
        };
        if self.wanted.is_none_or(|wanted| rank(reason) > rank(wanted)) {
            self.wanted = Some(reason);
        }
    }

    /// Does what is due at `now`.
    fn on_time(&mut self, now: Instant) {
        self.watch_presence(now);
        if !self.presence.is_here() {
            return;
        }
        while let Some((path, doubt)) = self.doubts.take_due(now) {
            self.candidates.notice(path, Origin::Change, false).doubt = Some(doubt);
        }
        while let Some(path) = self.second_looks.take_due(now) {
            self.candidates.notice(path, Origin::Change, false).second_look = true;
        }
        if self.scan_again.is_some_and(|due| due <= now) {
            self.scan_again = None;
            self.want_scan(Reason::Events);
        }
        if self.rounds.is_asked() {
            self.want_scan(Reason::Reconcile);
        }
        if self.next_scan.is_some_and(|due| due <= now) {
            let is_thorough = self.mode == ActiveMode::Events || self.next_thorough <= now;
            self.want_scan(if is_thorough { Reason::Reconcile } else { Reason::Poll });
        }
        let missed = self.suspects.iter().find(|(_, noticed)| **noticed + EVENT_DELAY <= now);
        if let Some((path, _)) = missed {
            let reason = PollReason::EventMissed(path.clone());
            self.poll_from_now_on(reason);
        }
    }

    /// The time of the next thing to do if nothing happens before.
    fn next_wake(&self) -> Instant {
        let can_inspect = self.inspecting < self.options.concurrency.get();
        let here = [
            self.candidates.next_due().filter(|_| can_inspect),
            self.doubts.next_due(),
            self.second_looks.next_due(),
            self.scan_again,
            self.next_scan.filter(|_| !self.scanning),
            self.suspects.values().min().map(|noticed| *noticed + EVENT_DELAY),
        ];
        let here = here.into_iter().flatten().filter(|_| self.presence.is_here()).min();
        let folder = self.presence.next_due(&self.options);
        here.map_or(folder, |due| due.min(folder))
    }

    fn take_news(&mut self) {
        let news = self.inbox.empty();
        for (path, sealed) in news.files {
            self.suspects.remove(&path);
            self.candidates.notice(path, Origin::Change, sealed);
        }
        if news.folder {
            self.presence.check_soon();
        }
        if news.scan {
            self.want_scan(Reason::Events);
            self.scan_again = self.options.recursive.then(|| Instant::now() + NEW_FOLDER_DELAY);
        }
        if let Some(failure) = news.failure {
            self.poll_from_now_on(PollReason::Refused(failure.to_string()));
        }
    }

    fn poll_from_now_on(&mut self, reason: PollReason) {
        self.presence.unsubscribe();
        self.suspects.clear();
        self.set_mode(ActiveMode::Poll(reason));
        self.want_scan(Reason::Poll);
    }

    fn set_mode(&mut self, mode: ActiveMode) {
        if self.mode == mode {
            return;
        }
        tracing::info!(%mode, "watching in another way");
        self.mode = mode.clone();
        if self.was_scanned {
            self.tell(Observation::ModeChanged { mode });
        }
    }

    /// Takes in a judgement and tells what follows from it.
    fn take_finding(&mut self, path: PathBuf, finding: Finding, owner_lock: bool) {
        let now = Instant::now();
        let Some(mut candidate) = self.candidates.judged(&path) else { return };
        candidate.owner_lock |= owner_lock;
        let last = match &finding {
            Finding::NoFolder => {
                self.presence.check_soon();
                self.candidates.rest_again(path, candidate, None, now + self.options.folder_check_interval);
                return;
            }
            Finding::Restless(stamp) => Some(*stamp),
            Finding::Absent => candidate.disturbed.then_some(None),
            Finding::Complete { stamp, .. } | Finding::Flawed { stamp, .. } => {
                candidate.disturbed.then_some(Some(*stamp))
            }
            Finding::Unreadable { stamp, .. } => candidate.disturbed.then_some(*stamp),
        };
        if let Some(last) = last
            && (matches!(finding, Finding::Restless(_)) || candidate.restless < MOST_DISTURBANCES)
        {
            if candidate.restless >= PATIENT_LOOKS {
                let rounds = std::mem::take(&mut candidate.rounds);
                self.settle(rounds);
            }
            self.candidates.rest_again(path, candidate, last, now + self.options.settle);
            return;
        }
        let consequence = self.files.weigh(path.clone(), finding, &candidate);
        if let Some(doubt) = consequence.doubt {
            self.doubts.set((path.clone(), doubt), now);
        }
        let is_news = consequence.changed || consequence.observation.is_some();
        if is_news && candidate.origin != Origin::FirstScan && !candidate.second_look && self.polls() {
            self.second_looks.set(path.clone(), now);
        }
        let events_should_tell = self.mode == ActiveMode::Events && self.options.mode == Mode::Auto;
        if consequence.changed && candidate.origin == Origin::Reconcile && events_should_tell {
            self.suspects.insert(path, now);
        }
        if let Some(observation) = consequence.observation {
            self.tell(observation);
        }
        self.settle(candidate.rounds);
    }

    /// One of the files these scans wait for is judged.
    fn settle(&mut self, rounds: Vec<u64>) {
        for number in rounds {
            if let Some(round) = self.rounds.judged(number) {
                self.finish(round);
            }
        }
    }

    fn finish(&mut self, mut round: Round) {
        let waiters = round.take_waiters();
        if round.reason != Reason::Poll || !waiters.is_empty() {
            self.was_scanned = true;
            self.tell(Observation::Scanned(Scanned {
                first: round.reason == Reason::First,
                mode: self.mode.clone(),
                files: round.files,
                ready: self.files.ready(),
                listing: round.listing,
            }));
        }
        if !waiters.is_empty() {
            self.outbox.push_back(Output::Answer(waiters));
        }
    }

    fn polls(&self) -> bool {
        matches!(self.mode, ActiveMode::Poll(_))
    }
}
