//! Which names are watched.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

/// True for names that are never reported: `.hidden` and the lock files `~$name` of spreadsheet programs.
pub(crate) fn is_hidden(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.starts_with(b".") || bytes.starts_with(b"~$")
}

/// True for `.xlsx` and `.xlsm` in any case, unless hidden.
pub(crate) fn is_workbook(name: &OsStr) -> bool {
    let extension = Path::new(name).extension();
    !is_hidden(name)
        && extension.is_some_and(|it| it.eq_ignore_ascii_case("xlsx") || it.eq_ignore_ascii_case("xlsm"))
}

/// What a path relative to the folder can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A file that is reported when it is complete.
    Workbook,
    /// Something that may be a folder to look into.
    Folder,
    /// Nothing of interest.
    Nothing,
}

/// Sorts a path relative to the folder. A path with a hidden part is of no interest.
pub(crate) fn subject(relative: &Path, recursive: bool) -> Subject {
    let mut depth = 0;
    for part in relative.components() {
        match part {
            Component::Normal(name) if !is_hidden(name) => depth += 1,
            _ => return Subject::Nothing,
        }
    }
    match relative.file_name() {
        Some(_) if depth > 1 && !recursive => Subject::Nothing,
        Some(name) if is_workbook(name) => Subject::Workbook,
        Some(_) if recursive => Subject::Folder,
        _ => Subject::Nothing,
    }
}

/// The lock file a spreadsheet program puts beside the workbook at `path`.
pub(crate) fn owner_lock(path: &Path) -> Option<PathBuf> {
    let mut name = OsString::from("~$");
    name.push(path.file_name()?);
    Some(path.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workbooks_are_told_by_their_extension_in_any_case() {
        for name in ["a.xlsx", "A.XLSX", "b.xlsm", "two\nlines.XlsM", "..xlsx.xlsx"] {
            assert_eq!(is_workbook(name.as_ref()), !name.starts_with('.'), "{name:?}");
        }
        for name in ["a.xls", "xlsx", ".xlsx", "~$a.xlsx", ".a.xlsx.7.part", "a.xlsx.json", "a.xlsx "] {
            assert!(!is_workbook(name.as_ref()), "{name:?}");
        }
    }

    #[test]
    fn only_the_top_level_counts_unless_told_otherwise() {
        assert_eq!(subject("a.xlsx".as_ref(), false), Subject::Workbook);
        assert_eq!(subject("sub/a.xlsx".as_ref(), false), Subject::Nothing);
        assert_eq!(subject("sub".as_ref(), false), Subject::Nothing);
        assert_eq!(subject("sub/a.xlsx".as_ref(), true), Subject::Workbook);
        assert_eq!(subject("sub".as_ref(), true), Subject::Folder);
        assert_eq!(subject(".sub/a.xlsx".as_ref(), true), Subject::Nothing);
        assert_eq!(subject("sub/../a.xlsx".as_ref(), true), Subject::Nothing);
    }

    #[test]
    fn the_lock_lies_beside_the_workbook() {
        assert_eq!(owner_lock("sub/a.xlsx".as_ref()), Some(PathBuf::from("sub/~$a.xlsx")));
    }
}
