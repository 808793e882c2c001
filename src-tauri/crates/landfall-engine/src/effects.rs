//! What the engine does when the state says so.

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use landfall_core::api::AppEvent;
use landfall_core::library::ReportId;
use landfall_core::progress::Level;
use landfall_core::run::{FileState, Run};
use landfall_core::settings::DatabaseSettings;
use landfall_core::state::{Announce, Effect, Event, SampleAddress};
use landfall_store::NewFile;

use crate::definitions;
use crate::engine::{Engine, Incoming, now};
use crate::generator::Start;

impl Engine {
    /// Carries out one effect. Those that need time begin here and report by events.
    ///
    /// # Errors
    /// When the intent of a run can't be written down: nothing after it may be carried out.
    pub(crate) fn carry_out(&mut self, effect: Effect) -> Result<(), landfall_store::Error> {
        match effect {
            Effect::InsertRun { run, token } => self.ledger.insert_requested_run(&run, token.as_deref())?,
            Effect::UpdateRun(run) => {
                if let Err(error) = self.ledger.update_run(&run) {
                    tracing::error!(run = run.number, "the ledger was not updated: {error}");
                } else if run.state.is_over() {
                    self.entry_changed(ReportId::Run(run.number));
                }
            }
            Effect::AppendLog { run, at, level, message } => self.append_log(run, at, level, &message),
            Effect::StartGenerator { run, connection, sample } => {
                self.start_generator(*run, *connection, sample);
            }
            Effect::StopGenerator { run } => self.generators.stop(run),
            Effect::StartSample => self.sample.start(),
            Effect::StopSample => self.sample.stop(),
            Effect::StartTask { task, kind, connection, sample, confirmation } => {
                self.start_task(task, kind, *connection, sample, confirmation);
            }
            Effect::StopTask { task } => self.tasks.stop(task),
            Effect::RecordFiles { folder, files, announce } => self.record_files(&folder, files, announce),
            Effect::RecordBaseline { folder } => {
                if let Err(error) = self.ledger.set_baseline(&folder, now()) {
                    tracing::error!("the first look at \"{folder}\" was not recorded: {error}");
                }
            }
            Effect::RecordRemoved { folder, path } => match self.ledger.mark_removed(&folder, &path) {
                Ok(known) => {
                    self.note_file(known.and_then(|file| file.run), FileState::Missing);
                    self.file_changed(&folder, &path);
                }
                Err(error) => tracing::error!("a removed file was not recorded: {error}"),
            },
            Effect::TellCollected => self.tell_collected(),
            Effect::WorkOnFile { request, work, file } => self.begin_file_work(request, work, *file),
            Effect::ChangeFolder { request, change } => self.begin_folder_change(request, *change),
            Effect::Rescan { folder } => self.folders.rescan(&folder, None),
            Effect::Reply { request, answer } => self.reply(request, *answer),
            Effect::Publish(event) => self.publish(&event),
            Effect::WakeAt(at) => self.wake_at(at),
            Effect::StopEngine => self.ended = true,
        }
        Ok(())
    }

    /// Keeps with its run that a file is gone or back. What Landfall deleted itself is not "missing".
    fn note_file(&mut self, run: Option<u64>, state: FileState) {
        let Some(Ok(Some(run))) = run.map(|run| self.ledger.run(run)) else { return };
        // What a watch saw may be older than a deletion or a move: the file itself knows.
        let is_there = Path::new(&run.folder).join(&run.file).is_file();
        let changes = match state {
            FileState::Missing => {
                run.file_state == FileState::Present
                    && !is_there
                    && !self.state.is_at_work_on(&ReportId::Run(run.number), &run.folder)
            }
            _ => run.state.is_over() && run.file_state != state && is_there,
        };
        if !changes {
            return;
        }
        match self.ledger.set_file_state(run.number, state) {
            Ok(()) => self.publish(&AppEvent::RunChanged(Box::new(Run { file_state: state, ..run }))),
            Err(error) => {
                tracing::error!(run = run.number, "the state of its file was not recorded: {error}");
            }
        }
    }

    fn append_log(&mut self, run: u64, at: Timestamp, level: Level, message: &str) {
        tracing::info!(run, "{message}");
        match self.ledger.append_log(run, at, level, message) {
            Ok(lines) => {
                for line in lines {
                    self.publish(&AppEvent::RunLogged { run, line });
                }
            }
            Err(error) => tracing::error!(run, "a line of the log was lost: {error}"),
        }
    }

    fn start_generator(&mut self, run: Run, connection: DatabaseSettings, sample: Option<SampleAddress>) {
        let password = self.secrets.lookup(&connection);
        let definition = definitions::copied(self.run_folder(run.number).join("definition"));
        self.generators.start(Start { definition, database: connection, run, sample }, password);
    }

    fn record_files(
        &mut self,
        folder: &str,
        files: Vec<landfall_core::state::SightedFile>,
        announce: Announce,
    ) {
        let batch: Vec<NewFile> = files
            .into_iter()
            .map(|file| NewFile {
                path: file.path,
                stamp: file.stamp,
                sha256: file.sha256,
                announce: announce != Announce::Silently,
                run: file.run,
            })
            .collect();
        let recorded = match self.ledger.record_files(folder, &batch, now()) {
            Ok(recorded) => recorded,
            Err(error) => {
                // Not recorded, so not told: the next scan finds them again.
                tracing::error!("files in \"{folder}\" were not recorded: {error}");
                return;
            }
        };
        for file in &batch {
            self.note_file(file.run, FileState::Present);
            self.file_changed(folder, &file.path);
        }
        let announcements: Vec<_> = recorded.into_iter().flatten().collect();
        match announce {
            Announce::Silently => {}
            Announce::OneByOne => {
                for announcement in announcements {
                    self.publish(&AppEvent::Announced(Box::new(announcement)));
                }
            }
            Announce::AsDigest if announcements.is_empty() => {}
            Announce::AsDigest => self.publish(&AppEvent::AnnouncedDigest(announcements)),
            Announce::Collected => self.collected.extend(announcements),
        }
    }

    fn wake_at(&self, at: Timestamp) {
        // A moment later than asked for, as the two clocks of a computer don't agree to the last bit.
        let wait = at.duration_since(now()) + SignedDuration::from_millis(5);
        let wait = Duration::try_from(wait).unwrap_or_default();
        let incoming = self.incoming.clone();
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            let _ = incoming.send(Incoming::Event(Box::new(Event::Ticked { now: now() }))).await;
        });
    }
}
