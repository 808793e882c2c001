//! Scenarios that need a machine of their own kind: a full disk, a drive that is unplugged, exhausted event
//! limits, missing permissions. Each runs this test program again in its own mount and user namespace, so
//! that nothing is left behind whatever happens.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use landfall_watch::{ActiveMode, Error, Mode, Observation, PollReason};
use tokio::task::spawn_blocking;

use crate::scene::{Scene, Stage};
use crate::workbook::workbook;

scenarios! {
    a_full_disk_while_watching_loses_nothing,
    an_unplugged_drive_is_said_and_its_files_are_not_removed,
    refused_events_are_replaced_by_polling,
    a_file_that_may_not_be_read_is_said_once,
}

const INSIDE: &str = "LANDFALL_WATCH_TEST_INSIDE";

/// Runs `name` of this module again by way of `wrapper`. Returns false inside, where the scenario itself is
/// to be played, and when such a place cannot be made on this machine.
async fn elsewhere(name: &'static str, mode: Mode, wrapper: &'static [&'static str]) -> bool {
    if env::var_os(INSIDE).is_some() {
        return true;
    }
    let inner =
        format!("isolation::{}::{name}", if mode == Mode::Poll { "with_polling" } else { "with_events" });
    let played = spawn_blocking(move || {
        let (program, arguments) = wrapper.split_first().unwrap();
        let possible = Command::new(program).args(arguments).arg("true").output();
        if !possible.is_ok_and(|tried| tried.status.success()) {
            eprintln!("skipped: {inner}: {} cannot be used on this machine", wrapper.join(" "));
            return;
        }
        // Removed here, where nothing is mounted, however the scenario ends.
        let temporary = tempfile::Builder::new().prefix("landfall-watch-").tempdir().unwrap();
        let played = Command::new(program)
            .args(arguments)
            .arg(env::current_exe().unwrap())
            .args(["--exact", &inner, "--nocapture", "--test-threads=1"])
            .env(INSIDE, "1")
            .env("TMPDIR", temporary.path())
            .output()
            .unwrap();
        let said =
            String::from_utf8_lossy(&played.stdout).into_owned() + &String::from_utf8_lossy(&played.stderr);
        assert!(played.status.success() && said.contains("1 passed"), "{inner}: {said}");
    });
    played.await.unwrap();
    false
}

const OWN_MOUNTS: &[&str] = &["unshare", "--user", "--map-root-user", "--mount"];

/// An empty file system on a folder. Dropping it pulls it out, as a folder that is mounted on can't be removed.
struct Drive(PathBuf);

impl Drive {
    fn plugged_in(folder: &Path, size: &str) -> Self {
        let option = format!("size={size}");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &option, "tmpfs"]).arg(folder).status();
        assert!(mounted.unwrap().success());
        Self(folder.to_owned())
    }
}

