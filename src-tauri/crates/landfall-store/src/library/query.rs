//! Which entries, in which order: two tables are looked through, and only what is on the page is read whole.

use landfall_core::library::{LARGEST_PAGE, LibraryFilter, LibraryShow, LibrarySort, ReportId};
use rusqlite::ToSql;

use super::{OF_OTHERS, Reports, WATCHED};
use crate::columns::Json;
use crate::search::{has_words, search_words};
use crate::{Error, Ledger};

/// The states as a person reads them, so that they are found.
const RUN_STATE_WORDS: &str =
    "CASE WHEN state != 'succeeded' THEN state WHEN file_state = 'present' THEN 'on desktop'
      ELSE file_state END";
const FILE_STATE_WORDS: &str =
    "CASE WHEN present = 1 THEN 'on desktop' ELSE coalesce(removal, 'missing') END";

/// The order of states: what needs no hand comes first.
const RUN_RANK: &str = "CASE state WHEN 'failed' THEN 4 WHEN 'cancelled' THEN 5 ELSE
      CASE file_state WHEN 'present' THEN 0 WHEN 'missing' THEN 1 WHEN 'trashed' THEN 2 ELSE 3 END END";
const FILE_RANK: &str =
    "CASE WHEN present = 1 THEN 0 WHEN removal IS NULL THEN 1 WHEN removal = 'trashed' THEN 2 ELSE 3 END";

/// Where the words of a search begin among the values of a statement.
const FIRST_WORD: usize = 2;

impl Ledger {
    /// The entries that match, in the order that is asked for, and how many match without limit and offset. Those that
    /// are equal in it are ordered by when they were finished, newest first, so that every page is the same each time.
    pub fn library(&self, filter: &LibraryFilter, watched: &[String]) -> Result<Reports, Error> {
        let words = search_words(filter.search.as_deref());
        let watched_json = Json(watched);
        let mut values: Vec<&dyn ToSql> = vec![&watched_json];
        values.extend(words.iter().map(|word| word as &dyn ToSql));
        let total: u64 = self
            .connection
            .prepare_cached(&count(filter.show, &words))
            .and_then(|mut statement| statement.query_row(&*values, |row| row.get(0)))
            .map_err(Error::ReadLibrary)?;
        if total <= u64::from(filter.offset) {
            return Ok(Reports { reports: Vec::new(), total });
        }
        let limit = filter.limit.min(LARGEST_PAGE);
        let sql = page(filter, &words);
        values.extend([&limit as &dyn ToSql, &filter.offset]);
        let ids: Vec<ReportId> = self
            .connection
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                statement
                    .query_map(&*values, |row| {
                        Ok(match row.get(0)? {
                            Some(run) => ReportId::Run(run),
                            None => ReportId::File { folder: row.get(1)?, path: row.get(2)? },
                        })
                    })?
                    .collect()
            })
            .map_err(Error::ReadLibrary)?;
        let mut reports = Vec::with_capacity(ids.len());
        for id in ids {
            reports.extend(self.report(&id, watched)?);
        }
        Ok(Reports { reports, total })
    }
}

fn count(show: LibraryShow, words: &[String]) -> String {
    format!(
        "SELECT (SELECT count(*) FROM runs WHERE {}) + (SELECT count(*) FROM {OF_OTHERS} WHERE {})",
        of_runs(show, words),
        of_files(show, words)
    )
}

pub(super) fn page(filter: &LibraryFilter, words: &[String]) -> String {
    let keys = match filter.sort {
        LibrarySort::Period => ["period_from", "NULL"],
        LibrarySort::Rows => ["CASE WHEN state = 'succeeded' THEN rows END", "NULL"],
        LibrarySort::Size => ["bytes", "bytes"],
        LibrarySort::Finished => ["ended_at", "finished_at"],
        LibrarySort::Origin => ["0", "1"],
        LibrarySort::State => [RUN_RANK, FILE_RANK],
    };
    // Periods that begin on the same day are told apart by their end.
    let second_keys =
        if filter.sort == LibrarySort::Period { ["period_to", "NULL"] } else { ["NULL", "NULL"] };
    let direction = if filter.ascending { "ASC" } else { "DESC" };
    format!(
        "SELECT number, folder, path FROM (
            SELECT number, NULL AS folder, NULL AS path, ended_at AS finished, {} AS key, {} AS second
              FROM runs WHERE {}
            UNION ALL
            SELECT NULL, folder, path, finished_at, {}, {} FROM {OF_OTHERS} WHERE {})
          ORDER BY key {direction} NULLS LAST, second {direction} NULLS LAST,
                   finished DESC, number DESC NULLS LAST, folder, path
          LIMIT ?{} OFFSET ?{}",
        keys[0],
        second_keys[0],
        of_runs(filter.show, words),
        keys[1],
        second_keys[1],
        of_files(filter.show, words),
        words.len() + FIRST_WORD,
        words.len() + FIRST_WORD + 1,
    )
}

fn of_runs(show: LibraryShow, words: &[String]) -> String {
    let shown = match show {
        LibraryShow::Everything => "hidden_at IS NULL AND file_state NOT IN ('trashed', 'deleted')",
        LibraryShow::OnDesktop => "file_state = 'present'",
        LibraryShow::Unseen => {
            "file_state = 'present' AND number IN (SELECT run FROM files WHERE unseen = 1 AND present = 1)"
        }
        LibraryShow::Failed => "hidden_at IS NULL AND state = 'failed'",
        LibraryShow::Missing => "hidden_at IS NULL AND file_state = 'missing'",
        LibraryShow::Deleted => "(hidden_at IS NOT NULL OR file_state IN ('trashed', 'deleted'))",
    };
    format!("ended_at IS NOT NULL AND {shown}{}", has_words(&["search", RUN_STATE_WORDS], words, FIRST_WORD))
}

fn of_files(show: LibraryShow, words: &[String]) -> String {
    let shown = match show {
        LibraryShow::Everything => "hidden_at IS NULL AND (present = 1 OR removal IS NULL)",
        LibraryShow::OnDesktop => "present = 1",
        LibraryShow::Unseen => "unseen = 1 AND present = 1",
        // Never; a bare 0 would leave the index nothing to look up.
        LibraryShow::Failed => "present = -1",
        LibraryShow::Missing => "hidden_at IS NULL AND present = 0 AND removal IS NULL",
        LibraryShow::Deleted => "present = 0 AND (hidden_at IS NOT NULL OR removal IS NOT NULL)",
    };
    format!(
        "run IS NULL AND folder IN ({WATCHED}) AND {shown}{}",
        has_words(&["search", FILE_STATE_WORDS], words, FIRST_WORD)
    )
}
