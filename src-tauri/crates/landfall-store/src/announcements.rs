//! What was announced. The rule of what is lies elsewhere; here lies that it happens once.

use std::path::Path;

use landfall_core::announcement::{Announcement, MadeBy};
use rusqlite::params;

use crate::columns::{Cells, Moment, PathBytes};
use crate::{Error, Ledger};

impl Ledger {
    /// What was announced after announcement `number`, oldest first; 0 for all.
    pub fn announcements_after(&self, number: i64) -> Result<Vec<Announcement>, Error> {
        let mut found = self
            .connection
            .prepare_cached(
                "SELECT number, folders.folder, path, bytes, sha256, at, run
                   FROM announcements JOIN folders ON folders.id = announcements.folder
                  WHERE announced = 1 AND number > ?1 ORDER BY number",
            )
            .and_then(|mut statement| {
                statement
                    .query_map([number], |row| {
                        let mut cells = Cells::of(row);
                        let announcement = Announcement {
                            number: cells.take()?,
                            folder: cells.take()?,
                            path: cells.take::<PathBytes>()?.0.to_string_lossy().into_owned(),
                            bytes: cells.take()?,
                            sha256: cells.take()?,
                            at: cells.take::<Moment>()?.0,
                            made_by: None,
                        };
                        Ok((announcement, cells.take()?))
                    })?
                    .collect::<rusqlite::Result<Vec<(Announcement, Option<u64>)>>>()
            })
            .map_err(Error::ReadAnnouncements)?;
        for (announcement, run) in &mut found {
            announcement.made_by = self.made_by(*run)?;
        }
        Ok(found.into_iter().map(|(announcement, _)| announcement).collect())
    }

    /// The number of the newest announcement; 0 if there was none.
    pub fn last_announcement(&self) -> Result<i64, Error> {
        self.connection
            .prepare_cached("SELECT coalesce(max(number), 0) FROM announcements WHERE announced = 1")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(Error::ReadAnnouncements)
    }

    /// Whether this content was recorded at this path before, announced or in silence.
    pub fn is_recorded(&self, folder: &str, path: &Path, sha256: &str) -> Result<bool, Error> {
        self.connection
            .prepare_cached(
                "SELECT 1 FROM announcements
                  WHERE folder = (SELECT id FROM folders WHERE folder = ?1) AND path = ?2 AND sha256 = ?3",
            )
            .and_then(|mut statement| statement.exists(params![folder, PathBytes(path.to_owned()), sha256]))
            .map_err(Error::ReadAnnouncements)
    }

    /// What an announcement says of the run that made its file. `None` for a run that is not in the ledger.
    pub(crate) fn made_by(&self, run: Option<u64>) -> Result<Option<MadeBy>, Error> {
        let Some(number) = run else {
            return Ok(None);
        };
        Ok(self.run(number)?.map(|run| {
            // A run that is not over has no end yet; what it has worked up to its last phase is known.
            let end = run.state.ended_at().or_else(|| run.steps.last().map(|step| step.started_at));
            let took = end.map_or(0, |end| run.worked(end).as_millis());
            MadeBy {
                run: number,
                rows: run.state.rows(),
                took_ms: u64::try_from(took).unwrap_or(0),
                title: run.title,
            }
        }))
    }
}
