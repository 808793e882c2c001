//! kill -9 in every phase: nothing that looks finished is half done, and recovery leaves nothing behind.

use landfall_core::sidecar::Sidecar;
use landfall_report::publish::{Recovered, recover};
use landfall_tests::workbook::Workbook;

use crate::support::{OwnReport, Scene, WITHIN, made};

const RUN: u64 = 10_001;
const FILE: &str = "own-2025-01-01-to-2025-01-31-10001.xlsx";

fn report() -> OwnReport {
    OwnReport::of("SELECT n, md5(n::text) AS word FROM generate_series(1, 60000) n")
        .column("n", "integer")
        .column("word", "text")
}

/// Kills a run when it enters `phase`; how it ended.
fn killed_in(phase: &str) -> (Scene, Recovered) {
    let scene = Scene::empty();
    let options = ["--run", &RUN.to_string(), "--progress", "json"];
    let running = scene.own(&report()).args(options).spawn();
    let line = format!("\"phase\":\"{phase}\"");
    running.line(WITHIN, &format!("the phase {phase}"), |said| said.contains(&line));
    running.kill();
    let finished = running.wait(WITHIN);
    assert!(finished.code() == 137 || finished.code() == 0, "{finished}");
    // What can be seen before recovery is complete, or hidden.
    for name in scene.names().iter().filter(|name| !name.starts_with('.')) {
        assert!(*name == FILE || *name == format!("{FILE}.json"), "{name}");
    }
    if scene.names().contains(&FILE.to_owned()) {
        assert_eq!(Workbook::read(&scene.folder().join(FILE)).sheet("My own").rows.len(), 60_001);
    }
    let recovered = recover(scene.folder(), RUN, FILE).unwrap();
    (scene, recovered)
}

fn is_clean(scene: &Scene, recovered: &Recovered) {
    match recovered {
        Recovered::Nothing => assert_eq!(scene.names(), Vec::<String>::new()),
        Recovered::Published(sidecar) => {
            assert_eq!(scene.names(), [FILE.to_owned(), format!("{FILE}.json")]);
            let text = std::fs::read(scene.folder().join(format!("{FILE}.json"))).unwrap();
            assert_eq!(serde_json::from_slice::<Sidecar>(&text).unwrap(), **sidecar);
            assert_eq!(sidecar.rows, 60_000);
        }
        Recovered::AtWork => panic!("the generator is dead"),
    }
}

#[test]
fn a_kill_before_publishing_leaves_nothing() {
    for phase in ["connecting", "querying", "writing-rows", "finishing"] {
        let (scene, recovered) = killed_in(phase);
        assert_eq!(recovered, Recovered::Nothing, "{phase}");
        is_clean(&scene, &recovered);
        // The job can be run again.
        assert!(made(scene.own(&report()).args(["--run", "10002"])).exists());
    }
}

#[test]
fn a_kill_while_checking_or_publishing_leaves_all_or_nothing() {
    for phase in ["checking", "publishing"] {
        for _ in 0..3 {
            let (scene, recovered) = killed_in(phase);
            is_clean(&scene, &recovered);
        }
    }
}

#[test]
fn a_later_run_sweeps_what_died_long_ago_and_leaves_the_rest() {
    let scene = Scene::with_tickets(5);
    let aged = |name: &str, hours: u64| {
        let path = scene.folder().join(name);
        let file = std::fs::File::create(&path).unwrap();
        let then = file.metadata().unwrap().modified().unwrap() - std::time::Duration::from_hours(hours);
        file.set_modified(then).unwrap();
    };
    aged(".old-1.xlsx.10001.part", 48);
    aged(".new-2.xlsx.10002.part", 1);
    aged("mine.xlsx", 1000);
    scene.made();
    let names = scene.names();
    assert!(!names.contains(&".old-1.xlsx.10001.part".to_owned()), "{names:?}");
    assert!(names.contains(&".new-2.xlsx.10002.part".to_owned()) && names.contains(&"mine.xlsx".to_owned()));
}
