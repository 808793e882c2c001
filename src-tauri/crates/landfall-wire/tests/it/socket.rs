//! The socket as a file: left over, taken, whose.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;

use landfall_wire::places::Surroundings;
use landfall_wire::{Door, Listener, Places, WireError};

use crate::engine::{Engine, echo, fresh};

#[tokio::test]
async fn only_this_user_may_open_the_socket_and_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let places = Places::of(&Surroundings {
        landfall_home: Some(folder.path().join("data")),
        home: folder.path().to_path_buf(),
        runtime: Some(folder.path().to_path_buf()),
        user: "tests".to_owned(),
        ..Surroundings::default()
    });
    let engine = Engine::open(&places).await;
    let mode = |path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(places.socket.as_path()), 0o600);
    assert_eq!(mode(places.socket.parent().unwrap()), 0o700);
    assert_eq!(mode(places.data.as_path()), 0o700);
    engine.end().await;
    assert!(!places.socket.exists(), "the socket goes with the engine");
}

#[tokio::test]
async fn a_socket_folder_that_others_may_enter_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let places = Places::of(&Surroundings {
        landfall_home: Some(folder.path().join("data")),
        runtime: Some(folder.path().to_path_buf()),
        ..Surroundings::default()
    });
    let open = places.socket.parent().unwrap();
    fs::create_dir_all(open).unwrap();
    fs::set_permissions(open, fs::Permissions::from_mode(0o777)).unwrap();
    let error = Listener::bind(&places).await.unwrap_err();
    assert!(matches!(&error, WireError::FolderNotPrivate { path } if path == open), "{error:?}");
}

#[tokio::test]
async fn a_socket_left_over_from_a_killed_engine_is_replaced() {
    let (_folder, places) = fresh();
    places.make().unwrap();
    // A std listener does not remove its file, as a killed process does not.
    drop(UnixListener::bind(&places.socket).unwrap());
    assert!(matches!(Door::connect(&places).await, Err(WireError::Connect { .. })));
    let engine = Engine::open(&places).await.answer_all(echo);
    Door::connect(&places).await.unwrap();
    engine.abort();
}

#[tokio::test]
async fn a_socket_that_answers_is_left_alone() {
    let (_folder, places) = fresh();
    let engine = Engine::open(&places).await.answer_all(echo);
    assert!(matches!(Listener::bind(&places).await, Err(WireError::AlreadyServed { .. })));
    Door::connect(&places).await.unwrap();
    engine.abort();
}

#[tokio::test]
async fn a_file_in_the_place_of_the_socket_is_not_removed() {
    let (_folder, places) = fresh();
    places.make().unwrap();
    fs::write(&places.socket, "precious").unwrap();
    assert!(matches!(Listener::bind(&places).await, Err(WireError::Listen { .. })));
    assert_eq!(fs::read_to_string(&places.socket).unwrap(), "precious");
}

#[tokio::test]
async fn a_door_without_a_runtime_folder_finds_the_engine_that_has_one() {
    let folder = tempfile::tempdir().unwrap();
    let around = Surroundings {
        landfall_home: Some(folder.path().join("data")),
        runtime: Some(folder.path().to_path_buf()),
        ..Surroundings::default()
    };
    let engine = Engine::open(&Places::of(&around)).await.answer_all(echo);
    let from_cron = Places::of(&Surroundings { runtime: None, ..around });
    Door::connect(&from_cron).await.unwrap();
    engine.abort();
}

#[tokio::test]
async fn a_program_of_another_user_is_not_talked_to() {
    if !rustix::process::geteuid().is_root()
        || std::process::Command::new("setpriv").arg("--version").output().is_err()
    {
        eprintln!("skipped: only root can play another user");
        return;
    }
    let (folder, places) = fresh();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    fs::create_dir(&places.data).unwrap();
    fs::set_permissions(&places.data, fs::Permissions::from_mode(0o777)).unwrap();
    // perl is part of every Debian; an interpreter in root's home could not be run by another user.
    let script = "use IO::Socket::UNIX; $|=1; $s=IO::Socket::UNIX->new(Local=>$ARGV[0],Listen=>1) or die; print 'ready'; <STDIN>;";
    let mut stranger = std::process::Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/perl", "-e", script])
        .arg(&places.socket)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = [0; 5];
    std::io::Read::read_exact(stranger.stdout.as_mut().unwrap(), &mut said).unwrap();
    let outcome = Door::connect(&places).await;
    drop(stranger.stdin.take());
    stranger.wait().unwrap();
    assert!(matches!(outcome, Err(WireError::NotOurs { .. })), "{outcome:?}");
}
