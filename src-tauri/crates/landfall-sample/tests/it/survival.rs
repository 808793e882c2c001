//! Kills, damage, and never staying behind.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use landfall_database::sample_events::SampleEvent;
use landfall_tests::process::Signal;
use landfall_tests::until;
use tempfile::TempDir;

use crate::program::{DEADLINE, Folder, PROGRAM, Sampledb, TODAY, checksum, command};

const OWNED_FOLDER: &str = "LANDFALL_SAMPLE_TEST_OWNED_FOLDER";

/// Not a test by itself: the owner in the next one. It hands its own standard input on and waits.
#[test]
fn owning_process() {
    let Some(folder) = std::env::var_os(OWNED_FOLDER) else { return };
    let mut command = Command::new(PROGRAM);
    command.arg("--data").arg(folder).args(["--today", TODAY, "--owned"]).stdout(Stdio::null());
    command.spawn().unwrap().wait().unwrap();
}

#[test]
fn a_killed_owner_leaves_no_process_behind() {
    let folder = Folder::filled();
    // The test holds the pipe to standard input, so only the death of the parent can end the program.
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args(["survival::owning_process", "--exact"])
        .env(OWNED_FOLDER, folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until(DEADLINE, "the program and its PostgreSQL", || folder.processes().len() == 2);
    parent.kill().unwrap();
    parent.wait().unwrap();
    until(DEADLINE, "no process on the folder", || folder.processes().is_empty());
}

#[tokio::test]
async fn after_a_kill_no_postgres_is_left_and_the_next_start_has_every_row() {
    let folder = Folder::filled();
    let mut first = Sampledb::start(&folder);
    let client = first.connect().await;
    let before = checksum(&client).await;
    client
        .batch_execute("CREATE TABLE busy (n int); INSERT INTO busy SELECT generate_series(1, 20000)")
        .await
        .unwrap();
    first.signal(Signal::KILL);
    first.exit_code();

    let second = Sampledb::start(&folder);
    assert!(!second.rebuilt(), "the log of PostgreSQL is enough: {:?}", second.seen);
    let client = second.connect().await;
    assert_eq!(checksum(&client).await, before);
    assert_eq!(folder.processes().len(), 2, "the killed one left nobody");
}

#[tokio::test]
async fn a_first_fill_that_is_killed_is_made_whole_by_the_next_start() {
    let folder = Folder::empty();
    let mut first = Sampledb::spawn(command(&folder).arg("--owned"));
    first.wait_for(|event| matches!(event, SampleEvent::Filling { days_done: 80, .. }));
    first.signal(Signal::KILL);
    first.exit_code();

    let second = Sampledb::start(&folder);
    let never_harmed = Folder::filled();
    let whole = Sampledb::start(&never_harmed);
    assert_eq!(checksum(&second.connect().await).await, checksum(&whole.connect().await).await);
}

#[tokio::test]
async fn a_damaged_database_is_made_anew() {
    let folder = Folder::filled();
    let control = find(&folder.path().join("database"), "pg_control").expect("PostgreSQL's control file");
    fs::write(control, b"damaged").unwrap();
    let sampledb = Sampledb::start(&folder);
    assert!(sampledb.rebuilt(), "{:?}", sampledb.seen);
    let never_harmed = Folder::filled();
    let whole = Sampledb::start(&never_harmed);
    assert_eq!(checksum(&sampledb.connect().await).await, checksum(&whole.connect().await).await);
}

#[tokio::test]
async fn sample_rows_that_went_missing_are_made_anew() {
    let folder = Folder::filled();
    let first = Sampledb::start(&folder);
    let client = first.connect().await;
    let before = checksum(&client).await;
    client.batch_execute("DELETE FROM tickets WHERE id % 2 = 0").await.unwrap();
    drop(client);
    first.stop();
    let second = Sampledb::start(&folder);
    assert!(second.rebuilt());
    assert_eq!(checksum(&second.connect().await).await, before);
}

#[test]
fn an_ordinary_user_can_run_it_without_a_home() {
    if !rustix::process::geteuid().is_root() {
        // Then every other test here is this test.
        return;
    }
    let folder = TempDir::with_prefix("landfall-sample-user-").unwrap();
    let program = folder.path().join("landfall-sampledb");
    fs::copy(PROGRAM, &program).unwrap();
    std::os::unix::fs::chown(folder.path(), Some(1000), Some(1000)).unwrap();
    let mut command = Command::new(program);
    command.arg("--data").arg(folder.path().join("data")).args(["--today", TODAY, "--owned"]);
    command.uid(1000).gid(1000).env_clear().current_dir("/");
    let mut sampledb = Sampledb::spawn(&mut command);
    sampledb.wait_for(|event| matches!(event, SampleEvent::Ready { .. }));
    assert_eq!(sampledb.stop(), Some(0));
}

fn find(folder: &Path, name: &str) -> Option<std::path::PathBuf> {
    fs::read_dir(folder).ok()?.flatten().find_map(|entry| {
        if entry.file_name() == name { Some(entry.path()) } else { find(&entry.path(), name) }
    })
}
