//! Another reports folder, and what becomes of the reports in the present one.
//!
//! Files are looked at and moved off the engine's task, one report at a time; what is kept of it in the ledger is
//! written by the engine's task, before and after each move, so that both agree wherever the engine is killed.

use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use landfall_core::api::{ExistingReports, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::library::ReportId;
use landfall_core::names;
use landfall_core::run::{Run, RunState};
use landfall_core::state::{Event, FolderChange, RequestRef};
use landfall_store::{FileStamp, NewFile};

use crate::commands::ledger_error;
use crate::engine::{Engine, Incoming, now};
use crate::folder_check::is_not_our_own;
use crate::{file_work, settings_file};

/// A change of the reports folder that is under way.
pub(crate) struct Relocation {
    request: RequestRef,
    change: FolderChange,
    /// Runs whose reports have not moved yet.
    waiting: VecDeque<Run>,
    moved: u64,
}

/// The names of the files in both folders.
pub(crate) struct Contents {
    from: BTreeSet<OsString>,
    to: BTreeSet<OsString>,
}

impl Engine {
    pub(crate) fn change_folder(&mut self, request: RequestRef, folder: &str, existing: ExistingReports) {
        let change = FolderChange { from: self.reports_folder(), to: self.tidy_path(folder), existing };
        self.apply(Event::FolderChangeRequested { request, change: Box::new(change), now: now() });
    }

    pub(crate) fn begin_folder_change(&mut self, request: RequestRef, change: FolderChange) {
        let (from, to) = (PathBuf::from(&change.from), PathBuf::from(&change.to));
        self.relocation = Some(Relocation { request, change, waiting: VecDeque::new(), moved: 0 });
        let data = self.places.data.clone();
        let look = move || is_not_our_own(&to, &data).and_then(|()| look_at(&from, &to));
        file_work::begin(&self.incoming, look, Incoming::FoldersSeen);
    }

    /// The new folder can be used, or can't.
    pub(crate) fn folders_seen(&mut self, seen: Result<Contents, ApiError>) {
        let Some(mut relocation) = self.relocation.take() else { return };
        let waiting = seen.and_then(|contents| match relocation.change.existing {
            ExistingReports::Move => self.reports_to_move(&relocation.change, &contents),
            ExistingReports::Keep | ExistingReports::WatchBoth => Ok(VecDeque::new()),
        });
        match waiting {
            Ok(waiting) => {
                relocation.waiting = waiting;
                self.move_next(relocation);
            }
            Err(error) => self.end_folder_change(&relocation, Err(error)),
        }
    }

    /// The ledger's runs whose files lie there. What lies there without Landfall stays.
    fn reports_to_move(&self, change: &FolderChange, contents: &Contents) -> Result<VecDeque<Run>, ApiError> {
        let runs = self.ledger.runs_in(&change.from).map_err(|error| ledger_error(&error))?;
        let moves = |run: &Run| {
            let file = OsString::from(&run.file);
            // An engine that was killed between moving a file and keeping so in the ledger had kept where it goes.
            let was_moved = || {
                let known = self.ledger.file(&change.to, Path::new(&run.file)).ok().flatten();
                contents.to.contains(&file) && known.is_some_and(|known| known.run == Some(run.number))
            };
            contents.from.contains(&file) || was_moved()
        };
        Ok(runs.into_iter().filter(moves).collect())
    }

    fn move_next(&mut self, mut relocation: Relocation) {
        if self.state.is_stopping() {
            let interrupted = relocation.change.interrupted(relocation.moved);
            return self.end_folder_change(&relocation, Err(interrupted));
        }
        let Some(run) = relocation.waiting.pop_front() else {
            let changed = self.use_folder(&relocation.change);
            let answer = changed.map(|()| Reply::FolderChanged { moved: relocation.moved });
            return self.end_folder_change(&relocation, answer);
        };
        if let Err(error) = self.record_moved(&run, &relocation.change) {
            return self.end_folder_change(&relocation, Err(error));
        }
        let (from, to) = (PathBuf::from(&relocation.change.from), PathBuf::from(&relocation.change.to));
        self.relocation = Some(relocation);
        let (number, file) = (run.number, run.file);
        let work = move || move_report(&from, &to, &file, number);
        file_work::begin(&self.incoming, work, move |moved| Incoming::ReportMoved { run: number, moved });
    }

    pub(crate) fn report_moved(&mut self, run: u64, moved: Result<(), ApiError>) {
        let Some(mut relocation) = self.relocation.take() else { return };
        let kept = moved.and_then(|()| {
            self.ledger.move_run(run, &relocation.change.to).map_err(|error| ledger_error(&error))
        });
        match kept {
            Ok(()) => {
                self.entry_changed(ReportId::Run(run));
                relocation.moved += 1;
                self.move_next(relocation);
            }
            Err(error) => self.end_folder_change(&relocation, Err(error)),
        }
    }

    /// From now on reports go there.
    fn use_folder(&mut self, change: &FolderChange) -> Result<(), ApiError> {
        let file = &self.places.settings_file;
        let mut also_watched = self.settings.reports.also_watch.clone();
        also_watched.retain(|path| *path != change.to);
        if change.existing == ExistingReports::WatchBoth {
            also_watched.push(change.from.clone());
        }
        if also_watched != self.settings.reports.also_watch {
            let list = toml::Value::from(also_watched).to_string();
            settings_file::change(file, "reports.also-watch", Some(&list))?;
        }
        settings_file::change(file, "reports.folder", Some(&change.to))?;
        self.load_settings();
        Ok(())
    }

    fn end_folder_change(&mut self, relocation: &Relocation, answer: Result<Reply, ApiError>) {
        self.reply(relocation.request, answer);
        self.apply(Event::FolderChangeEnded { now: now() });
    }

    /// A report that moves was told where it was, and is not told again where it goes.
    fn record_moved(&mut self, run: &Run, change: &FolderChange) -> Result<(), ApiError> {
        let RunState::Succeeded { bytes, sha256, .. } = &run.state else { return Ok(()) };
        let known =
            self.ledger.file(&run.folder, Path::new(&run.file)).map_err(|error| ledger_error(&error))?;
        // Without a stamp of the file it is read once more where it goes; its content is known then.
        let nothing = FileStamp { bytes: *bytes, modified_ns: 0, changed_ns: None, inode: 0 };
        let moved = NewFile {
            path: PathBuf::from(&run.file),
            stamp: known.map_or(nothing, |known| known.stamp),
            sha256: sha256.clone(),
            announce: false,
            run: Some(run.number),
        };
        tracing::info!(run = run.number, "\"{}\" moves from {} to {}", run.file, change.from, change.to);
        self.ledger.record_files(&change.to, &[moved], now()).map(drop).map_err(|error| ledger_error(&error))
    }
}

/// Whether the change can be made, and what lies in both folders.
fn look_at(from: &Path, to: &Path) -> Result<Contents, ApiError> {
    check(to)?;
    if same_folder(to, from) {
        return Err(ApiError::new(
            Code::Conflict,
            "reports go into this folder already",
            "There is nothing to change.",
        ));
    }
    Ok(Contents { from: files_in(from), to: files_in(to) })
}

fn files_in(folder: &Path) -> BTreeSet<OsString> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.path().is_file()).map(|entry| entry.file_name()).collect()
}

