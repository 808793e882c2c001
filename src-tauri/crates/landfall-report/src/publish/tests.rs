#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use landfall_core::period::Period;
use tempfile::TempDir;

use super::*;

const FILE: &str = "ticketing-report-2025-01-01-to-2025-01-31-10001.xlsx";
const RUN: u64 = 10_001;
const CONTENT: &[u8] = b"the workbook";

/// A folder and what a run did in it before it was killed.
struct Scene {
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn with(self, name: &str, content: &[u8]) -> Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    fn with_dead_claim(self) -> Self {
        let work = self.path(&names::work_folder_name(RUN));
        fs::create_dir(&work).unwrap();
        fs::write(work.join("lock"), "").unwrap();
        self
    }

    fn with_sidecar(self, name: &str) -> Self {
        let text = serde_json::to_vec(&sidecar()).unwrap();
        self.with(name, &text)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn recover(&self) -> Recovered {
        recover(self.folder.path(), RUN, FILE).unwrap()
    }
}

fn sidecar() -> Sidecar {
    Sidecar {
        schema: landfall_core::sidecar::SCHEMA,
        file: FILE.to_owned(),
        run: RUN,
        definition: "ticketing-report".to_owned(),
        definition_hash: "00".to_owned(),
        title: "Ticketing report".to_owned(),
        period: Period { from: date(2025, 1, 1), to: date(2025, 1, 31), requested_to: None },
        timezone: "UTC".to_owned(),
        parameters: BTreeMap::new(),
        rows: 3,
        bytes: CONTENT.len() as u64,
        sha256: hex::encode(Sha256::digest(CONTENT)),
        queried_at: Timestamp::UNIX_EPOCH,
        query_ms: 1,
        finished_at: Timestamp::UNIX_EPOCH,
        generator: "0".to_owned(),
    }
}

fn hidden_workbook() -> String {
    names::part_name(FILE, RUN)
}

fn hidden_sidecar() -> String {
    names::part_name(&names::sidecar_name(FILE), RUN)
}

fn finished() -> Vec<String> {
    vec![FILE.to_owned(), names::sidecar_name(FILE)]
}

#[test]
fn a_workbook_and_its_sidecar_are_published_for_this_user_only() {
    let scene = Scene::new();
    let (part, mut file) = Part::create(scene.folder.path(), FILE, RUN).unwrap();
    file.write_all(CONTENT).unwrap();
    publish(scene.folder.path(), &part, &sidecar()).unwrap();
    drop(part);
    assert_eq!(scene.names(), finished());
    #[cfg(unix)]
    for name in finished() {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(scene.path(&name)).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn nothing_is_ever_overwritten() {
    let scene = Scene::new().with(FILE, b"older");
    let (part, mut file) = Part::create(scene.folder.path(), FILE, RUN).unwrap();
    file.write_all(CONTENT).unwrap();
    let error = publish(scene.folder.path(), &part, &sidecar()).unwrap_err();
    assert!(matches!(error, PublishError::Exists { .. }));
    assert_eq!(error.code(), Code::TargetNotWritable);
    drop(part);
    assert_eq!(scene.names(), [FILE]);
    assert_eq!(fs::read(scene.path(FILE)).unwrap(), b"older");
}

#[test]
fn every_way_to_publish_refuses_to_replace() {
    for way in [rename_exclusively, link_and_unlink, claim_and_rename] {
        let scene = Scene::new().with("part", CONTENT).with("taken", b"older");
        let refused = way(&scene.path("part"), &scene.path("taken")).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        way(&scene.path("part"), &scene.path("free")).unwrap();
        assert_eq!(scene.names(), ["free", "taken"]);
        assert_eq!(fs::read(scene.path("free")).unwrap(), CONTENT);
    }
}

#[test]
fn a_run_killed_while_writing_leaves_nothing() {
    let scene = Scene::new().with_dead_claim().with(&hidden_workbook(), b"half");
    assert_eq!(scene.recover(), Recovered::Nothing);
    assert_eq!(scene.names(), Vec::<String>::new());
}

#[test]
fn a_run_killed_before_the_workbook_had_its_name_published_nothing() {
    let scene =
        Scene::new().with_dead_claim().with(&hidden_workbook(), CONTENT).with_sidecar(&hidden_sidecar());
    assert_eq!(scene.recover(), Recovered::Nothing);
    assert_eq!(scene.names(), Vec::<String>::new());
}

#[test]
fn a_run_killed_between_the_two_names_is_completed() {
    let scene = Scene::new().with_dead_claim().with(FILE, CONTENT).with_sidecar(&hidden_sidecar());
    assert_eq!(scene.recover(), Recovered::Published(Box::new(sidecar())));
    assert_eq!(scene.names(), finished());
    // Asking again changes nothing.
    assert_eq!(scene.recover(), Recovered::Published(Box::new(sidecar())));
}

#[test]
fn a_run_killed_after_publishing_is_known_by_its_sidecar() {
    let scene = Scene::new().with_dead_claim().with(FILE, CONTENT).with_sidecar(&names::sidecar_name(FILE));
    assert_eq!(scene.recover(), Recovered::Published(Box::new(sidecar())));
    assert_eq!(scene.names(), finished());
}

#[test]
fn a_claimed_name_is_given_back_and_a_strangers_file_is_kept() {
    let scene = Scene::new().with(FILE, b"").with_sidecar(&hidden_sidecar());
    assert_eq!(scene.recover(), Recovered::Nothing);
    assert_eq!(scene.names(), Vec::<String>::new());

    let scene = Scene::new().with(FILE, b"somebody's").with_sidecar(&hidden_sidecar());
    assert_eq!(scene.recover(), Recovered::Nothing);
    assert_eq!(scene.names(), [FILE]);
}

#[test]
fn a_living_run_is_left_alone() {
    let scene = Scene::new().with(&hidden_workbook(), b"half");
    let claim = Claim::take(scene.folder.path(), RUN).unwrap();
    assert_eq!(scene.recover(), Recovered::AtWork);
    assert_eq!(sweep(scene.folder.path(), |_, _| true).unwrap(), Swept::default());
    assert!(matches!(Claim::take(scene.folder.path(), RUN), Err(PublishError::Claimed { run: RUN })));
    drop(claim);
    assert_eq!(scene.names(), [hidden_workbook()]);
}

#[test]
fn a_sweep_removes_unfinished_work_and_nothing_else() {
    let scene = Scene::new()
        .with_dead_claim()
        .with(&hidden_workbook(), b"half")
        .with(".a.xlsx.10002.part", b"other")
        .with("holiday.xlsx", b"mine")
        .with(".film.part", b"mine");
    let swept = sweep(scene.folder.path(), |run, _| run == RUN).unwrap();
    assert_eq!((swept.removed.len(), swept.bytes), (2, 4));
    assert_eq!(scene.names(), [".a.xlsx.10002.part", ".film.part", "holiday.xlsx"]);
}

#[test]
fn a_folder_that_can_not_be_used_is_named() {
    let scene = Scene::new().with("file", b"");
    assert!(matches!(Claim::take(&scene.path("gone"), RUN), Err(PublishError::FolderMissing { .. })));
    assert!(matches!(Claim::take(&scene.path("file"), RUN), Err(PublishError::NotAFolder { .. })));
}
