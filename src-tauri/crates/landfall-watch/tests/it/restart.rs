//! A watch that begins with what an earlier one reported.

use std::fs::{self, File, FileTimes};
use std::path::Path;

use landfall_watch::{KnownFile, Mode, Observation};

use crate::scene::{Scene, Stage, ready};
use crate::workbook::workbook;

scenarios! {
    what_is_known_is_not_repeated,
    what_changed_while_nobody_watched_is_reported,
    a_rewrite_with_the_old_time_while_nobody_watched_is_reported,
}

/// A folder with two reported workbooks, and what there is to know about them.
async fn earlier_watch(mode: Mode) -> (Stage, Vec<KnownFile>) {
    let stage = Stage::empty(mode).holding("a.xlsx", &workbook("one")).holding("b.xlsx", &workbook("two"));
    let mut first = Stage::empty(mode).with(|options| options.folder.clone_from(&stage.folder)).begin().await;
    first.settled().await;
    let known = ready(&first.log).map(|file| KnownFile {
        path: file.path.clone(),
        stamp: file.stamp,
        sha256: file.sha256,
    });
    let known: Vec<_> = known.collect();
    assert_eq!(known.len(), 2);
    (stage, known)
}

async fn what_is_known_is_not_repeated(mode: Mode) {
    let (stage, known) = earlier_watch(mode).await;
    let mut scene = stage.knowing(known).begin().await;
    scene.settled().await;
    let said: Vec<_> = scene.log.iter().filter(|said| !matches!(said, Observation::Scanned(_))).collect();
    assert!(said.is_empty(), "{said:?}");
}

async fn what_changed_while_nobody_watched_is_reported(mode: Mode) {
    let (stage, known) = earlier_watch(mode).await;
    fs::remove_file(stage.folder.join("a.xlsx")).unwrap();
    let (changed, new) = (workbook("two, changed"), workbook("three"));
    let mut scene = stage.holding("b.xlsx", &changed).holding("c.xlsx", &new).knowing(known).open();
    scene.removed("a.xlsx").await;
    scene.ready("b.xlsx", &changed).await;
    scene.ready("c.xlsx", &new).await;
    let scanned = scene.first_scan().await;
    assert_eq!((scanned.files, scanned.ready), (2, 2));
    assert!(ready(&scene.log).all(|file| file.first_scan));
    scene.assert_each_once(&[("b.xlsx".into(), changed), ("c.xlsx".into(), new)]).await;
}

async fn a_rewrite_with_the_old_time_while_nobody_watched_is_reported(mode: Mode) {
    let (stage, known) = earlier_watch(mode).await;
    let path = stage.folder.join("b.xlsx");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    let changed = workbook("owt");
    fs::write(&path, &changed).unwrap();
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_times(FileTimes::new().set_modified(before))
        .unwrap();
    let mut scene: Scene = stage.knowing(known).open();
    let file = scene.ready("b.xlsx", &changed).await;
    assert_eq!(file.path, Path::new("b.xlsx"));
    scene.assert_each_once(&[("b.xlsx".into(), changed)]).await;
}
