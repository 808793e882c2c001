//! Doors that start the engine. The engine is this test program, told so by a variable.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use landfall_core::api::{Command, Reply};
use landfall_wire::{Door, Hello, Launch, Places, WireError};
use tokio::time::timeout;

use crate::engine::{Engine, SOON, echo, fresh, places};

const FOLDER: &str = "LANDFALL_WIRE_TEST_ENGINE";

/// Not a test by itself: the engine process of the others. Holds the lock, notes its start, serves until asked to end.
#[tokio::test]
async fn engine_process() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let places = places(Path::new(&folder));
    let lock = File::create(&places.lock).unwrap();
    if lock.try_lock().is_err() {
        eprintln!("another engine holds the lock");
        std::process::exit(1);
    }
    fs::write(places.data.join(format!("started-{}", std::process::id())), "").unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut engine = Engine::open(&places).await;
    let mut outboxes = std::collections::HashMap::new();
    // An engine that a failed test leaves behind ends by itself.
    while let Ok(Some(from)) = timeout(SOON, engine.from_doors.recv()).await {
        match from {
            landfall_wire::FromDoor::Opened { door, outbox } => drop(outboxes.insert(door, outbox)),
            landfall_wire::FromDoor::Asked { door, request, command } => {
                let _ = outboxes[&door].answer(request, echo(&command));
                if let Command::StopEngine { .. } = command {
                    let _ = outboxes[&door].flushed().await;
                    break;
                }
            }
            _ => {}
        }
    }
    engine.end().await;
    drop(lock);
}

fn launch(folder: &Path) -> Launch {
    let mut launch = Launch::engine_of(std::env::current_exe().unwrap());
    launch.arguments = ["starting::engine_process", "--exact", "--nocapture"].map(Into::into).to_vec();
    launch.environment = vec![(FOLDER.into(), folder.as_os_str().to_owned())];
    launch
}

fn starts(places: &Places) -> usize {
    let names = fs::read_dir(&places.data).unwrap().flatten().map(|entry| entry.file_name());
    names.filter(|name| name.to_string_lossy().starts_with("started-")).count()
}

async fn stop(door: &Door) {
    assert_eq!(door.ask(Command::StopEngine { even_if_busy: true }).await.unwrap(), Ok(Reply::Done));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_doors_at_once_start_one_engine() {
    let (folder, places) = fresh();
    let launch = launch(folder.path());
    let mut doors = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (places, launch) = (places.clone(), launch.clone());
        doors.spawn(async move { Door::connect_or_start(&places, &launch).await.unwrap() });
    }
    let doors = timeout(SOON, doors.join_all()).await.unwrap();
    assert_eq!(starts(&places), 1);
    stop(&doors[0]).await;
}

