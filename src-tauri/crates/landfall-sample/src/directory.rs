//! The data directory: what lies where, and who holds it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Paths below the folder given by `--data`.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    root: PathBuf,
}

impl Directory {
    pub(crate) fn at(root: &Path) -> Directory {
        Directory { root: std::path::absolute(root).unwrap_or_else(|_| root.to_owned()) }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// PostgreSQL's files.
    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("database")
    }

    /// The unpacked program files of PostgreSQL (100 MB), made anew whenever they are missing.
    pub(crate) fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }

    /// Held by the inner process.
    pub(crate) fn backend_lock(&self) -> PathBuf {
        self.root.join("backend.lock")
    }

    /// There once the first fill is complete. Without it the database is made anew.
    fn filled(&self) -> PathBuf {
        self.root.join("filled")
    }

    /// Makes the folder, for this user only, takes its lock until the file is dropped, and goes there.
    pub(crate) fn lock(&self) -> Result<File, Error> {
        let path = self.root.join("sampledb.lock");
        let failed = |source| Error::LockDirectory { directory: self.root.clone(), source };
        create_private(&self.root).map_err(failed)?;
        let file = File::create(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {
                std::env::set_current_dir(&self.root).map_err(failed)?;
                Ok(file)
            }
            Err(TryLockError::WouldBlock) => Err(Error::DirectoryInUse { directory: self.root.clone() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    pub(crate) fn is_filled(&self) -> bool {
        self.filled().exists()
    }

    pub(crate) fn mark_filled(&self) -> io::Result<()> {
        File::create(self.filled())?.sync_all()
    }

    /// Removes the database, and first the sign that it is complete.
    pub(crate) fn clear(&self) -> io::Result<()> {
        for removed in [fs::remove_file(self.filled()), fs::remove_dir_all(self.database())] {
            if let Err(error) = removed
                && error.kind() != io::ErrorKind::NotFound
            {
                return Err(error);
            }
        }
        Ok(())
    }
}

fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