/// Moves a report with its description, as far as they have not moved before.
fn move_report(from: &Path, to: &Path, file: &str, run: u64) -> Result<(), ApiError> {
    for name in [file.to_owned(), names::sidecar_name(file)] {
        if from.join(&name).is_file() {
            move_file(&from.join(&name), &to.join(&name), run)?;
        }
    }
    Ok(())
}

/// A folder that reports can go to: there, or one that can be made, and writable.
fn check(folder: &Path) -> Result<(), ApiError> {
    let refuse = |message: String, hint: &str| {
        ApiError::new(Code::TargetNotWritable, message, hint).about(folder.display().to_string())
    };
    if !folder.is_absolute() {
        return Err(refuse(
            format!("\"{}\" is not an absolute path", folder.display()),
            "Give the whole path of the folder.",
        ));
    }
    if let Err(error) = std::fs::create_dir_all(folder) {
        return Err(refuse(format!("the folder could not be made: {error}"), "Choose another folder."));
    }
    tempfile::tempfile_in(folder)
        .map(|_| ())
        .map_err(|error| refuse(format!("the folder can't be written to: {error}"), "Choose another folder."))
}

fn same_folder(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// Moves a file without overwriting; over file systems by a copy that is complete before the original goes.
/// What a killed copy leaves behind has the name of unfinished work, which the next engine sweeps.
fn move_file(from: &Path, to: &Path, run: u64) -> Result<(), ApiError> {
    let refuse = |error: &std::io::Error| {
        ApiError::new(
            Code::TargetNotWritable,
            format!("\"{}\" could not be moved: {error}", from.display()),
            "What was moved before it stays moved; try again, or keep the rest where it is.",
        )
        .about(from.display().to_string())
    };
    if to.exists() {
        return Err(refuse(&std::io::Error::from(std::io::ErrorKind::AlreadyExists)));
    }
    if std::fs::rename(from, to).is_ok() {
        return Ok(());
    }
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let part = to.with_file_name(names::part_name(&name, run));
    let copied = std::fs::copy(from, &part)
        .and_then(|_| std::fs::File::open(&part)?.sync_all())
        .and_then(|()| std::fs::rename(&part, to))
        .and_then(|()| std::fs::remove_file(from));
    copied.map_err(|error| {
        let _ = std::fs::remove_file(&part);
        refuse(&error)
    })
}
