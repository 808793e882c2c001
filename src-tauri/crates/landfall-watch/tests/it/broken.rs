//! Files that are named like workbooks and are none.

use std::fs::{self, File, FileTimes};
use std::path::Path;
use std::time::{Duration, SystemTime};

use landfall_watch::{Error, Mode, Observation};

use crate::scene::{Scene, Stage, ready};
use crate::workbook::{pack, workbook};

scenarios! {
    a_file_that_is_no_workbook_is_called_broken_once,
    each_kind_of_damage_has_its_name,
    a_broken_file_becomes_ready_when_it_is_repaired,
    a_workbook_that_is_torn_is_called_broken_and_its_repair_is_reported,
    no_beginning_of_a_workbook_is_ever_ready,
}

fn impatient(mode: Mode) -> Stage {
    Stage::empty(mode).with(|options| options.broken_after = Duration::from_millis(500))
}

impl Scene {
    /// Waits until `name` is called broken for the `nth` time, from 0, and returns how its reason reads.
    async fn broken(&mut self, name: &str, nth: usize) -> String {
        let mut count = 0;
        self.until(&format!("{name:?} to be called broken"), |said| {
            let reason = broken(said, name)?;
            count += 1;
            (count > nth).then(|| format!("{reason}. {}", reason.hint()))
        })
        .await
    }

    fn count_broken(&self, name: &str) -> usize {
        self.log.iter().filter(|said| broken(said, name).is_some()).count()
    }
}

fn broken<'said>(said: &'said Observation, name: &str) -> Option<&'said Error> {
    match said {
        Observation::Broken(file) if file.path == Path::new(name) => Some(&file.reason),
        _ => None,
    }
}

async fn a_file_that_is_no_workbook_is_called_broken_once(mode: Mode) {
    let mut scene = impatient(mode).holding("before.xlsx", b"this was here before").begin().await;
    scene.write("text.xlsx", b"this is a text and not a workbook");
    for name in ["before.xlsx", "text.xlsx"] {
        assert!(scene.broken(name, 0).await.starts_with("the file is not a workbook"));
    }
    // The same content under a new time is the same broken file.
    let touched = File::options().write(true).open(scene.path("text.xlsx")).unwrap();
    touched.set_times(FileTimes::new().set_modified(SystemTime::UNIX_EPOCH)).unwrap();
    drop(touched);
    scene.rescan().await;
    scene.listen(Duration::from_secs(3)).await;
    assert_eq!(scene.count_broken("text.xlsx"), 1);
    assert_eq!(scene.count_broken("before.xlsx"), 1);
    // Another broken content is another one.
    scene.write("text.xlsx", b"this is another text and not a workbook either");
    scene.broken("text.xlsx", 1).await;
    fs::remove_file(scene.path("text.xlsx")).unwrap();
    scene.removed("text.xlsx").await;
    assert!(scene.settled().await.is_empty());
}

async fn each_kind_of_damage_has_its_name(mode: Mode) {
    let whole = workbook(&"damage ".repeat(200));
    let mut encrypted = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    encrypted.resize(4_096, 0);
    let mut followed = whole.clone();
    followed.extend([0; 512]);
    let mut holed = whole.clone();
    let middle = whole.len() / 2;
    holed[middle..middle + 64].fill(0);
    let damages: [(&str, &[u8], &str); 9] = [
        ("empty.xlsx", b"", "the end of the file is missing"),
        ("encrypted.xlsx", &encrypted, "the file is encrypted"),
        ("torn.xlsx", &whole[..whole.len() - 100], "the end of the file is missing"),
        ("followed.xlsx", &followed, "the end of the file is missing"),
        ("zip.xlsx", &pack("", &["_rels/.rels"]), "the part \"_rels/.rels\" is missing"),
        ("no-types.xlsx", &pack("", &["[Content_Types].xml"]), "the part \"[Content_Types].xml\" is missing"),
        ("no-workbook.xlsx", &pack("", &["xl/workbook.xml"]), "the part \"xl/workbook.xml\" is missing"),
        (
            "no-sheet.xlsx",
            &pack("", &["xl/worksheets/sheet1.xml"]),
            "the part \"xl/worksheets/sheet1.xml\" is",
        ),
        (
            "xml.xlsx",
            &pack("", &["xl/_rels/workbook.xml.rels"]),
            "the part \"xl/_rels/workbook.xml.rels\" is",
        ),
    ];
    let mut scene = impatient(mode).begin().await;
    for (name, bytes, _) in damages {
        scene.write(name, bytes);
    }
    for (name, _, reason) in damages {
        let said = scene.broken(name, 0).await;
        assert!(said.starts_with(reason), "{name}: {said}");
        assert!(said.ends_with('.'), "{said} ends in something a person can do");
    }
    // A hole in a sheet is found where the order of writing is unknown: under an inode seen before.
    scene.write("holed.xlsx", &whole);
    scene.ready("holed.xlsx", &whole).await;
    scene.write("holed.xlsx", &holed);
    let said = scene.broken("holed.xlsx", 0).await;
    assert!(said.starts_with("the part \"xl/worksheets/sheet1.xml\" is damaged"), "{said}");
    assert_eq!(ready(&scene.log).count(), 1);
}

async fn a_broken_file_becomes_ready_when_it_is_repaired(mode: Mode) {
    let mut scene = impatient(mode).begin().await;
    scene.write("later.xlsx", b"not yet");
    scene.broken("later.xlsx", 0).await;
    let bytes = workbook("repaired");
    scene.write("later.xlsx", &bytes);
    scene.ready("later.xlsx", &bytes).await;
    scene.assert_each_once(&[("later.xlsx".into(), bytes)]).await;
}

async fn a_workbook_that_is_torn_is_called_broken_and_its_repair_is_reported(mode: Mode) {
    let mut scene = impatient(mode).begin().await;
    let bytes = workbook("whole again");
    scene.write("torn.xlsx", &bytes);
    scene.ready("torn.xlsx", &bytes).await;
    scene.write("torn.xlsx", &bytes[..bytes.len() / 2]);
    scene.broken("torn.xlsx", 0).await;
    scene.write("torn.xlsx", &bytes);
    scene.ready_count(2).await;
    assert_eq!(scene.settled().await.len(), 1);
}

async fn no_beginning_of_a_workbook_is_ever_ready(mode: Mode) {
    let stage = Stage::empty(mode);
    let bytes = workbook("whole");
    for bytes_written in 0..bytes.len() {
        fs::write(stage.folder.join(format!("first-{bytes_written}-bytes.xlsx")), &bytes[..bytes_written])
            .unwrap();
    }
    let mut scene = stage.holding("whole.xlsx", &bytes).begin().await;
    scene.assert_each_once(&[("whole.xlsx".into(), bytes)]).await;
}
