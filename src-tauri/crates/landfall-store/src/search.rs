//! Finding runs among thousands.

use std::fmt::Write as _;
use std::path::Path;

use landfall_core::api::RunFilter;
use landfall_core::month;
use landfall_core::run::Run;
use rusqlite::ToSql;

use crate::runs::NEWEST_FIRST;
use crate::{Error, Ledger};

/// A period of more months than this is found by its first ones only.
const MONTHS: usize = 120;

/// So many letters name an Italian month: `ott`.
const MONTH_BEGINS: usize = 3;

/// More different words than this are not looked at; SQLite nests no deeper than a thousand conditions.
const WORDS: usize = 200;

impl Ledger {
    /// The runs that match and are on the list, newest first, and how many match without limit and offset.
    ///
    /// Each word of the search must occur in title, definition, file name, days, months (`october 2026`, `ottobre 2026`,
    /// `2026-10`), state or number, in any order and without regard to upper and lower case.
    pub fn runs(&self, filter: &RunFilter) -> Result<(Vec<Run>, u64), Error> {
        let words = search_words(filter.search.as_deref());
        let clause = format!(
            "WHERE hidden_at IS NULL AND (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR definition = ?2){}",
            has_words(&["search"], &words, 3)
        );
        let mut values: Vec<&dyn ToSql> = vec![&filter.state, &filter.definition];
        values.extend(words.iter().map(|word| word as &dyn ToSql));
        let total = self
            .connection
            .prepare_cached(&format!("SELECT count(*) FROM runs {clause}"))
            .and_then(|mut statement| statement.query_row(&*values, |row| row.get(0)))
            .map_err(Error::ReadRuns)?;
        if total <= u64::from(filter.offset) {
            return Ok((Vec::new(), total));
        }
        let limit = filter.limit.map_or(-1, i64::from);
        let (limit_place, offset_place) = (values.len() + 1, values.len() + 2);
        values.extend([&limit as &dyn ToSql, &filter.offset]);
        let page = format!("{clause} {NEWEST_FIRST} LIMIT ?{limit_place} OFFSET ?{offset_place}");
        Ok((self.select(&page, &*values)?, total))
    }
}

pub(crate) fn search_words(search: Option<&str>) -> Vec<String> {
    let mut words: Vec<String> =
        search.unwrap_or_default().to_lowercase().split_whitespace().map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(WORDS);
    words
}

/// The condition that each word occurs in one of the columns. The words are the values from `?{first_place}` on.
pub(crate) fn has_words(columns: &[&str], words: &[String], first_place: usize) -> String {
    let mut clause = String::new();
    for (place, word) in (first_place..).zip(words) {
        // What begins like an Italian month may be any other word as well, so both are looked for.
        let texts = [Some(format!("?{place}")), italian_month(word).map(|month| format!("'{month}'"))];
        let occurs: Vec<String> = texts
            .iter()
            .flatten()
            .flat_map(|text| columns.iter().map(move |column| format!("instr({column}, {text}) > 0")))
            .collect();
        // Writing to a string does not fail.
        let _ = write!(clause, " AND ({})", occurs.join(" OR "));
    }
    clause
}

/// The English name of the month whose Italian name begins with `word`; both are in lower case, as in the ledger.
fn italian_month(word: &str) -> Option<String> {
    let mut months = month::ITALIAN.into_iter().zip(month::ENGLISH);
    let found = months.find(|(italian, _)| word.len() >= MONTH_BEGINS && italian.starts_with(word));
    found.map(|(_, english)| english.to_lowercase())
}

/// The same for a workbook of somebody else's: its path, as it can be shown.
pub(crate) fn file_search_text(path: &Path) -> String {
    path.to_string_lossy().to_lowercase()
}

/// Everything by which a person looks for a run, in lower case.
pub(crate) fn search_text(run: &Run) -> String {
    let mut parts = vec![
        run.number.to_string(),
        run.title.to_lowercase(),
        run.definition.to_lowercase(),
        run.file.to_lowercase(),
        run.period.to_string(),
        run.state.word().to_owned(),
    ];
    let mut month = (run.period.from.year(), run.period.from.month());
    let last = (run.period.to.year(), run.period.to.month());
    for _ in 0..MONTHS {
        if month > last {
            break;
        }
        let (year, number) = month;
        let name =
            usize::try_from(number - 1).ok().and_then(|index| month::ENGLISH.get(index)).unwrap_or(&"");
        parts.push(format!("{} {year} {year:04}-{number:02}", name.to_lowercase()));
        month = if number == 12 { (year + 1, 1) } else { (year, number + 1) };
    }
    parts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_lower_case_single_and_any_number_of_them() {
        assert_eq!(search_words(Some("  October\t2026 october ÄRA ")), ["2026", "october", "ära"]);
        assert!(search_words(None).is_empty());
        assert_eq!(search_words(Some(&"a b ".repeat(5_000))), ["a", "b"]);
    }

    #[test]
    fn an_italian_month_is_known_by_its_name_and_by_its_first_letters() {
        for (italian, english) in month::ITALIAN.into_iter().zip(month::ENGLISH) {
            for letters in MONTH_BEGINS..=italian.len() {
                assert_eq!(italian_month(&italian[..letters]), Some(english.to_lowercase()));
            }
        }
        for word in ["", "o", "ge", "october", "ottobrata", "x'", "è"] {
            assert_eq!(italian_month(word), None, "{word}");
        }
    }
}
