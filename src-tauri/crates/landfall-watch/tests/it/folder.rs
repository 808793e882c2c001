//! The folder itself comes and goes.

use std::fs;
use std::time::Duration;

use landfall_watch::{Mode, Observation};

use crate::scene::{Scene, Stage, ready};
use crate::workbook::workbook;

scenarios! {
    a_folder_that_is_missing_is_waited_for_and_never_made,
    a_folder_removed_and_made_again_is_watched_again,
    a_folder_moved_away_and_back_repeats_nothing,
    a_folder_replaced_at_once_is_noticed,
    a_file_in_place_of_the_folder_is_said,
}

impl Scene {
    /// Waits for the first loss of the folder and returns how its reason reads.
    async fn lost(&mut self) -> String {
        self.until("the folder to be lost", |said| match said {
            Observation::FolderLost { reason } => Some(reason.to_string()),
            _ => None,
        })
        .await
    }

    async fn back(&mut self) {
        self.until("the folder to be back", |said| matches!(said, Observation::FolderBack).then_some(()))
            .await;
    }
}

async fn a_folder_that_is_missing_is_waited_for_and_never_made(mode: Mode) {
    let stage = Stage::empty(mode);
    fs::remove_dir(&stage.folder).unwrap();
    let mut scene = stage.open();
    assert_eq!(scene.lost().await, "the folder cannot be opened");
    assert!(!scene.rescan().await, "there is nothing to scan");
    scene.listen(Duration::from_millis(1_500)).await;
    assert!(!scene.folder.exists());
    fs::create_dir(&scene.folder).unwrap();
    scene.back().await;
    scene.first_scan().await;
    let bytes = workbook("at last");
    scene.write("a.xlsx", &bytes);
    scene.ready("a.xlsx", &bytes).await;
    scene.assert_each_once(&[("a.xlsx".into(), bytes)]).await;
}

async fn a_folder_removed_and_made_again_is_watched_again(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let bytes = workbook("first life");
    scene.write("a.xlsx", &bytes);
    scene.ready("a.xlsx", &bytes).await;
    fs::remove_dir_all(&scene.folder).unwrap();
    scene.lost().await;
    fs::create_dir(&scene.folder).unwrap();
    scene.back().await;
    scene.removed("a.xlsx").await;
    let second = workbook("second life");
    scene.write("a.xlsx", &second);
    scene.publish("b.xlsx", &second);
    scene.ready("a.xlsx", &second).await;
    scene.ready("b.xlsx", &second).await;
    let reports = scene.settled().await;
    assert_eq!(reports.values().map(Vec::len).sum::<usize>(), 3);
}

async fn a_folder_moved_away_and_back_repeats_nothing(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let files: Vec<_> = (0..50).map(|n| (format!("{n}.xlsx").into(), workbook(&n.to_string()))).collect();
    for (name, bytes) in &files {
        scene.write(name, bytes);
    }
    for (name, bytes) in &files {
        scene.ready(name, bytes).await;
    }
    let away = scene.folder.with_file_name("away");
    fs::rename(&scene.folder, &away).unwrap();
    scene.lost().await;
    scene.listen(Duration::from_millis(500)).await;
    fs::rename(&away, &scene.folder).unwrap();
    scene.back().await;
    scene.assert_each_once(&files).await;
    let removed = scene.log.iter().any(|said| matches!(said, Observation::Removed { .. }));
    assert!(!removed, "files of a folder that is away are not removed files");
}

async fn a_folder_replaced_at_once_is_noticed(mode: Mode) {
    // Polling looks at the folder with each check; events tell at once.
    let stage = Stage::empty(mode).with(|options| options.folder_check_interval = Duration::from_secs(1));
    let mut scene = stage.begin().await;
    let next = scene.folder.with_file_name("next");
    fs::create_dir(&next).unwrap();
    let bytes = workbook("prepared");
    fs::write(next.join("prepared.xlsx"), &bytes).unwrap();
    fs::rename(&scene.folder, scene.folder.with_file_name("former")).unwrap();
    fs::rename(next, &scene.folder).unwrap();
    scene.back().await;
    scene.ready("prepared.xlsx", &bytes).await;
    let later = workbook("later");
    scene.write("later.xlsx", &later);
    scene.ready("later.xlsx", &later).await;
    scene.assert_each_once(&[("prepared.xlsx".into(), bytes), ("later.xlsx".into(), later)]).await;
}

async fn a_file_in_place_of_the_folder_is_said(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    fs::remove_dir(&scene.folder).unwrap();
    fs::write(&scene.folder, b"a file").unwrap();
    scene.lost().await;
    fs::remove_file(&scene.folder).unwrap();
    fs::create_dir(&scene.folder).unwrap();
    scene.back().await;
    assert_eq!(ready(&scene.log).count(), 0);
}
