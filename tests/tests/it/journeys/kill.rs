//! kill -9 in every phase of a run, of every process that takes part.

use std::fs;
use std::time::{Duration, Instant};

use landfall_core::api::{AppEvent, Command, Reply, RunRequest};
use landfall_core::period::PeriodChoice;
use landfall_core::run::Phase;
use landfall_tests::home::Home;
use landfall_tests::process::{self, Signal};
use landfall_tests::program::{Running, binary};
use landfall_tests::until;
use landfall_wire::places::Surroundings;
use landfall_wire::{Door, Launch, Places};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::vocabulary::Computer;

const PHASES: [Phase; 8] = [
    Phase::Queued,
    Phase::StartingDatabase,
    Phase::Connecting,
    Phase::Querying,
    Phase::WritingRows,
    Phase::Finishing,
    Phase::Checking,
    Phase::Publishing,
];

/// A phase of milliseconds is not met at every attempt.
const ATTEMPTS: u32 = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    Engine,
    Generator,
    SampleDatabase,
}

impl Victim {
    fn pids(self, computer: &Computer) -> Vec<u32> {
        match self {
            Self::Engine => computer.engines(),
            Self::Generator => computer.processes("ticketing-report"),
            Self::SampleDatabase => computer.processes("landfall-sampledb"),
        }
    }

    /// The phases in which it must be there, and that last long enough to be met. What a kill leaves behind in the
    /// moments after them is laid out on the disk by the tests of the generator itself.
    fn must_die_in(self, phase: Phase) -> bool {
        match self {
            Self::Engine => true,
            Self::Generator => (Phase::Connecting..=Phase::Finishing).contains(&phase),
            Self::SampleDatabase => phase >= Phase::Connecting,
        }
    }

    fn kill(self, computer: &Computer) -> bool {
        let pids = self.pids(computer);
        for pid in &pids {
            process::signal(*pid, Signal::KILL);
        }
        !pids.is_empty()
    }
}

#[test]
fn the_engine_killed_in_every_phase_loses_nothing() {
    kill_in_every_phase(Victim::Engine);
}

#[test]
fn the_generator_killed_in_every_phase_loses_nothing() {
    kill_in_every_phase(Victim::Generator);
}

#[test]
fn the_sample_database_killed_in_every_phase_loses_nothing() {
    kill_in_every_phase(Victim::SampleDatabase);
}

#[test]
#[ignore = "soak: kills at random moments, run by `cargo xtask soak journeys`"]
fn soak_kills_at_random_moments_lose_nothing() {
    let rounds =
        std::env::var("LANDFALL_SOAK_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(50_u64);
    let computer = Computer::with_sample();
    let watch = listener(&computer);
    for round in 0..rounds {
        // A spread of moments over two seconds that is the same in every soak.
        let moment = Duration::from_millis(round * 7_919 % 2_000);
        let victim = [Victim::Engine, Victim::Generator, Victim::SampleDatabase][(round % 3) as usize];
        let running = computer.starts("report run --previous-month --no-wait --json");
        let finished = running.wait(Duration::from_mins(1));
        let number = number_in(&finished.stdout);
        std::thread::sleep(moment);
        victim.kill(&computer);
        settles(&computer, number, &format!("{victim:?} after {moment:?}"));
    }
    announces_each_workbook_once(&computer, &watch);
}

fn kill_in_every_phase(victim: Victim) {
    let computer = Computer::with_sample();
    let watch = listener(&computer);
    for phase in PHASES {
        let number = (1..=ATTEMPTS)
            .find_map(|attempt| {
                let (number, killed) = run_and_kill(&computer, phase, victim);
                let when =
                    format!("{victim:?} killed in {phase:?}, attempt {attempt} (there was one: {killed})");
                settles(&computer, number, &when);
                let hit =
                    killed && !(victim == Victim::Generator && computer.run(number)["state"] == "succeeded");
                (hit || !victim.must_die_in(phase)).then_some(number)
            })
            .unwrap_or_else(|| panic!("{victim:?} was never there to be killed in {phase:?}"));
        let again = computer.makes(&format!("report retry {number}"));
        assert_eq!(again["state"], "succeeded", "{victim:?} in {phase:?}: {again}");
        assert_eq!(again["repeats"], number);
    }
    announces_each_workbook_once(&computer, &watch);
    drop(watch);
    computer.comes_to_rest();
}

/// `landfall watch`, listening.
fn listener(computer: &Computer) -> Running {
    let watch = computer.starts("watch --json");
    until(Duration::from_secs(30), "the engine of the watch", || !computer.engines().is_empty());
    watch
}

/// Asks for a run as a door, and kills the victim as soon as the run is in `phase`, or past it. Gives the number of
/// the run, and whether there was a victim.
fn run_and_kill(computer: &Computer, phase: Phase, victim: Victim) -> (u64, bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut door = Door::connect_or_start(&places(&computer.home), &launch(&computer.home))
            .await
            .expect("an engine");
        let subscribe = Command::Subscribe { presents: false, announcements_after: None };
        door.ask(subscribe).await.expect("a connection").expect("a subscription");
        let request = RunRequest::new(PeriodChoice::PreviousMonth);
        let reply = door.ask(Command::RunReport(request)).await.expect("a connection").expect("a run");
        let Reply::RunAccepted { run, .. } = reply else { panic!("{reply:?}") };
        // Looking for a process takes longer than the last phases last, so it is known before they come.
        let mut pids = Vec::new();
        let reached = async {
            loop {
                let event = door.next_event().await.expect("a connection");
                let AppEvent::RunChanged(seen) = event else { continue };
                if seen.number != run.number {
                    continue;
                }
                if pids.is_empty() {
                    pids = victim.pids(computer);
                }
                if seen.phase().is_none_or(|now| now >= phase) {
                    for pid in &pids {
                        process::signal(*pid, Signal::KILL);
                    }
                    return (run.number, !pids.is_empty());
                }
            }
        };
        tokio::time::timeout(Duration::from_mins(1), reached).await.expect("the phase comes")
    })
}

