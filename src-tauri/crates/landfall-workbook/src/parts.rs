//! The parts of a workbook that are read, unpacked up to a limit.
//!
//! Eleven megabytes of deflate can hold ten gigabytes, and the sizes in an archive's directory are what its writer
//! claims. So each part is unpacked here under a count, and put into a new archive in memory: whole, or its beginning,
//! where the beginning of a sheet is all that a preview needs.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{BufReader, Cursor, Read, Write};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::error::Error;

/// Bytes of a part that is needed as a whole: texts, styles, lists of sheets.
const LARGEST_WHOLE: u64 = 32 << 20;
/// Bytes of all of them together.
const LARGEST_WHOLE_TOGETHER: u64 = 64 << 20;
/// Bytes of a chart, and how many charts are looked at.
const LARGEST_CHART: u64 = 1 << 20;
const MOST_CHARTS: u32 = 8;
/// Bytes of a sheet for each row that is wanted, and the bounds of the product.
const SHEET_FOR_A_ROW: u64 = 8 << 10;
const SHEET_AT_LEAST: u64 = 4 << 20;
const SHEET_AT_MOST: u64 = 64 << 20;
/// Sheets of that size that are unpacked; those after them are named and not shown.
const SHEETS_TOGETHER: u64 = 16;
const SHEETS_TOGETHER_AT_MOST: u64 = 256 << 20;

/// What was unpacked.
#[derive(Debug)]
pub(crate) struct Parts {
    /// An archive in memory that is a workbook, its larger sheets cut.
    pub(crate) workbook: Vec<u8>,
    /// The XML of the first charts, by their number.
    pub(crate) charts: Vec<Vec<u8>>,
    /// A part that was cut although it is needed whole.
    pub(crate) oversized: Option<String>,
}

/// Unpacks the workbook at `path` as far as `rows` rows of each sheet need it.
pub(crate) fn unpack(path: &Path, rows: usize) -> Result<Parts, Error> {
    // A pipe that has the file's name would keep us waiting for ever.
    if !fs::metadata(path).map_err(Error::Open)?.is_file() {
        return Err(Error::NotFile);
    }
    let file = File::open(path).map_err(Error::Open)?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(Error::Directory)?;
    let mut names: Vec<String> = archive.file_names().filter_map(Result::ok).map(Cow::into_owned).collect();
    names.sort_unstable();
    names.dedup();

    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut oversized = None;
    let mut budget = LARGEST_WHOLE_TOGETHER;
    for name in names.iter().filter(|name| is_whole(&normal(name))) {
        let limit = budget.min(LARGEST_WHOLE);
        let Some((mut bytes, cut)) = part(&mut archive, name, limit)? else { continue };
        budget -= bytes.len() as u64;
        if cut {
            oversized = Some(name.clone());
        }
        if normal(name).ends_with("sharedstrings.xml") {
            bytes = without_promise(&bytes);
        }
        add(&mut writer, name, &bytes)?;
    }
    let each = (rows as u64).saturating_mul(SHEET_FOR_A_ROW).clamp(SHEET_AT_LEAST, SHEET_AT_MOST);
    let mut budget = (each * SHEETS_TOGETHER).min(SHEETS_TOGETHER_AT_MOST);
    for name in names.iter().filter(|name| is_sheet(&normal(name))) {
        if budget == 0 {
            break;
        }
        let Some((bytes, _)) = part(&mut archive, name, each.min(budget))? else { continue };
        budget -= bytes.len() as u64;
        add(&mut writer, name, &bytes)?;
    }
    let mut charts = Vec::new();
    for number in 1..=MOST_CHARTS {
        match part(&mut archive, &format!("xl/charts/chart{number}.xml"), LARGEST_CHART)? {
            Some((bytes, _)) => charts.push(bytes),
            None => break,
        }
    }
    let workbook = writer.finish().map_err(Error::Directory)?.into_inner();
    Ok(Parts { workbook, charts, oversized })
}

/// The part of that name, up to `limit` bytes of it, and whether it was cut. None if there is no such part.
fn part(
    archive: &mut ZipArchive<BufReader<File>>,
    name: &str,
    limit: u64,
) -> Result<Option<(Vec<u8>, bool)>, Error> {
    let entry = match archive.by_name(name) {
        Err(ZipError::FileNotFound) => return Ok(None),
        other => other.map_err(Error::Directory)?,
    };
    let mut bytes = Vec::new();
    let read = entry.take(limit + 1).read_to_end(&mut bytes);
    read.map_err(|source| Error::Unpack { part: name.to_owned(), source })?;
    let cut = bytes.len() as u64 > limit;
    bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(Some((bytes, cut)))
}

fn add(writer: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str, bytes: &[u8]) -> Result<(), Error> {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    writer.start_file(name, stored).map_err(Error::Directory)?;
    writer.write_all(bytes).map_err(|source| Error::Unpack { part: name.to_owned(), source })
}

/// Part names are compared without case (ECMA-376 part 2, 6.2.2.3); some writers put backslashes.
fn normal(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

/// The lists, the styles and the texts: they lie at the top, in the workbook's folder, or in `_rels`.
fn is_whole(name: &str) -> bool {
    let is_list = name.starts_with("_rels/") || name.starts_with("xl/_rels/");
    has_xml(name) && (is_list || name.matches('/').count() <= 1)
}

/// Sheets of cells, and those that hold a chart or a dialog.
fn is_sheet(name: &str) -> bool {
    has_xml(name) && !is_whole(name) && name.contains("sheets/") && !name.contains("/_rels/")
}

fn has_xml(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "xml" | "rels"))
}

/// The texts with a start tag that promises no count: room for as many as a file claims would be made before the
/// first of them is read.
fn without_promise(bytes: &[u8]) -> Vec<u8> {
    let mut reader = Reader::from_reader(bytes);
    let mut buffer = Vec::new();
    let start = loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) if element.local_name().as_ref() == "sst" => {
                break reader.buffer_position() as usize;
            }
            // Nothing is in it, or what is can't be read; the parser says so.
            Ok(Event::Eof) | Err(_) => return b"<sst></sst>".to_vec(),
            Ok(_) => buffer.clear(),
        }
    };
    let mut tag = b"<sst>".to_vec();
    tag.extend_from_slice(&bytes[start..]);
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_read_is_unpacked() {
        for whole in ["[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"] {
            assert!(is_whole(whole) && !is_sheet(whole), "{whole}");
        }
        for sheet in ["xl/worksheets/sheet1.xml", "xl/chartsheets/sheet1.xml"] {
            assert!(is_sheet(sheet) && !is_whole(sheet), "{sheet}");
        }
        for other in
            ["xl/media/image1.png", "xl/drawings/drawing1.xml", "xl/worksheets/_rels/sheet1.xml.rels"]
        {
            assert!(!is_sheet(other) && !is_whole(other), "{other}");
        }
    }

    #[test]
    fn a_list_of_texts_promises_no_count() {
        let claims = br#"<?xml version="1.0"?><!-- <sst> --><x:sst uniqueCount="99999999999"><si><t>a</t></si></x:sst>"#;
        let kept = without_promise(claims);
        assert_eq!(kept, b"<sst><si><t>a</t></si></x:sst>");
        assert_eq!(without_promise(b"no list"), b"<sst></sst>");
    }
}
