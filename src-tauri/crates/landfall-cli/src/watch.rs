//! `landfall watch`: each finished spreadsheet once, as it arrives.

use std::path::{Path, PathBuf};

use landfall_core::announcement::Announcement;
use landfall_core::api::{AppEvent, Command, FolderState, FolderStatus};
use landfall_door::{Heard, Session, opening};
use serde_json::json;

use crate::arguments::Watch;
use crate::error::{Error, Outcome};
use crate::output::escape::safe;
use crate::output::words;
use crate::session::{self, Surroundings};

/// How many names a digest shows.
const NAMES_IN_DIGEST: usize = 3;

/// A digest of more files than this is not opened: nobody wants fifty windows.
const OPENED_OF_DIGEST: usize = 3;

pub(crate) async fn watch(around: &Surroundings, arguments: &Watch) -> Outcome {
    let mut interruptions = around.interrupts.take();
    let mut session = session::open(around).await?;
    session.subscribe(true).await?;
    let mut watching = Watching { around, open: arguments.open, folders: Vec::new() };
    loop {
        tokio::select! {
            biased;
            () = interruptions.pressed() => {
                return Err(Error::Interrupted { message: "No longer watching; nothing else was stopped".to_owned(), run: None });
            }
            heard = session.hear() => match heard? {
                Heard::Event(event) => watching.take(&mut session, *event).await?,
                Heard::EngineRestarted => watching.engine_restarted()?,
            },
        }
    }
}

struct Watching<'a> {
    around: &'a Surroundings,
    open: bool,
    /// As they were told last.
    folders: Vec<FolderStatus>,
}

