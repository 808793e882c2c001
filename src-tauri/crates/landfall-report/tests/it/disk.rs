//! A full disk, on a small file system of its own: exit 17, and nothing left on it.

use std::path::Path;

use landfall_tests::program::{Finished, Program, binary};

use crate::support::{OwnReport, Scene, WITHIN, last_event};

/// A report whose number of rows the planner can't foresee, and whose text hardly shrinks.
fn surprising(rows: u32) -> OwnReport {
    let select = format!("SELECT md5(random()::text) AS word FROM generate_series(1, (SELECT {rows}))");
    OwnReport::of(&select).column("word", "text")
}

/// Runs the report into a fresh tmpfs of `kilobytes`; `None`, with a line that says so, where none can be mounted.
/// The second value is what was left on it.
fn on_a_small_disk(scene: &Scene, report: &OwnReport, kilobytes: u32) -> Option<(Finished, String)> {
    let shell = Path::new("/bin/sh");
    let can_mount =
        Program::at(shell).args(["-c", "unshare --mount mount -t tmpfs -o size=64k none /mnt"]).run(WITHIN);
    if can_mount.code() != 0 {
        eprintln!("skipped: this user can't mount a small disk ({})", can_mount.stderr.trim());
        return None;
    }
    scene.define(report);
    let script = "mount -t tmpfs -o size=$1k none \"$2\" || exit 99; shift; folder=$1; shift
        \"$@\"; exit=$?; ls -A \"$folder\" >&2; exit $exit";
    let finished = Program::at(shell)
        .args(["-c", "exec unshare --mount --propagation private /bin/sh -c \"$0\" \"$@\"", script, "disk"])
        .arg(kilobytes.to_string())
        .arg(scene.folder())
        .arg(binary("ticketing-report"))
        .args(["--definition", "own", "--previous-month", "--progress", "json", "--output"])
        .arg(scene.folder())
        .envs(scene.database.env())
        .env("LANDFALL_HOME", scene.home())
        .run(WITHIN);
    let left = finished.stderr.trim().to_owned();
    Some((finished, left))
}

fn is_full(finished: &Finished, left: &str, what: &str) {
    assert_eq!(finished.code(), 17, "{finished}");
    let failed = last_event(finished);
    assert_eq!(failed["code"], "disk-full");
    assert!(failed["message"].as_str().unwrap().contains(what), "{failed}");
    assert_eq!(left, "", "nothing is left on the disk");
}

#[test]
fn a_report_that_clearly_can_not_fit_is_refused_with_figures_before_it_begins() {
    let scene = Scene::empty();
    let report = OwnReport::of("SELECT n, n::text AS word FROM generate_series(1, 100000) n")
        .column("n", "integer")
        .column("word", "text");
    let Some((finished, left)) = on_a_small_disk(&scene, &report, 512) else { return };
    is_full(&finished, &left, "MB left");
    assert!(!finished.stdout.contains("writing-rows"), "{finished}");
}

#[test]
fn a_disk_that_fills_up_while_rows_arrive_is_17() {
    let scene = Scene::empty();
    let Some((finished, left)) = on_a_small_disk(&scene, &surprising(60_000), 1024) else { return };
    is_full(&finished, &left, "filled up");
    assert!(finished.stdout.contains("writing-rows") && !finished.stdout.contains("finishing"), "{finished}");
}

#[test]
fn a_disk_that_fills_up_while_the_workbook_is_saved_is_17() {
    let scene = Scene::empty();
    // The rows take about 90 bytes each uncompressed, the workbook about 35 more.
    let Some((finished, left)) = on_a_small_disk(&scene, &surprising(20_000), 2_100) else { return };
    is_full(&finished, &left, "filled up");
    assert!(finished.stdout.contains("finishing"), "{finished}");
}
