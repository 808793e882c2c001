use std::path::PathBuf;

use super::*;
use crate::announcement::{FileStamp, Sighting};
use crate::api::FolderState;
use crate::state::event::Announce;

const FOLDER: &str = "/home/ada/reports";

fn file(name: &str, sighting: Sighting) -> SightedFile {
    SightedFile {
        path: PathBuf::from(name),
        stamp: FileStamp { bytes: 1, modified_ns: 1, changed_ns: None, inode: 1 },
        sha256: "00".to_owned(),
        run: None,
        sighting,
    }
}

const NEW: Sighting = Sighting {
    recorded: false,
    first_scan: false,
    has_baseline: true,
    locked: false,
    opened_since_change: false,
};

impl Story {
    fn watches(has_baseline: bool) -> Self {
        let mut story = Self::with_door();
        story.happens(|now| Event::FolderWatched { folder: FOLDER.to_owned(), has_baseline, now });
        story
    }

    fn sees(&mut self, file: SightedFile) -> &mut Self {
        self.happens(|now| Event::FilesSighted { folder: FOLDER.to_owned(), files: vec![file], now })
    }

    fn folder_says(&mut self, said: FolderSaid) -> &mut Self {
        self.happens(|now| Event::FolderSaid { folder: FOLDER.to_owned(), said, now })
    }

    fn has_scanned(&mut self) -> &mut Self {
        self.folder_says(FolderSaid::Scanned { state: FolderState::Events })
    }

    fn somebody_listens(&mut self) -> &mut Self {
        self.happens(|now| Event::DoorSubscribed { door: 2, presents: true, now })
    }

    fn told(&self) -> Vec<(Announce, Vec<String>)> {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::RecordFiles { files, announce, .. } => Some((
                    *announce,
                    files.iter().map(|file| file.path.to_string_lossy().into_owned()).collect(),
                )),
                _ => None,
            })
            .collect()
    }
}

#[test]
fn a_new_file_is_told_by_itself() {
    let mut story = Story::watches(true);
    story.somebody_listens().has_scanned().sees(file("a.xlsx", NEW));
    assert_eq!(story.told(), [(Announce::OneByOne, vec!["a.xlsx".to_owned()])]);
}

#[test]
fn a_new_file_that_nobody_would_hear_of_waits_for_somebody() {
    let mut story = Story::watches(true);
    assert_eq!(story.has_scanned().sees(file("a.xlsx", NEW)).told(), []);
    assert_eq!(story.somebody_listens().told(), [(Announce::AsDigest, vec!["a.xlsx".to_owned()])]);
}

#[test]
fn the_file_of_a_run_does_not_wait_as_whoever_ran_it_knows() {
    let mut story = Story::watches(true);
    story.has_scanned().sees(SightedFile { run: Some(RUN), ..file("a.xlsx", NEW) });
    assert_eq!(story.told(), [(Announce::OneByOne, vec!["a.xlsx".to_owned()])]);
}

#[test]
fn the_first_look_at_a_folder_is_recorded_in_silence() {
    let mut story = Story::watches(false);
    story.sees(file("a.xlsx", Sighting { first_scan: true, has_baseline: false, ..NEW }));
    assert_eq!(story.told(), [(Announce::Silently, vec!["a.xlsx".to_owned()])]);
    assert!(story.has_scanned().has(&Effect::RecordBaseline { folder: FOLDER.to_owned() }));
}

#[test]
fn what_came_while_nothing_ran_is_one_digest_once_somebody_listens() {
    let mut story = Story::watches(true);
    let late = Sighting { first_scan: true, ..NEW };
    assert_eq!(story.sees(file("a.xlsx", late)).told(), []);
    assert_eq!(story.sees(file("b.xlsx", late)).told(), []);
    assert_eq!(story.has_scanned().told(), [], "nobody would hear it");
    let both = vec!["a.xlsx".to_owned(), "b.xlsx".to_owned()];
    assert_eq!(story.somebody_listens().told(), [(Announce::AsDigest, both)]);
    assert_eq!(story.has_scanned().told(), [], "told once");
}

#[test]
fn a_digest_waits_for_the_whole_scan() {
    let mut story = Story::watches(true);
    story.somebody_listens().sees(file("a.xlsx", Sighting { first_scan: true, ..NEW }));
    assert_eq!(story.told(), []);
    assert_eq!(story.has_scanned().told(), [(Announce::AsDigest, vec!["a.xlsx".to_owned()])]);
}