#[tokio::test]
async fn an_engine_that_is_ending_is_awaited_and_then_followed_by_a_new_one() {
    let (folder, places) = fresh();
    places.make().unwrap();
    // Its socket is gone, its lock is not.
    let ending = File::create(&places.lock).unwrap();
    ending.lock().unwrap();
    let lets_go = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(500)).await;
        drop(ending);
    });
    let door = Door::connect_or_start(&places, &launch(folder.path())).await.unwrap();
    lets_go.await.unwrap();
    assert_eq!(starts(&places), 1);
    stop(&door).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_is_started_after_the_data_was_removed_under_a_door_that_waited_for_that() {
    let (folder, places) = fresh();
    places.make().unwrap();
    let starting_over = File::create(places.start_lock()).unwrap();
    starting_over.lock().unwrap();
    let door = {
        let (places, launch) = (places.clone(), launch(folder.path()));
        tokio::spawn(async move { Door::connect_or_start(&places, &launch).await })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(starts(&places), 0, "not while the lock is held");
    fs::remove_dir_all(&places.logs).unwrap();
    drop(starting_over);
    let door = timeout(SOON, door).await.unwrap().unwrap().unwrap();
    stop(&door).await;
}

#[tokio::test]
async fn an_idle_engine_of_another_protocol_is_replaced() {
    let (folder, places) = fresh();
    let old = Hello { protocol: 0, version: "0.0.1".to_owned(), idle: false };
    let engine = Engine::open_as(&places, old).await.answer_all(echo);
    let door = Door::connect_or_start(&places, &launch(folder.path())).await.unwrap();
    assert_eq!(door.engine().protocol, Hello::current().protocol);
    stop(&door).await;
    engine.abort();
}

#[tokio::test]
async fn an_engine_that_ends_at_once_is_told_with_its_last_words() {
    let (_folder, places) = fresh();
    let mut launch = Launch::engine_of("/bin/sh");
    launch.arguments =
        ["-c", "echo 'the ledger is newer than this program' >&2; exit 7"].map(Into::into).to_vec();
    let error = Door::connect_or_start(&places, &launch).await.unwrap_err();
    assert!(matches!(&error, WireError::EndedAtOnce { status, .. } if status.contains('7')), "{error:?}");
    assert!(error.hint().contains("the ledger is newer than this program"), "{}", error.hint());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_is_killed_while_it_starts_is_started_again() {
    let (folder, places) = fresh();
    let launch = launch(folder.path());
    let door = {
        let places = places.clone();
        tokio::spawn(async move { Door::connect_or_start(&places, &launch).await })
    };
    let first = timeout(SOON, async {
        loop {
            let started =
                fs::read_dir(&places.data).into_iter().flatten().flatten().find_map(|entry| {
                    entry.file_name().to_str()?.strip_prefix("started-")?.parse::<i32>().ok()
                });
            if let Some(pid) = started {
                return pid;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    let pid = rustix::process::Pid::from_raw(first.await.unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    let door = timeout(SOON, door).await.unwrap().unwrap().unwrap();
    assert_eq!(starts(&places), 2);
    stop(&door).await;
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let (_folder, places) = fresh();
    let error =
        Door::connect_or_start(&places, &Launch::engine_of("/nonexistent/landfall")).await.unwrap_err();
    assert!(error.to_string().contains("/nonexistent/landfall"), "{error}");
}

#[tokio::test]
async fn an_engine_that_never_answers_is_given_up_with_its_last_words() {
    let (_folder, places) = fresh();
    let mut launch = Launch::engine_of("/bin/sh");
    launch.arguments = ["-c", "echo 'waiting for the disk' >&2; exec sleep 2"].map(Into::into).to_vec();
    launch.answers_within = Duration::from_secs(1);
    let error = timeout(SOON, Door::connect_or_start(&places, &launch)).await.unwrap().unwrap_err();
    assert!(
        matches!(&error, WireError::NoAnswer { log_end, .. } if log_end == "waiting for the disk"),
        "{error:?}"
    );
}

#[tokio::test]
async fn secrets_and_connection_settings_of_one_door_do_not_reach_the_engine() {
    let (_folder, places) = fresh();
    let mut launch = Launch::engine_of("/bin/sh");
    launch.arguments =
        ["-c", "echo \"<$LANDFALL_DB_PASSWORD$DB_HOST$DATABASE_URL>\" >&2; exit 1"].map(Into::into).to_vec();
    let error = Door::connect_or_start(&places, &launch).await.unwrap_err();
    assert!(error.hint().contains("<>"), "{}", error.hint());
}

#[cfg(unix)]
#[tokio::test]
async fn an_engine_that_is_killed_during_the_greeting_is_a_lost_one() {
    let (_folder, places) = fresh();
    places.make().unwrap();
    fs::create_dir_all(places.socket.parent().unwrap()).unwrap();
    let listener = std::os::unix::net::UnixListener::bind(&places.socket).unwrap();
    let killed = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        // Closed with the door's hello unread, as the kernel does for a killed process: the door sees a reset.
        while nothing_has_arrived(&stream) {}
        drop(stream);
    });
    let met = Door::connect(&places).await;
    killed.join().unwrap();
    assert!(matches!(met, Err(WireError::Lost)), "{met:?}");
}

#[cfg(unix)]
fn nothing_has_arrived(stream: &std::os::unix::net::UnixStream) -> bool {
    std::thread::yield_now();
    rustix::io::ioctl_fionread(stream).unwrap() == 0
}
