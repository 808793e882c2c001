//! Another reports folder, and what becomes of the reports in the present one.

use std::path::{Path, PathBuf};

use landfall_core::api::{ExistingReports, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::names;
use landfall_core::run::{Run, RunState};
use landfall_core::state::RequestRef;
use landfall_store::{FileStamp, NewFile};

use crate::commands::ledger_error;
use crate::engine::{Engine, now};
use crate::settings_file;

impl Engine {
    pub(crate) fn change_folder(&mut self, request: RequestRef, folder: &str, existing: ExistingReports) {
        let answer = self.try_change_folder(Path::new(folder), existing);
        self.reply(request, answer);
    }

    fn try_change_folder(&mut self, folder: &Path, existing: ExistingReports) -> Result<Reply, ApiError> {
        if self.state.live_runs().next().is_some() {
            return Err(ApiError::new(
                Code::Conflict,
                "a run is writing into the present reports folder",
                "Wait for it or cancel it, then change the folder.",
            ));
        }
        let present = PathBuf::from(self.reports_folder());
        check(folder)?;
        if same_folder(folder, &present) {
            return Err(ApiError::new(
                Code::Conflict,
                "reports go into this folder already",
                "There is nothing to change.",
            ));
        }
        let file = self.places.settings_file.clone();
        let moved = match existing {
            ExistingReports::Move => self.move_reports(&present, folder)?,
            ExistingReports::Keep | ExistingReports::WatchBoth => 0,
        };
        let mut also_watched = self.settings.reports.also_watch.clone();
        also_watched.retain(|path| Path::new(path) != folder);
        if existing == ExistingReports::WatchBoth {
            also_watched.push(present.display().to_string());
        }
        if also_watched != self.settings.reports.also_watch {
            let list = toml::Value::from(also_watched).to_string();
            settings_file::change(&file, "reports.also-watch", Some(&list))?;
        }
        settings_file::change(&file, "reports.folder", Some(&folder.display().to_string()))?;
        self.load_settings();
        Ok(Reply::FolderChanged { moved })
    }

    /// Moves the files of the ledger's runs with their descriptions. What lies there without Landfall stays.
    fn move_reports(&mut self, from: &Path, to: &Path) -> Result<u64, ApiError> {
        let runs = self.ledger.runs_in(&from.display().to_string()).map_err(|error| ledger_error(&error))?;
        let mut moved = 0;
        for run in runs {
            let source = from.join(&run.file);
            if !source.is_file() {
                continue;
            }
            self.record_moved(&run, &source, to)?;
            move_file(&source, &to.join(&run.file), run.number)?;
            let sidecar = names::sidecar_name(&run.file);
            if from.join(&sidecar).is_file() {
                move_file(&from.join(&sidecar), &to.join(&sidecar), run.number)?;
            }
            self.ledger
                .move_run(run.number, &to.display().to_string())
                .map_err(|error| ledger_error(&error))?;
            moved += 1;
        }
        Ok(moved)
    }
}

impl Engine {
    /// A report that moves was told where it was, and is not told again where it goes.
    fn record_moved(&mut self, run: &Run, source: &Path, to: &Path) -> Result<(), ApiError> {
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
        tracing::info!(run = run.number, "{} moves to {}", source.display(), to.display());
        self.ledger
            .record_files(&to.display().to_string(), &[moved], now())
            .map(drop)
            .map_err(|error| ledger_error(&error))
    }
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
