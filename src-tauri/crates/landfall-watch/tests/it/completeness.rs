//! Writers that take their time.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use landfall_watch::{Mode, Observation};
use tokio::task::spawn_blocking;

use crate::scene::{Scene, ready};
use crate::workbook::workbook;

scenarios! {
    a_slow_writer_is_reported_when_it_is_done,
    a_writer_that_pauses_ten_seconds_mid_file_is_outwaited,
    a_writer_that_opens_and_closes_for_each_piece_is_outwaited,
    a_file_made_to_size_first_and_filled_from_the_end_is_outwaited,
    an_empty_file_that_is_filled_later_is_reported_then,
    a_file_renamed_into_place_is_reported,
    a_file_under_a_lock_says_so,
    what_a_real_writer_makes_is_ready_at_once_and_after_a_rewrite,
    a_scan_does_not_wait_for_a_writer_that_goes_on,
}

/// Writes `bytes` to `path` in `pieces`, with `pause` after each but the last.
pub(crate) fn write_slowly(path: &Path, bytes: &[u8], pieces: usize, pause: Duration) {
    let mut file = File::create(path).unwrap();
    let size = bytes.len().div_ceil(pieces);
    for (n, piece) in bytes.chunks(size).enumerate() {
        if n > 0 {
            thread::sleep(pause);
        }
        file.write_all(piece).unwrap();
    }
}

async fn a_slow_writer_is_reported_when_it_is_done(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let bytes = workbook(&"slow ".repeat(2_000));
    let (path, mine) = (scene.path("slow.xlsx"), bytes.clone());
    let writer = spawn_blocking(move || write_slowly(&path, &mine, 20, Duration::from_millis(150)));
    scene.ready("slow.xlsx", &bytes).await;
    writer.await.unwrap();
    scene.assert_each_once(&[("slow.xlsx".into(), bytes)]).await;
}

async fn a_writer_that_pauses_ten_seconds_mid_file_is_outwaited(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let bytes = workbook(&"pause ".repeat(500));
    // In the middle, and when only the last byte is missing.
    let mut writers = Vec::new();
    for (name, cut) in [("half.xlsx", bytes.len() / 2), ("almost.xlsx", bytes.len() - 1)] {
        let (path, mine) = (scene.path(name), bytes.clone());
        writers.push(spawn_blocking(move || {
            let mut file = File::create(path).unwrap();
            file.write_all(&mine[..cut]).unwrap();
            thread::sleep(Duration::from_secs(10));
            file.write_all(&mine[cut..]).unwrap();
        }));
    }
    scene.ready("half.xlsx", &bytes).await;
    scene.ready("almost.xlsx", &bytes).await;
    for writer in writers {
        writer.await.unwrap();
    }
    let accused = scene.log.iter().any(|said| matches!(said, Observation::Broken(_)));
    assert!(!accused, "a pause is not yet a broken file");
    scene.assert_each_once(&[("half.xlsx".into(), bytes.clone()), ("almost.xlsx".into(), bytes)]).await;
}

async fn a_writer_that_opens_and_closes_for_each_piece_is_outwaited(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let bytes = workbook(&"append ".repeat(500));
    let (path, mine) = (scene.path("pieces.xlsx"), bytes.clone());
    let writer = spawn_blocking(move || {
        for piece in mine.chunks(mine.len() / 5) {
            let mut file = OpenOptions::new().create(true).append(true).open(&path).unwrap();
            file.write_all(piece).unwrap();
            drop(file);
            thread::sleep(Duration::from_millis(400));
        }
    });
    scene.ready("pieces.xlsx", &bytes).await;
    writer.await.unwrap();
    scene.assert_each_once(&[("pieces.xlsx".into(), bytes)]).await;
}

async fn a_file_made_to_size_first_and_filled_from_the_end_is_outwaited(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let bytes = workbook(&"backwards ".repeat(2_000));
    let (path, mine) = (scene.path("backwards.xlsx"), bytes.clone());
    let writer = spawn_blocking(move || {
        let mut file = File::create(path).unwrap();
        // Too large at first, so that zeros follow the end until the very last step.
        file.set_len(mine.len() as u64 + 4_096).unwrap();
        let size = mine.len() / 6;
        for (n, piece) in mine.chunks(size).enumerate().collect::<Vec<_>>().into_iter().rev() {
            file.seek(SeekFrom::Start((n * size) as u64)).unwrap();
            file.write_all(piece).unwrap();
            thread::sleep(Duration::from_millis(400));
        }
        file.set_len(mine.len() as u64).unwrap();
    });
    scene.ready("backwards.xlsx", &bytes).await;
    writer.await.unwrap();
    scene.assert_each_once(&[("backwards.xlsx".into(), bytes)]).await;
}

