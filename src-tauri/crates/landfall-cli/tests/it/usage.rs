//! What holds for every command.

use std::fs;
use std::io::Read;
use std::process::{Command as Process, Stdio};

use landfall_core::api::Reply;

use crate::engine::{SOON, ScriptedEngine, unexpected};

#[test]
fn wrong_words_are_exit_code_2_also_as_json() {
    let engine = ScriptedEngine::new(unexpected);
    for words in [
        "",
        "report run",
        "report run --current-month --previous-month",
        "report list --state asleep",
        "nonsense",
    ] {
        let ended = engine.landfall(words).run(SOON);
        assert_eq!((ended.code(), ended.stdout.as_str()), (2, ""), "{ended}");
        assert!(ended.stderr.contains("Usage") || ended.stderr.contains("possible values"), "{ended}");
    }
    let ended = engine.landfall("report run --json").run(SOON);
    assert_eq!((ended.code(), &ended.json()["error"]["code"]), (2, &"usage".into()), "{ended}");
    assert_eq!(engine.all_asked(), []);
}

#[test]
fn a_reader_that_closes_standard_output_is_no_error() {
    let engine = ScriptedEngine::new(unexpected);
    let runs: Vec<_> =
        (0..5000).map(|number| engine.run(10_000 + number, crate::engine::succeeded())).collect();
    let total = runs.len() as u64;
    let mut engine = engine;
    engine.restart(move |_| Ok(Reply::Runs { runs: runs.clone(), total }));
    for words in [&["report", "list", "--limit", "0"][..], &["completions", "bash"]] {
        let mut landfall = Process::new(env!("CARGO_BIN_EXE_landfall"))
            .args(words)
            .envs(engine.home.env())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(landfall.stdout.take());
        let mut said = String::new();
        landfall.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let status = landfall.wait().unwrap();
        assert!(status.success(), "{words:?}: {status}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn an_earlier_crash_is_offered_once() {
    let engine = ScriptedEngine::new(|_| Ok(Reply::Runs { runs: vec![], total: 0 }));
    let report = engine.home.data().join("crashes/engine-20261122T080000.crash.txt");
    fs::write(&report, "it broke").unwrap();
    engine.change_snapshot(|snapshot| snapshot.status.crashes = vec![report.display().to_string()]);
    let ended = engine.landfall("report list").run(SOON);
    let seen = report.with_file_name("engine-20261122T080000.crash.seen.txt");
    assert!(ended.stderr.contains(&seen.display().to_string()), "{ended}");
    assert_eq!(fs::read_to_string(seen).unwrap(), "it broke");
}

#[test]
fn the_engines_state_is_told_without_starting_one() {
    let engine = ScriptedEngine::new(unexpected);
    let ended = engine.landfall("engine status --json").run(SOON);
    assert_eq!((ended.code(), &ended.json()["running"]), (0, &true.into()), "{ended}");
    let home = landfall_tests::home::Home::new();
    let ended = engine.landfall("engine status --json").envs(home.env()).run(SOON);
    assert_eq!((ended.code(), &ended.json()["running"]), (3, &false.into()), "{ended}");
    assert_eq!(home.processes(), Vec::<u32>::new());
}

#[test]
fn completions_and_the_manual_are_printed() {
    let engine = ScriptedEngine::new(unexpected);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let ended = engine.landfall(&format!("completions {shell}")).run(SOON);
        assert!(ended.code() == 0 && ended.stdout.contains("previous-month"), "{shell}: {ended}");
    }
    let ended = engine.landfall("man").run(SOON);
    assert!(ended.stdout.contains(".TH landfall"), "{ended}");
}
