//! Names of files and folders that people and scripts rely on (contract, "Runs, names, periods").

use crate::period::Period;

/// The reports folder in the home directory, made at first use.
pub const REPORTS_FOLDER: &str = "kubernetes-reports";

/// The pattern of a workbook's name where the definition gives no other.
pub const DEFAULT_PATTERN: &str = "{definition}-{from}-to-{to}-{run}";

/// The first run number of a ledger.
pub const FIRST_RUN: u64 = 10_000;

/// The ending of every file that is still being written.
pub const PART_ENDING: &str = ".part";

/// The variables that name a database to the generator (contract, "Generator"). A process of Landfall hands them on
/// only where it means to.
pub const DATABASE_VARIABLES: [&str; 8] = [
    "DATABASE_URL",
    "DB_HOST",
    "DB_PORT",
    "DB_NAME",
    "DB_USER",
    "DB_PASSWORD",
    "DB_SSLMODE",
    "DB_SSLROOTCERT",
];

/// The name of the workbook of a run: `ticketing-report-2025-01-01-to-2025-01-31-12345.xlsx`.
pub fn workbook_name(pattern: &str, definition: &str, period: &Period, run: u64) -> String {
    let stem = pattern
        .replace("{definition}", definition)
        .replace("{from}", &period.from.to_string())
        .replace("{to}", &period.to.to_string())
        .replace("{run}", &run.to_string());
    format!("{stem}.xlsx")
}

/// The description that is published after the workbook: `{file}.json`.
pub fn sidecar_name(file: &str) -> String {
    format!("{file}.json")
}

/// The hidden name under which `file` is written before it is published: `.{file}.{run}.part`.
pub fn part_name(file: &str, run: u64) -> String {
    format!(".{file}.{run}{PART_ENDING}")
}

/// The hidden folder beside the target that holds a run's temporary work.
pub fn work_folder_name(run: u64) -> String {
    format!("{WORK_FOLDER_PREFIX}{run}")
}

const WORK_FOLDER_PREFIX: &str = ".landfall-";

/// The run whose unfinished work a name in the reports folder belongs to: its `.part` files and its work folder.
/// `None` for everything else, which is never swept.
pub fn unfinished_work_of(name: &str) -> Option<u64> {
    if let Some(run) = name.strip_prefix(WORK_FOLDER_PREFIX) {
        return parse_run(run);
    }
    let hidden = name.strip_prefix('.')?.strip_suffix(PART_ENDING)?;
    let (file, run) = hidden.rsplit_once('.')?;
    // The names are ours, so their endings are in lower case.
    file.strip_suffix(".json").unwrap_or(file).strip_suffix(".xlsx")?;
    parse_run(run)
}

fn parse_run(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Whether `name` can name a report definition: it becomes a folder, a part of file names and, in a cluster,
/// of object names (RFC 1123 label, up to 40 characters).
pub fn is_definition_name(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const JANUARY: Period = Period { from: date(2025, 1, 1), to: date(2025, 1, 31), requested_to: None };

    #[test]
    fn names_are_those_of_the_contract() {
        let file = workbook_name(DEFAULT_PATTERN, "ticketing-report", &JANUARY, 12345);
        assert_eq!(file, "ticketing-report-2025-01-01-to-2025-01-31-12345.xlsx");
        assert_eq!(sidecar_name(&file), "ticketing-report-2025-01-01-to-2025-01-31-12345.xlsx.json");
        assert_eq!(
            part_name(&file, 12345),
            ".ticketing-report-2025-01-01-to-2025-01-31-12345.xlsx.12345.part"
        );
    }

    #[test]
    fn unfinished_work_is_told_from_other_peoples_files() {
        assert_eq!(unfinished_work_of(".a-1.xlsx.10001.part"), Some(10_001));
        assert_eq!(unfinished_work_of(".a-1.xlsx.json.10001.part"), Some(10_001));
        assert_eq!(unfinished_work_of(".landfall-10001"), Some(10_001));
        for other in
            ["a.xlsx", ".a.xlsx", "a.xlsx.10001.part", ".film.10001.part", ".landfall-x", ".a.xlsx.x.part"]
        {
            assert_eq!(unfinished_work_of(other), None, "{other}");
        }
    }

    #[test]
    fn definition_names_are_safe_everywhere() {
        assert!(is_definition_name("ticketing-report"));
        for bad in ["", "..", "a/b", "Ä", "A", "-a", "a-", "a b", &"x".repeat(41)] {
            assert!(!is_definition_name(bad), "{bad}");
        }
    }
}
