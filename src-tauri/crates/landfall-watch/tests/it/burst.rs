//! Many files at once.

use std::fs;
use std::path::PathBuf;
use std::thread;

use landfall_watch::Mode;

use crate::scene::{Scene, Stage};
use crate::workbook::workbook;

scenarios! {
    ten_thousand_files_in_a_burst_are_each_reported_once,
    a_burst_nobody_listens_to_is_not_lost,
    ten_thousand_files_that_were_there_are_the_baseline,
}

fn burst(files: usize) -> Vec<(PathBuf, Vec<u8>)> {
    (0..files).map(|n| (PathBuf::from(format!("report-{n:05}.xlsx")), workbook(&format!("{n:05}")))).collect()
}

async fn ten_thousand_files_in_a_burst_are_each_reported_once(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let files = burst(10_000);
    let folder = scene.folder.clone();
    let mine = files.clone();
    let writer = thread::spawn(move || {
        for (n, (name, bytes)) in mine.into_iter().enumerate() {
            // Half of them the careless way, half the careful one.
            if n % 2 == 0 {
                fs::write(folder.join(name), bytes).unwrap();
            } else {
                let part = folder.join(format!(".{n}.part"));
                fs::write(&part, bytes).unwrap();
                fs::rename(part, folder.join(name)).unwrap();
            }
        }
    });
    scene.ready_count(files.len()).await;
    writer.join().unwrap();
    scene.assert_each_once(&files).await;
}

async fn a_burst_nobody_listens_to_is_not_lost(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let files = burst(2_000);
    let folder = scene.folder.clone();
    let mine = files.clone();
    // The current thread does not run the watch while it writes.
    for (name, bytes) in mine {
        fs::write(folder.join(name), bytes).unwrap();
    }
    scene.assert_each_once(&files).await;
}

async fn ten_thousand_files_that_were_there_are_the_baseline(mode: Mode) {
    let stage = Stage::empty(mode);
    let files = burst(10_000);
    for (name, bytes) in &files {
        fs::write(stage.folder.join(name), bytes).unwrap();
    }
    let mut scene = stage.open();
    let scanned = scene.first_scan().await;
    assert_eq!((scanned.files, scanned.ready), (10_000, 10_000));
    assert!(crate::scene::ready(&scene.log).all(|file| file.first_scan));
    scene.assert_each_once(&files).await;
}
