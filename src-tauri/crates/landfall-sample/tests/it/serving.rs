//! Starting, serving and stopping.

use std::fs;
use std::process::{Command, Stdio};

use landfall_database::sample_events::SampleEvent;
use landfall_tests::process::Signal;
use landfall_tests::until;

use crate::program::{DEADLINE, Folder, PROGRAM, Sampledb, command, command_on};

#[tokio::test]
async fn a_first_start_fills_the_window_and_the_next_has_nothing_to_fill() {
    let folder = Folder::empty();
    let first = Sampledb::start(&folder);
    assert_eq!(first.seen[0], SampleEvent::Starting);
    assert_eq!(first.seen[first.seen.len() - 2], SampleEvent::Filling { days_done: 400, days_total: 400 });
    let client = first.connect().await;
    let range = "SELECT min(created_at)::date::text, max(created_at)::date::text, count(*) FROM tickets";
    let row = client.query_one(range, &[]).await.unwrap();
    assert_eq!((row.get(0), row.get(1)), ("2025-10-18", "2026-11-21"));
    assert!((45_000..55_000).contains(&row.get::<_, i64>(2)));
    drop(client);
    assert_eq!(first.stop(), Some(0));

    let second = Sampledb::start(&folder);
    assert!(!second.filled_days() && !second.rebuilt(), "{:?}", second.seen);
}

#[test]
fn a_later_day_is_topped_up() {
    let folder = Folder::filled();
    let mut later = Sampledb::spawn(command_on(&folder.path(), "2026-11-25").arg("--owned"));
    later.wait_for(|event| matches!(event, SampleEvent::Ready { .. }));
    assert_eq!(later.seen[1], SampleEvent::Filling { days_done: 400, days_total: 400 });
    assert!(!later.rebuilt());
}

#[test]
fn it_serves_on_the_loopback_address_only() {
    let folder = Folder::filled();
    let sampledb = Sampledb::start(&folder);
    let sockets = Command::new("ss").args(["-Hltnp"]).output().unwrap();
    let sockets = String::from_utf8(sockets.stdout).unwrap();
    let of =
        |pid: u32| sockets.lines().filter(|line| line.contains(&format!("pid={pid},"))).collect::<Vec<_>>();
    let ours = of(sampledb.pid());
    assert!(ours.len() == 1 && ours[0].contains(" 127.0.0.1:"), "{ours:?}");
    assert!(of(folder.backend()).is_empty(), "PostgreSQL itself is reached through its folder only");
}

#[test]
fn a_second_instance_says_so_and_has_its_own_exit_code() {
    let folder = Folder::filled();
    let _first = Sampledb::start(&folder);
    let mut second = Sampledb::spawn(&mut command(&folder));
    second.wait_for(|event| matches!(event, SampleEvent::Failed { .. }));
    let Some(SampleEvent::Failed { message, .. }) = second.seen.last() else { panic!() };
    assert!(message.contains("another landfall-sampledb"), "{message}");
    assert_eq!(second.exit_code(), Some(3));
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_with_a_hint() {
    let folder = Folder::empty();
    fs::write(folder.path(), "").unwrap();
    let mut sampledb = Sampledb::spawn(Command::new(PROGRAM).arg("--data").arg(folder.path().join("data")));
    sampledb.wait_for(|event| matches!(event, SampleEvent::Failed { .. }));
    let Some(SampleEvent::Failed { hint, .. }) = sampledb.seen.last() else { panic!() };
    assert!(hint.contains("a folder you may write to"), "{hint}");
    assert_eq!(sampledb.exit_code(), Some(1));
}

#[test]
fn sigterm_and_sigint_stop_it_cleanly_with_nobody_left() {
    for signal in [Signal::TERM, Signal::INT] {
        let folder = Folder::filled();
        let mut sampledb = Sampledb::start(&folder);
        sampledb.signal(signal);
        assert_eq!(sampledb.exit_code(), Some(0));
        until(DEADLINE, "no process on the folder", || folder.processes().is_empty());
    }
}

#[test]
fn without_an_owner_it_does_not_care_for_standard_input() {
    let folder = Folder::filled();
    let mut sampledb = Sampledb::spawn(command(&folder).stdin(Stdio::null()));
    sampledb.wait_for(|event| matches!(event, SampleEvent::Ready { .. }));
    sampledb.signal(Signal::TERM);
    assert_eq!(sampledb.exit_code(), Some(0));
}