#[test]
fn a_file_that_left_before_the_digest_is_not_told() {
    let mut story = Story::watches(true);
    story.sees(file("a.xlsx", Sighting { first_scan: true, ..NEW })).has_scanned();
    story.folder_says(FolderSaid::Removed { path: PathBuf::from("a.xlsx") });
    assert_eq!(story.somebody_listens().told(), []);
}

#[test]
fn own_edits_and_known_files_are_recorded_in_silence() {
    let mut story = Story::watches(true);
    for quiet in [
        Sighting { locked: true, ..NEW },
        Sighting { opened_since_change: true, ..NEW },
        Sighting { recorded: true, ..NEW },
    ] {
        story.has_scanned().sees(file("a.xlsx", quiet));
        assert_eq!(story.told(), [(Announce::Silently, vec!["a.xlsx".to_owned()])]);
    }
}

#[test]
fn a_lost_folder_is_said_and_its_return_too() {
    let mut story = Story::watches(true);
    story.folder_says(FolderSaid::Lost { reason: "unplugged".to_owned() });
    assert_eq!(story.state.folder_state(FOLDER), Some(&FolderState::Lost { reason: "unplugged".to_owned() }));
    story.folder_says(FolderSaid::Back);
    assert_eq!(story.state.folder_state(FOLDER), Some(&FolderState::Scanning));
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

impl Story {
    fn waits_millis(&mut self, milliseconds: i64) -> &mut Self {
        self.now += SignedDuration::from_millis(milliseconds);
        self.happens(|now| Event::Ticked { now })
    }

    fn tells_collected(&self) -> bool {
        self.has(&Effect::TellCollected)
    }
}

#[test]
fn of_files_that_come_together_the_first_is_told_at_once_and_the_others_together() {
    let mut story = Story::watches(true);
    story.somebody_listens().has_scanned();
    assert_eq!(story.sees(file("a.xlsx", NEW)).told(), [(Announce::OneByOne, names(&["a.xlsx"]))]);
    let wakes_at = story.now + BURST;
    assert!(story.has(&Effect::WakeAt(wakes_at)));
    story.waits_millis(400);
    assert_eq!(story.sees(file("b.xlsx", NEW)).told(), [(Announce::Collected, names(&["b.xlsx"]))]);
    story.waits_millis(1_099);
    assert_eq!(story.sees(file("c.xlsx", NEW)).told(), [(Announce::Collected, names(&["c.xlsx"]))]);
    assert!(!story.tells_collected());
    assert!(story.waits_millis(1).tells_collected());
    // What goes on coming is told together again, and what comes after a quiet time by itself.
    assert_eq!(story.sees(file("d.xlsx", NEW)).told(), [(Announce::Collected, names(&["d.xlsx"]))]);
    assert!(story.waits_millis(1_500).tells_collected());
    assert!(!story.waits_millis(1_500).tells_collected());
    assert_eq!(story.sees(file("e.xlsx", NEW)).told(), [(Announce::OneByOne, names(&["e.xlsx"]))]);
}

#[test]
fn files_that_are_seen_at_once_are_one_and_the_rest() {
    let mut story = Story::watches(true);
    story.somebody_listens().has_scanned();
    let files = ["a.xlsx", "b.xlsx", "c.xlsx"].map(|name| file(name, NEW)).to_vec();
    story.happens(|now| Event::FilesSighted { folder: FOLDER.to_owned(), files, now });
    let rest = (Announce::Collected, names(&["b.xlsx", "c.xlsx"]));
    assert_eq!(story.told(), [(Announce::OneByOne, names(&["a.xlsx"])), rest]);
}

#[test]
fn an_engine_that_ends_in_a_burst_tells_what_it_has_collected() {
    let mut story = Story::watches(true);
    story.somebody_listens().has_scanned().sees(file("a.xlsx", NEW)).sees(file("b.xlsx", NEW));
    story.happens(|now| Event::Terminated { now });
    assert!(story.tells_collected());
}

#[test]
fn a_clock_that_is_set_back_holds_nothing_back() {
    let mut story = Story::watches(true);
    story.somebody_listens().has_scanned().sees(file("a.xlsx", NEW)).sees(file("b.xlsx", NEW));
    assert!(story.waits_millis(-3_600_000).tells_collected());
}