async fn an_empty_file_that_is_filled_later_is_reported_then(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    scene.write("empty.xlsx", b"");
    scene.listen(Duration::from_millis(1_500)).await;
    assert_eq!(ready(&scene.log).count(), 0);
    let bytes = workbook("filled");
    scene.write("empty.xlsx", &bytes);
    scene.ready("empty.xlsx", &bytes).await;
    scene.assert_each_once(&[("empty.xlsx".into(), bytes)]).await;
}

async fn a_file_renamed_into_place_is_reported(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let bytes = workbook("renamed");
    scene.publish("from-inside.xlsx", &bytes);
    // From another folder, and under its final extension only at the end.
    let outside = scene.folder.with_file_name("outside.tmp");
    fs::write(&outside, &bytes).unwrap();
    fs::rename(outside, scene.path("from-outside.xlsx")).unwrap();
    scene.write("late.tmp", &bytes);
    fs::rename(scene.path("late.tmp"), scene.path("late.XLSM")).unwrap();
    let names = ["from-inside.xlsx", "from-outside.xlsx", "late.XLSM"];
    for name in names {
        scene.ready(name, &bytes).await;
    }
    scene.assert_each_once(&names.map(|name| (PathBuf::from(name), bytes.clone()))).await;
}

async fn a_file_under_a_lock_says_so(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let (first, second) = (workbook("before"), workbook("edited"));
    scene.write("open.xlsx", &first);
    assert!(!scene.ready("open.xlsx", &first).await.owner_lock);
    scene.write("~$open.xlsx", b"somebody");
    scene.publish("open.xlsx", &second);
    assert!(scene.ready("open.xlsx", &second).await.owner_lock);
    fs::remove_file(scene.path("~$open.xlsx")).unwrap();
    let third = workbook("closed");
    scene.publish("open.xlsx", &third);
    assert!(!scene.ready("open.xlsx", &third).await.owner_lock);
    let reports = scene.settled().await;
    assert_eq!(reports.len(), 1, "the lock itself is never reported");
    assert_eq!(reports[Path::new("open.xlsx")].len(), 3);
}

async fn a_scan_does_not_wait_for_a_writer_that_goes_on(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let bytes = workbook("done at last");
    let (path, mine) = (scene.path("endless.xlsx"), bytes.clone());
    let enough = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&enough);
    let writer = spawn_blocking(move || {
        let mut file = File::create(path).unwrap();
        while !told.load(Ordering::Relaxed) {
            file.write_all(b"PK more and more").unwrap();
            thread::sleep(Duration::from_millis(10));
        }
        file.set_len(0).unwrap();
        file.rewind().unwrap();
        file.write_all(&mine).unwrap();
    });
    scene.listen(Duration::from_millis(500)).await;
    let is_through = scene.rescan().await;
    enough.store(true, Ordering::Relaxed);
    assert!(is_through);
    assert_eq!(ready(&scene.log).count(), 0);
    writer.await.unwrap();
    scene.ready("endless.xlsx", &bytes).await;
    scene.assert_each_once(&[("endless.xlsx".into(), bytes)]).await;
}

/// A workbook of several sheets with charts, links and compression, as the report's own library writes it.
fn real_workbook(rows: u32) -> Vec<u8> {
    use rust_xlsxwriter::{Chart, ChartType, Url, Workbook};
    let mut workbook = Workbook::new();
    let rows_sheet = workbook.add_worksheet_with_constant_memory().unwrap().set_name("Tickets").unwrap();
    for row in 0..rows {
        rows_sheet.write(row, 0, row).unwrap().write(row, 1, format!("=ticket {row} \u{1f3ab}")).unwrap();
    }
    let summary = workbook.add_worksheet().set_name("Summary").unwrap();
    summary.write(0, 0, Url::new("https://example.org/").set_text("outside")).unwrap();
    let mut chart = Chart::new(ChartType::Column);
    chart.add_series().set_values(("Tickets", 0, 0, 9, 0));
    summary.insert_chart(2, 2, &chart).unwrap();
    workbook.save_to_buffer().unwrap()
}

async fn what_a_real_writer_makes_is_ready_at_once_and_after_a_rewrite(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    // The second content goes into the same file, so every part of it is unpacked and checked.
    for bytes in [real_workbook(2_000), real_workbook(3_000)] {
        scene.write("real.xlsx", &bytes);
        scene.ready("real.xlsx", &bytes).await;
    }
    assert_eq!(scene.settled().await[Path::new("real.xlsx")].len(), 2);
}
