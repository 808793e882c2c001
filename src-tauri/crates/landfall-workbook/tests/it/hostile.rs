//! Files made to harm who reads them: an error or a short preview, never a crash, never much memory.

use std::io::{self, Cursor, Read, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use landfall_workbook::{Error, preview};
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The parts of a small honest workbook, by name.
fn honest() -> Vec<(String, Vec<u8>)> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for row in 0..30 {
        sheet.write_string(row, 0, format!("text {row}")).unwrap();
        sheet.write_number(row, 1, row).unwrap();
    }
    let mut archive = ZipArchive::new(Cursor::new(workbook.save_to_buffer().unwrap())).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// The workbook with one part replaced by what `write` writes.
fn with(part: &str, write: impl Fn(&mut dyn Write) -> io::Result<()>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hostile.xlsx");
    let mut writer = ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (name, bytes) in honest().into_iter().filter(|(name, _)| name != part) {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.start_file(part, SimpleFileOptions::default()).unwrap();
    write(&mut writer).unwrap();
    writer.finish().unwrap();
    (folder, path)
}

const SHEET: &str = "xl/worksheets/sheet1.xml";
const TEXTS: &str = "xl/sharedStrings.xml";

fn sheet(cells: &str) -> (TempDir, PathBuf) {
    with(SHEET, |part| write!(part, "<worksheet><sheetData>{cells}</sheetData></worksheet>"))
}

#[test]
fn a_sheet_that_unpacks_without_end_is_read_to_a_limit() {
    let started = Instant::now();
    let block = "<row><c><v>1</v></c></row>".repeat(40_000);
    let (_folder, path) = with(SHEET, |part| {
        part.write_all(b"<worksheet><sheetData>")?;
        (0..300).try_for_each(|_| part.write_all(block.as_bytes()))
    });
    let sheets = preview(&path).unwrap().sheets;
    assert_eq!(sheets[0].rows.len(), 101);
    assert_eq!(sheets[0].data_rows, None, "nothing says how many there are");
    assert!(started.elapsed() < Duration::from_mins(1), "{:?}", started.elapsed());
}

#[test]
fn one_endless_cell_ends_at_the_limit() {
    let (_folder, path) = with(SHEET, |part| {
        part.write_all(b"<worksheet><sheetData><row><c t=\"str\"><v>")?;
        (0..200).try_for_each(|_| part.write_all(&vec![b'a'; 1 << 20]))
    });
    assert_eq!(preview(&path).unwrap().sheets[0].rows, Vec::<Vec<String>>::new());
}

#[test]
fn texts_that_unpack_without_end_are_an_error() {
    let (_folder, path) = with(TEXTS, |part| {
        part.write_all(b"<sst>")?;
        let block = "<si><t>bomb</t></si>".repeat(50_000);
        (0..100).try_for_each(|_| part.write_all(block.as_bytes()))
    });
    assert!(matches!(preview(&path), Err(Error::Oversized { part }) if part == TEXTS));
}

#[test]
fn a_promise_of_countless_texts_makes_no_room_for_them() {
    let (_folder, path) = with(TEXTS, |part| {
        write!(part, "<sst uniqueCount=\"999999999999\">")?;
        (0..30).try_for_each(|at| write!(part, "<si><t>text {at}</t></si>"))?;
        write!(part, "</sst>")
    });
    assert_eq!(preview(&path).unwrap().sheets[0].rows[29][0], "text 29");
}

#[test]
fn cells_out_of_every_range_are_an_error_or_left_out() {
    for cell in [
        r#"<row r="4294967297"><c r="A4294967297"><v>1</v></c></row>"#,
        r#"<row><c r="ZZZZZZZZZZ1"><v>1</v></c></row>"#,
        r#"<row><c r="A0"><v>1</v></c></row>"#,
        r#"<row><c r="é1"><v>1</v></c></row>"#,
        r#"<row><c t="s"><v>99999</v></c></row>"#,
        r#"<row><c t="s"><v>-1</v></c></row>"#,
        r#"<row><c s="99999"><v>1e999</v></c></row>"#,
        r#"<row><c t="e"><v>#WHAT</v></c></row>"#,
        r#"<row><c t="d"><v>99999-99-99</v></c></row>"#,
        r"<row><c><v></v><w/></c></row>",
        r"<row><c><v>1</c></row>",
    ] {
        let (_folder, path) = sheet(cell);
        if let Ok(preview) = preview(&path) {
            assert!(preview.sheets[0].rows.len() <= 101, "{cell}");
        }
    }
    for dimension in ["Z9:A1", "A1:ZZZZZZZ9999999999", "", "é", "A1:B2:C3"] {
        let (_folder, path) = with(SHEET, |part| {
            write!(part, "<worksheet><dimension ref=\"{dimension}\"/><sheetData/></worksheet>")
        });
        let _ = preview(&path);
    }
}

#[test]
fn a_file_cut_anywhere_is_no_workbook() {
    let (_folder, path) = sheet("<row><c><v>1</v></c></row>");
    let whole = std::fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(97) {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(preview(&path).is_err(), "{length} bytes of {}", whole.len());
    }
}

#[test]
fn damage_anywhere_in_the_xml_is_survived() {
    // Bytes that mean something in XML and in numbers, put at places spread over each part that is parsed.
    const DAMAGE: [&[u8]; 8] = [b"<", b">", b"\"", b"&", b"9", b"-", b"\0", b"\xff\xfe"];
    for (name, bytes) in honest() {
        let step = bytes.len() / 24 + 1;
        for (round, at) in (0..bytes.len()).step_by(step).enumerate() {
            let damage = DAMAGE[round % DAMAGE.len()];
            let (_folder, path) = with(&name, |part| {
                part.write_all(&bytes[..at])?;
                part.write_all(damage)?;
                part.write_all(&bytes[(at + 1).min(bytes.len())..])
            });
            let _ = preview(&path);
        }
    }
}
