//! All processes of one app: itself, what the web view starts for it, and the engine.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use landfall_tests::home::Home;
use landfall_tests::process;

/// Names as the kernel keeps them. The desktop's own programs run with the same environment and are none of them.
const NAMES: [&str; 6] = [
    "landfall-desktop",
    "landfall-bare",
    "landfall",
    "landfall-sampledb",
    "WebKitWebProcess",
    "WebKitNetworkProcess",
];
/// Linux counts the time of processors in hundredths of a second.
const TICKS_IN_A_SECOND: f64 = 100.0;
/// An app at rest takes less than this in a second.
const AT_REST_TICKS: u64 = 1;
const AT_REST_FOR: Duration = Duration::from_secs(3);
const AT_REST_WITHIN: Duration = Duration::from_mins(1);

/// The processes of one home.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    data: PathBuf,
}

impl Group {
    pub(crate) fn of(home: &Home) -> Self {
        Self { data: home.data() }
    }

    pub(crate) fn pids(&self) -> Vec<u32> {
        let ours = process::with_environment("LANDFALL_HOME", &self.data.display().to_string());
        let named: Vec<u32> = NAMES.iter().flat_map(|name| process::named(name)).collect();
        ours.into_iter().filter(|pid| named.contains(pid)).collect()
    }

    /// Memory in MiB, each shared page counted in parts, so that the sum over all processes is what they cost.
    pub(crate) fn memory(&self) -> f64 {
        let kib: u64 = self.pids().into_iter().filter_map(pss).sum();
        kib as f64 / 1024.0
    }

    /// The same, each process by its name.
    pub(crate) fn memory_by_process(&self) -> String {
        let one = |pid: u32| {
            let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            format!("{} {:.1}", name.trim_end(), pss(pid).unwrap_or_default() as f64 / 1024.0)
        };
        self.pids().into_iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// Waits until all have been quiet for some seconds.
    pub(crate) fn comes_to_rest(&self) {
        let deadline = Instant::now() + AT_REST_WITHIN;
        let mut quiet_since = Instant::now();
        let mut before = self.ticks();
        while quiet_since.elapsed() < AT_REST_FOR {
            assert!(Instant::now() < deadline, "not at rest within {AT_REST_WITHIN:?}");
            thread::sleep(Duration::from_secs(1));
            let now = self.ticks();
            if now.saturating_sub(before) > AT_REST_TICKS {
                quiet_since = Instant::now();
            }
            before = now;
        }
    }

    /// The share of one processor that all of them took together over this time, in percent.
    pub(crate) fn load_over(&self, time: Duration) -> f64 {
        let (before, started) = (self.ticks(), Instant::now());
        thread::sleep(time);
        let ticks = self.ticks().saturating_sub(before);
        ticks as f64 / TICKS_IN_A_SECOND / started.elapsed().as_secs_f64() * 100.0
    }

    /// Ends all of them.
    pub(crate) fn kill(&self) {
        for pid in self.pids() {
            process::signal(pid, process::Signal::KILL);
        }
        landfall_tests::until(Duration::from_secs(20), "all processes to be gone", || self.pids().is_empty());
    }

    fn ticks(&self) -> u64 {
        self.pids().into_iter().filter_map(ticks).sum()
    }
}

/// The proportional set size in KiB.
fn pss(pid: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// User and system time (proc(5), fields 14 and 15 of `stat`).
fn ticks(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}
