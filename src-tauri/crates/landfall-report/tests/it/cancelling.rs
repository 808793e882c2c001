//! Being told to stop: at once, in every phase, with the query ended on the server and nothing left behind.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use landfall_tests::process::Signal;
use landfall_tests::program::{Program, Running};
use landfall_tests::{process, until};

use crate::support::{OwnReport, Scene, WITHIN};

/// A person's "at once", on a loaded machine.
const AT_ONCE: Duration = Duration::from_secs(3);

fn slow() -> OwnReport {
    OwnReport::of("SELECT n, pg_sleep(0.5)::text AS nap FROM generate_series(1, 200) n")
        .column("n", "integer")
        .column("nap", "text")
}

/// So many rows that saving the workbook takes a while.
fn many() -> OwnReport {
    OwnReport::of("SELECT n, md5(n::text) AS word FROM generate_series(1, 400000) n")
        .column("n", "integer")
        .column("word", "text")
}

fn queries(scene: &Scene) -> String {
    let name = scene.database.name();
    scene.database.sql(&format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND state = 'active' \
         AND application_name LIKE 'Landfall ticketing-report %'"
    ))
}

fn start(program: Program, phase: &str) -> Running {
    let running = program.args(["--progress", "json"]).spawn();
    let line = format!("\"phase\":\"{phase}\"");
    running.line(WITHIN, &format!("the phase {phase}"), |said| said.contains(&line));
    running
}

/// Sends the signal; the program must end at once with `exit` and leave the folder empty.
fn ends_at_once(scene: &Scene, running: Running, signal: Signal, exit: i32) {
    let asked = Instant::now();
    running.signal(signal);
    let finished = running.wait(WITHIN);
    assert!(asked.elapsed() < AT_ONCE, "took {:?}: {finished}", asked.elapsed());
    assert_eq!(finished.code(), exit, "{finished}");
    assert!(finished.stdout.contains("\"code\":\"cancelled\""), "{finished}");
    assert_eq!(scene.names(), Vec::<String>::new());
}

#[test]
fn sigterm_ends_the_query_on_the_server() {
    let scene = Scene::empty();
    let running = start(scene.own(&slow()), "querying");
    until(WITHIN, "the query at work", || queries(&scene) == "1");
    ends_at_once(&scene, running, Signal::TERM, 143);
    until(AT_ONCE, "the end of the query on the server", || queries(&scene) == "0");
}

#[test]
fn ctrl_c_does_the_same_with_130() {
    let scene = Scene::empty();
    let running = start(scene.own(&slow()).env("DB_SSLMODE", "disable"), "querying");
    until(WITHIN, "the query at work", || queries(&scene) == "1");
    ends_at_once(&scene, running, Signal::INT, 130);
    until(AT_ONCE, "the end of the query on the server", || queries(&scene) == "0");
}

#[test]
fn a_server_that_never_answers_does_not_hold_it_up() {
    let scene = Scene::empty();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port().to_string();
    let running = start(scene.january().env("DB_PORT", port), "connecting");
    ends_at_once(&scene, running, Signal::TERM, 143);
}

#[test]
fn it_stops_while_rows_arrive_and_while_the_workbook_is_saved() {
    let scene = Scene::empty();
    for phase in ["writing-rows", "finishing"] {
        let running = start(scene.own(&many()), phase);
        ends_at_once(&scene, running, Signal::TERM, 143);
    }
}

#[test]
fn an_owned_run_ends_with_its_owner() {
    let scene = Scene::empty();
    // Its standard input ends at once.
    let finished = scene.own(&slow()).arg("--owned").input("").args(["--progress", "json"]).run(WITHIN);
    assert_eq!(finished.code(), 143, "{finished}");
    assert_eq!(scene.names(), Vec::<String>::new());
}

#[test]
fn an_owned_run_ends_when_its_owner_is_killed() {
    let scene = Scene::empty();
    scene.define(&slow());
    // A shell that keeps the pipe open as long as it lives.
    let script = "\"$@\" --owned < <(sleep 600) & echo started; wait";
    let owner = Program::at("/bin/bash".as_ref())
        .args(["-c", script, "owner"])
        .arg(landfall_tests::program::binary("ticketing-report"))
        .args(["--definition", "own", "--previous-month", "--output"])
        .arg(scene.folder())
        .envs(scene.database.env())
        .env("LANDFALL_HOME", scene.home())
        .spawn();
    until(WITHIN, "the query at work", || queries(&scene) == "1");
    owner.kill();
    let home = scene.home().to_str().unwrap().to_owned();
    let mine = || {
        let all = process::with_environment("LANDFALL_HOME", &home);
        all.into_iter().filter(|pid| process::command_line(*pid).contains("ticketing-report")).count()
    };
    until(WITHIN, "the end of the generator", || mine() == 0);
    until(AT_ONCE, "the end of the query on the server", || queries(&scene) == "0");
    assert_eq!(scene.names(), Vec::<String>::new());
    for pid in process::with_environment("LANDFALL_HOME", &home) {
        process::signal(pid, Signal::KILL);
    }
}