impl Watching<'_> {
    async fn take(&mut self, session: &mut Session, event: AppEvent) -> Result<(), Error> {
        match event {
            AppEvent::Snapshot(snapshot) => {
                if session.last_presented().is_none() {
                    session.presented(snapshot.last_announcement);
                }
                for folder in &snapshot.status.folders {
                    self.folder_changed(folder)?;
                }
            }
            AppEvent::Announced(announcement) => {
                // After a restart what is sent again and what is new may overlap.
                if session.last_presented().is_some_and(|last| announcement.number <= last) {
                    return Ok(());
                }
                session.presented(announcement.number);
                self.present(session, &announcement).await?;
            }
            AppEvent::AnnouncedDigest(mut announcements) => {
                let last = session.last_presented();
                announcements.retain(|announcement| last.is_none_or(|last| announcement.number > last));
                if let Some(newest) = announcements.iter().map(|announcement| announcement.number).max() {
                    session.presented(newest);
                    self.present_digest(session, &announcements).await?;
                }
            }
            AppEvent::FolderChanged(folder) => self.folder_changed(&folder)?,
            AppEvent::FileBroken { folder, path, reason } => {
                if self.around.output.json {
                    let file = joined(&folder, &path);
                    self.around.output.json(&json!({ "type": "broken", "file": file, "reason": reason }))?;
                } else {
                    self.around.output.warning(&format!("{} is not a workbook: {reason}", safe(&path)));
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn present(&self, session: &mut Session, announcement: &Announcement) -> Result<(), Error> {
        let output = self.around.output;
        let path = joined(&announcement.folder, &announcement.path);
        if output.json {
            let mut line = json!(announcement);
            line["type"] = json!("finished");
            line["file"] = json!(path);
            output.json(&line)?;
        } else {
            // One line a file, whatever its name holds.
            output.line(&safe(&path.display().to_string()))?;
            if output.notes_on_terminal && !output.result_on_terminal {
                output.note(&facts(announcement));
            }
        }
        if self.open {
            self.open(session, &path).await?;
        }
        Ok(())
    }

    async fn open(&self, session: &mut Session, path: &Path) -> Result<(), Error> {
        session.ask(Command::NoteOpened { path: path.display().to_string() }).await?;
        if let Err(error) = opening::open_workbook(path, crate::report::INSTEAD_OF_OPENING).await {
            let told = error.to_api_error();
            self.around.output.warning(&format!("{}. {}", told.message, told.hint));
        }
        Ok(())
    }

    /// What arrived while nothing ran, or close together: one line for a person, all of it for a program.
    async fn present_digest(
        &self,
        session: &mut Session,
        announcements: &[Announcement],
    ) -> Result<(), Error> {
        let output = self.around.output;
        let files: Vec<PathBuf> = announcements
            .iter()
            .map(|announcement| joined(&announcement.folder, &announcement.path))
            .collect();
        if output.json {
            output.json(&json!({ "type": "digest", "files": files, "announcements": announcements }))?;
        } else {
            self.print_digest(announcements, &files)?;
        }
        if self.open && files.len() > OPENED_OF_DIGEST {
            output.note("None of them was opened, because they are many.");
        } else if self.open {
            for path in &files {
                self.open(session, path).await?;
            }
        }
        Ok(())
    }

    fn print_digest(&self, announcements: &[Announcement], files: &[PathBuf]) -> Result<(), Error> {
        let output = self.around.output;
        let names: Vec<String> = announcements
            .iter()
            .take(NAMES_IN_DIGEST)
            .map(|announcement| safe(&announcement.path).into_owned())
            .collect();
        let more = announcements.len().saturating_sub(NAMES_IN_DIGEST);
        let more = if more > 0 { format!(" and {} more", words::count(more as u64)) } else { String::new() };
        let what = words::counted(announcements.len() as u64, "spreadsheet", "spreadsheets");
        output.note(&format!("{what} arrived: {}{more}", names.join(", ")));
        if output.result_on_terminal {
            return Ok(());
        }
        output.lines(files.iter().map(|file| safe(&file.display().to_string()).into_owned()))
    }

    fn folder_changed(&mut self, status: &FolderStatus) -> Result<(), Error> {
        let before = self.folders.iter().position(|known| known.folder == status.folder);
        let before = before.map(|index| self.folders.swap_remove(index).state);
        let was_lost = matches!(before, Some(FolderState::Lost { .. }));
        self.folders.push(status.clone());
        let output = self.around.output;
        if before.as_ref() == Some(&status.state) {
            return Ok(());
        }
        if output.json {
            let mut line = json!(status.state);
            line["type"] = json!("folder");
            line["folder"] = json!(status.folder);
            return output.json(&line);
        }
        let folder = safe(&status.folder).into_owned();
        match &status.state {
            FolderState::Scanning => {}
            FolderState::Lost { reason } => {
                output.warning(&format!("{folder} is gone ({reason}); watching for its return"));
            }
            _ if was_lost => output.note(&format!("{folder} is back.")),
            FolderState::Events if before.is_none_or(|before| before == FolderState::Scanning) => {
                output.note(&format!("Watching {folder}"));
            }
            FolderState::Polling { why } => {
                output.note(&format!("Watching {folder} by looking once a second: {why}"));
            }
            FolderState::Events => {}
        }
        Ok(())
    }

    fn engine_restarted(&self) -> Result<(), Error> {
        if self.around.output.json {
            return self.around.output.json(&json!({ "type": "engine", "state": "restarted" }));
        }
        Ok(())
    }
}

fn joined(folder: &str, path: &str) -> PathBuf {
    Path::new(folder).join(path)
}

fn facts(announcement: &Announcement) -> String {
    let mut facts = vec![words::bytes(announcement.bytes)];
    if let Some(made_by) = &announcement.made_by {
        facts.insert(0, words::counted(made_by.rows, "row", "rows"));
        let took = i64::try_from(made_by.took_ms).unwrap_or(i64::MAX);
        facts.push(words::duration(jiff::SignedDuration::from_millis(took)));
        facts.push(format!("run {}", made_by.run));
    }
    format!("  {}", facts.join(" · "))
}
