//! Watched folders: which of the files that appear are told, and how.

use jiff::Timestamp;

use super::event::Announce;
use super::{Effect, FolderSaid, SightedFile, State};
use crate::announcement::{Verdict, judge};
use crate::api::{AppEvent, FolderState, FolderStatus};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct WatchedFolder {
    pub(super) state: FolderState,
    has_baseline: bool,
    /// The first look at everything that lies there is over.
    scanned: bool,
    /// What arrived while nothing ran. Told as one, when the first look is over and somebody is there to hear
    /// it; until then it is not in the ledger, so that an end of the engine loses nothing.
    digest: Vec<SightedFile>,
}

impl State {
    pub(super) fn folder_watched(&mut self, folder: String, has_baseline: bool) {
        self.folders.insert(
            folder,
            WatchedFolder { state: FolderState::Scanning, has_baseline, scanned: false, digest: Vec::new() },
        );
    }

    pub(super) fn folder_said(&mut self, folder: &str, said: FolderSaid, effects: &mut Vec<Effect>) {
        let Some(watched) = self.folders.get_mut(folder) else { return };
        match said {
            FolderSaid::Scanned { state } => {
                watched.state = state;
                watched.scanned = true;
                if !watched.has_baseline {
                    watched.has_baseline = true;
                    effects.push(Effect::RecordBaseline { folder: folder.to_owned() });
                }
                self.tell_digests(effects);
                self.publish_folder(folder, effects);
            }
            FolderSaid::ModeChanged { state } => {
                watched.state = state;
                self.publish_folder(folder, effects);
            }
            FolderSaid::Lost { reason } => {
                watched.state = FolderState::Lost { reason };
                self.publish_folder(folder, effects);
            }
            FolderSaid::Back => {
                watched.state = FolderState::Scanning;
                self.publish_folder(folder, effects);
            }
            FolderSaid::Removed { path } => {
                watched.digest.retain(|file| file.path != path);
                let shown = path.to_string_lossy().into_owned();
                effects.push(Effect::RecordRemoved { folder: folder.to_owned(), path });
                let event = AppEvent::FileRemoved { folder: folder.to_owned(), path: shown };
                effects.push(Effect::Publish(Box::new(event)));
            }
            FolderSaid::Broken { path, reason } => {
                let path = path.to_string_lossy().into_owned();
                let event = AppEvent::FileBroken { folder: folder.to_owned(), path, reason };
                effects.push(Effect::Publish(Box::new(event)));
            }
        }
    }

    pub(super) fn files_sighted(
        &mut self,
        folder: &str,
        files: Vec<SightedFile>,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some(watched) = self.folders.get_mut(folder) else { return };
        let (mut silent, mut told) = (Vec::new(), Vec::new());
        for file in files {
            // A file of the digest that changes again before it was told is told in its newest form.
            watched.digest.retain(|waiting| waiting.path != file.path);
            match judge(file.sighting) {
                Verdict::Known | Verdict::Baseline | Verdict::OwnEdit => silent.push(file),
                // Nobody is there to hear it: it waits for somebody, unless the one who ran the report knows already.
                Verdict::Announce if self.presenting.is_empty() && file.run.is_none() => {
                    watched.digest.push(file);
                }
                Verdict::Announce => told.push(file),
                Verdict::Digest => watched.digest.push(file),
            }
        }
        let record = |files: Vec<SightedFile>, announce, effects: &mut Vec<Effect>| {
            if !files.is_empty() {
                effects.push(Effect::RecordFiles { folder: folder.to_owned(), files, announce });
            }
        };
        record(silent, Announce::Silently, effects);
        let mut told = told.into_iter();
        while let Some(file) = told.next() {
            if self.is_told_at_once(now, effects) {
                record(vec![file], Announce::OneByOne, effects);
            } else {
                record(std::iter::once(file).chain(told).collect(), Announce::Collected, effects);
                break;
            }
        }
        self.tell_digests(effects);
    }

    /// Tells what arrived while nothing ran, if the first look is over and a door presents announcements.
    pub(super) fn tell_digests(&mut self, effects: &mut Vec<Effect>) {
        if self.presenting.is_empty() {
            return;
        }
        for (folder, watched) in self.folders.iter_mut().filter(|(_, watched)| watched.scanned) {
            let files = std::mem::take(&mut watched.digest);
            if !files.is_empty() {
                effects.push(Effect::RecordFiles {
                    folder: folder.clone(),
                    files,
                    announce: Announce::AsDigest,
                });
            }
        }
    }

    fn publish_folder(&self, folder: &str, effects: &mut Vec<Effect>) {
        if let Some(watched) = self.folders.get(folder) {
            let status = FolderStatus { folder: folder.to_owned(), state: watched.state.clone() };
            effects.push(Effect::Publish(Box::new(AppEvent::FolderChanged(status))));
        }
    }
}
