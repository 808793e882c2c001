//! Folders inside the folder.

use std::fs;
use std::path::PathBuf;

use landfall_watch::{Mode, Observation};

use crate::scene::Stage;
use crate::workbook::workbook;

scenarios! {
    files_in_folders_made_a_moment_before_are_reported,
    a_folder_moved_in_and_out_brings_and_takes_its_files,
}

async fn files_in_folders_made_a_moment_before_are_reported(mode: Mode) {
    let mut scene = Stage::empty(mode).with(|options| options.recursive = true).begin().await;
    let mut files = Vec::new();
    for n in 0..40 {
        let inside = format!("year-{}/month-{n}/deep", n % 4);
        fs::create_dir_all(scene.path(&inside)).unwrap();
        let bytes = workbook(&n.to_string());
        let name = PathBuf::from(format!("{inside}/report.xlsx"));
        scene.write(&name, &bytes);
        files.push((name, bytes));
    }
    fs::create_dir(scene.path(".hidden")).unwrap();
    scene.write(".hidden/a.xlsx", &files[0].1);
    for (name, bytes) in &files {
        scene.ready(name, bytes).await;
    }
    scene.assert_each_once(&files).await;
    let switched = scene.log.iter().any(|said| matches!(said, Observation::ModeChanged { .. }));
    assert!(!switched, "new folders are no reason to distrust events");
}

async fn a_folder_moved_in_and_out_brings_and_takes_its_files(mode: Mode) {
    let mut scene = Stage::empty(mode).with(|options| options.recursive = true).begin().await;
    let outside = scene.folder.with_file_name("outside");
    fs::create_dir_all(outside.join("deep")).unwrap();
    let bytes = workbook("moved in");
    fs::write(outside.join("deep/a.xlsx"), &bytes).unwrap();
    fs::rename(&outside, scene.path("inside")).unwrap();
    scene.ready("inside/deep/a.xlsx", &bytes).await;
    let later = workbook("written inside");
    scene.write("inside/deep/b.xlsx", &later);
    scene.ready("inside/deep/b.xlsx", &later).await;
    fs::rename(scene.path("inside"), &outside).unwrap();
    scene.removed("inside/deep/a.xlsx").await;
    scene.removed("inside/deep/b.xlsx").await;
    scene.settled().await;
}