/// The run is over, and shown as it really ended; nothing half-made is left.
fn settles(computer: &Computer, number: u64, when: &str) {
    let mut run = Value::Null;
    until(Duration::from_mins(1), "the run to be over", || {
        run = computer.run(number);
        ["succeeded", "failed", "cancelled"].contains(&run["state"].as_str().unwrap_or_default())
    });
    let file = computer.home.reports().join(run["file"].as_str().expect("a file"));
    let sidecar = file.with_file_name(format!("{}.json", run["file"].as_str().expect("a file")));
    if run["state"] == "succeeded" {
        let bytes = fs::read(&file).unwrap_or_else(|error| panic!("{when}: {error}"));
        assert_eq!(run["sha256"], hex::encode(Sha256::digest(bytes)), "{when}");
        assert!(sidecar.is_file(), "{when}: the description is missing");
    } else {
        assert_eq!(run["state"], "failed", "{when}: nobody cancelled it");
        let code = run["error"]["code"].as_str().unwrap_or_default();
        let known = ["interrupted", "generator-crashed", "sample-database"];
        assert!(known.contains(&code), "{when}: {run}");
        assert!(!file.exists() && !sidecar.exists(), "{when}: a file of a failed run is there");
    }
    assert!(computer.home.temporary_files().is_empty(), "{when}: {:?}", computer.home.temporary_files());
    computer.has_one_engine();
    assert!(computer.processes("ticketing-report").is_empty(), "{when}: a generator is left");
}

fn announces_each_workbook_once(computer: &Computer, watch: &Running) {
    let wanted = computer.workbooks();
    let deadline = Instant::now() + Duration::from_secs(30);
    while announced(&watch.stdout()).len() < wanted.len() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut announced = announced(&watch.stdout());
    announced.sort();
    assert_eq!(announced, wanted, "every workbook once, and nothing else: {}", watch.stdout());
}

/// Names of files in the lines of `landfall watch --json`, digests included.
fn announced(lines: &str) -> Vec<String> {
    lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .flat_map(|value| match value["type"].as_str() {
            Some("finished") => vec![value["path"].clone()],
            Some("digest") => {
                let files = value["announcements"].as_array().cloned().unwrap_or_default();
                files.iter().map(|file| file["path"].clone()).collect()
            }
            _ => Vec::new(),
        })
        .filter_map(|path| path.as_str().map(str::to_owned))
        .collect()
}

fn number_in(json: &str) -> u64 {
    let value: Value = serde_json::from_str(json).expect("JSON");
    value["run"]["number"].as_u64().expect("a number")
}

fn places(home: &Home) -> Places {
    Places::of(&Surroundings {
        landfall_home: Some(home.data()),
        home: home.path(),
        runtime: Some(home.runtime()),
        ..Surroundings::default()
    })
}

fn launch(home: &Home) -> Launch {
    let mut launch = Launch::engine_of(binary("landfall"));
    launch.environment = home.env().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    launch
}