impl Drop for Drive {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(&self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

async fn a_full_disk_while_watching_loses_nothing(mode: Mode) {
    if !elsewhere("a_full_disk_while_watching_loses_nothing", mode, OWN_MOUNTS).await {
        return;
    }
    let stage = Stage::empty(mode);
    let drive = Drive::plugged_in(&stage.folder, "64k");
    let mut scene = stage.begin().await;
    let (small, large) = (workbook("small"), workbook(&"large ".repeat(20_000)));
    scene.write("small.xlsx", &small);
    let full = fs::write(scene.path("large.xlsx"), &large).unwrap_err();
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
    scene.ready("small.xlsx", &small).await;
    scene.listen(Duration::from_secs(2)).await;
    // Room is made, and the writer tries again.
    fs::remove_file(scene.path("large.xlsx")).unwrap();
    let remounted = Command::new("mount").args(["-o", "remount,size=1m"]).arg(&scene.folder).status();
    assert!(remounted.unwrap().success());
    scene.publish("large.xlsx", &large);
    scene.ready("large.xlsx", &large).await;
    scene.assert_each_once(&[("small.xlsx".into(), small), ("large.xlsx".into(), large)]).await;
    drop(drive);
}

async fn an_unplugged_drive_is_said_and_its_files_are_not_removed(mode: Mode) {
    if !elsewhere("an_unplugged_drive_is_said_and_its_files_are_not_removed", mode, OWN_MOUNTS).await {
        return;
    }
    let stage = Stage::empty(mode).with(|options| options.folder_check_interval = Duration::from_millis(500));
    let drive = Drive::plugged_in(&stage.folder, "1m");
    let mut scene = stage.begin().await;
    let bytes = workbook("on the drive");
    scene.write("a.xlsx", &bytes);
    scene.ready("a.xlsx", &bytes).await;
    drop(drive);
    let reason = scene
        .until("the drive to be missed", |said| match said {
            Observation::FolderLost { reason } => Some(matches!(reason, Error::Unplugged)),
            _ => None,
        })
        .await;
    assert!(reason, "the bare mount point is not taken for the drive");
    scene.listen(Duration::from_millis(2_500)).await;
    let removed = scene.log.iter().any(|said| matches!(said, Observation::Removed { .. }));
    assert!(!removed);
    let _next = Drive::plugged_in(&scene.folder, "1m");
    let second = workbook("on the next drive");
    scene.write("b.xlsx", &second);
    scene.ready("b.xlsx", &second).await;
    scene.removed("a.xlsx").await;
}

async fn refused_events_are_replaced_by_polling(mode: Mode) {
    if !elsewhere("refused_events_are_replaced_by_polling", mode, OWN_MOUNTS).await {
        return;
    }
    fs::write("/proc/sys/user/max_inotify_watches", "0").unwrap();
    let mut scene = Stage::empty(mode).open();
    let active = scene.first_scan().await.mode;
    match mode {
        Mode::Poll => assert_eq!(active, ActiveMode::Poll(PollReason::Asked)),
        _ => assert!(matches!(active, ActiveMode::Poll(PollReason::Refused(_))), "{active}"),
    }
    let bytes = workbook("polled");
    scene.write("a.xlsx", &bytes);
    scene.ready("a.xlsx", &bytes).await;
    scene.assert_each_once(&[("a.xlsx".into(), bytes)]).await;
}

/// Without the powers that let the super-user read everything, if it is the super-user who tests.
const PLAIN_RIGHTS: &[&str] = &["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"];

async fn a_file_that_may_not_be_read_is_said_once(mode: Mode) {
    use std::os::unix::fs::PermissionsExt;
    if !elsewhere("a_file_that_may_not_be_read_is_said_once", mode, PLAIN_RIGHTS).await {
        return;
    }
    let stage = Stage::empty(mode).with(|options| options.broken_after = Duration::from_millis(500));
    let mut scene: Scene = stage.begin().await;
    let bytes = workbook("closed");
    let outside = scene.folder.with_file_name("outside.xlsx");
    fs::write(&outside, &bytes).unwrap();
    fs::set_permissions(&outside, fs::Permissions::from_mode(0o000)).unwrap();
    fs::rename(outside, scene.path("closed.xlsx")).unwrap();
    let unreadable = |said: &Observation| matches!(said, Observation::Broken(file) if matches!(file.reason, Error::OpenFile(_)));
    scene.until("the file to be called unreadable", |said| unreadable(said).then_some(())).await;
    scene.rescan().await;
    scene.listen(Duration::from_secs(2)).await;
    assert_eq!(scene.log.iter().filter(|said| unreadable(said)).count(), 1);
    fs::set_permissions(scene.path("closed.xlsx"), fs::Permissions::from_mode(0o600)).unwrap();
    scene.ready("closed.xlsx", &bytes).await;
    scene.assert_each_once(&[("closed.xlsx".into(), bytes)]).await;
}
