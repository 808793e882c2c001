//! Files that change after they were complete.

use std::fs::{self, File, FileTimes, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use landfall_watch::{Mode, Observation};
use tokio::task::spawn_blocking;

use crate::scene::{Scene, ready};
use crate::workbook::{hash, workbook};

scenarios! {
    a_replacement_in_the_same_second_with_the_same_size_is_reported,
    a_rewrite_that_keeps_size_and_time_is_reported,
    quick_replacements_end_with_the_last_content,
    a_workbook_rewritten_in_place_in_pieces_is_never_reported_as_a_mixture,
    a_touch_is_not_reported_as_a_new_content,
    a_rename_is_a_removal_and_a_new_file,
    files_deleted_at_once_leave_no_trace,
}

async fn a_replacement_in_the_same_second_with_the_same_size_is_reported(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let contents: Vec<_> = (0..4).map(|n| workbook(&format!("version {n}"))).collect();
    for bytes in &contents {
        // Renamed over and rewritten in place; each as soon as the one before was reported.
        scene.publish("renamed.xlsx", bytes);
        scene.write("rewritten.xlsx", bytes);
        scene.ready("renamed.xlsx", bytes).await;
        scene.ready("rewritten.xlsx", bytes).await;
    }
    let expected: Vec<_> = contents.iter().map(|bytes| hash(bytes)).collect();
    let reports = scene.settled().await;
    assert_eq!(reports[Path::new("renamed.xlsx")], expected);
    assert_eq!(reports[Path::new("rewritten.xlsx")], expected);
}

async fn a_rewrite_that_keeps_size_and_time_is_reported(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let (old, new) = (workbook("old"), workbook("new"));
    assert_eq!(old.len(), new.len());
    let set = |bytes: &[u8]| {
        let path = scene.path("restamped.xlsx");
        fs::write(&path, bytes).unwrap();
        let then = SystemTime::UNIX_EPOCH + Duration::from_hours(300_000);
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_times(FileTimes::new().set_modified(then))
            .unwrap();
    };
    set(&old);
    scene.ready("restamped.xlsx", &old).await;
    let path = scene.path("restamped.xlsx");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, &new).unwrap();
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_times(FileTimes::new().set_modified(before))
        .unwrap();
    scene.ready("restamped.xlsx", &new).await;
    assert_eq!(scene.settled().await[Path::new("restamped.xlsx")], [hash(&old), hash(&new)]);
}

async fn quick_replacements_end_with_the_last_content(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let contents: Vec<_> = (100..200).map(|n| workbook(&format!("quick {n}"))).collect();
    for bytes in &contents {
        scene.publish("quick.xlsx", bytes);
        scene.write("careless.xlsx", bytes);
    }
    for name in ["quick.xlsx", "careless.xlsx"] {
        scene.ready(name, &contents[99]).await;
        let reports = scene.settled().await;
        assert_eq!(reports[Path::new(name)].last(), Some(&hash(&contents[99])));
        let mut distinct = reports[Path::new(name)].clone();
        distinct.dedup();
        assert_eq!(distinct, reports[Path::new(name)], "nothing twice");
    }
}

async fn a_workbook_rewritten_in_place_in_pieces_is_never_reported_as_a_mixture(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let (old, new) = (workbook(&"old ".repeat(5_000)), workbook(&"new ".repeat(5_000)));
    for name in ["held.xlsx", "reopened.xlsx"] {
        scene.write(name, &old);
        scene.ready(name, &old).await;
    }
    let writers = [("held.xlsx", false), ("reopened.xlsx", true)].map(|(name, reopens)| {
        let (path, bytes) = (scene.path(name), new.clone());
        spawn_blocking(move || {
            let open = || OpenOptions::new().write(true).open(&path).unwrap();
            let mut file = open();
            let size = bytes.len() / 6;
            for (n, piece) in bytes.chunks(size).enumerate() {
                if reopens {
                    file = open();
                }
                file.seek(SeekFrom::Start((n * size) as u64)).unwrap();
                file.write_all(piece).unwrap();
                if reopens {
                    file = File::open(&path).unwrap();
                }
                thread::sleep(Duration::from_millis(500));
            }
        })
    });
    for name in ["held.xlsx", "reopened.xlsx"] {
        scene.ready(name, &new).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    for contents in scene.settled().await.values() {
        assert_eq!(*contents, [hash(&old), hash(&new)]);
    }
}

async fn a_touch_is_not_reported_as_a_new_content(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let bytes = workbook("touched");
    scene.write("touched.xlsx", &bytes);
    scene.ready("touched.xlsx", &bytes).await;
    let then = SystemTime::UNIX_EPOCH + Duration::from_hours(400_000);
    let path = scene.path("touched.xlsx");
    File::options().write(true).open(&path).unwrap().set_times(FileTimes::new().set_modified(then)).unwrap();
    let stamp = scene
        .until("the new time to be told", |said| match said {
            Observation::Touched { stamp, .. } if stamp.modified_ns == 400_000 * 3_600 * 1_000_000_000 => {
                Some(*stamp)
            }
            _ => None,
        })
        .await;
    assert_eq!(stamp.bytes, bytes.len() as u64);
    // The same bytes again, in place and as another file.
    scene.write("touched.xlsx", &bytes);
    scene.listen(Duration::from_millis(1_500)).await;
    scene.publish("touched.xlsx", &bytes);
    scene.listen(Duration::from_millis(1_500)).await;
    scene.assert_each_once(&[("touched.xlsx".into(), bytes)]).await;
}

async fn a_rename_is_a_removal_and_a_new_file(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let bytes = workbook("moved");
    scene.write("from.xlsx", &bytes);
    scene.ready("from.xlsx", &bytes).await;
    fs::rename(scene.path("from.xlsx"), scene.path("to.xlsx")).unwrap();
    scene.ready("to.xlsx", &bytes).await;
    scene.removed("from.xlsx").await;
    scene.assert_each_once(&[("from.xlsx".into(), bytes.clone()), ("to.xlsx".into(), bytes)]).await;
}

async fn files_deleted_at_once_leave_no_trace(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let folder = scene.folder.clone();
    let writer = spawn_blocking(move || {
        for n in 0..500_u64 {
            let path = folder.join(format!("brief-{n}.xlsx"));
            fs::write(&path, workbook(&n.to_string())).unwrap();
            // Some live long enough to be looked at once, some to be reported.
            thread::sleep(Duration::from_millis(if n % 50 == 0 { 150 } else { n % 4 }));
            fs::remove_file(&path).unwrap();
        }
    });
    writer.await.unwrap();
    let bytes = workbook("stays");
    scene.write("stays.xlsx", &bytes);
    scene.ready("stays.xlsx", &bytes).await;
    scene.settled().await;
    for file in ready(&scene.log).filter(|file| file.path != Path::new("stays.xlsx")) {
        let said = |log: &[Observation]| {
            log.iter()
                .filter(|said| matches!(said, Observation::Removed { path } if *path == file.path))
                .count()
        };
        assert_eq!(said(&scene.log), 1, "{} was reported, so its removal is too", file.path.display());
    }
    let broken = scene.log.iter().any(|said| matches!(said, Observation::Broken(_)));
    assert!(!broken, "a file that went away is not broken");
}
