//! Is this file a complete workbook?
//!
//! A workbook is a ZIP archive (APPNOTE 6.3.10) that is a package (ECMA-376 part 2) that holds a workbook
//! (ECMA-376 part 1). The archive's end record is the last thing a writer writes, so a file without it is
//! not finished; what the end record leads to proves that the rest is there.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;

use crate::error::Error;

/// How much of the file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Directory, positions of all parts, and the parts that name others. Enough for a file that was written
    /// from front to back.
    Structure,
    /// Every part is unpacked and compared with its checksum as well, so that no mixture of two versions and
    /// no hole passes.
    Content,
}

/// Size in bytes of the end record without its comment (APPNOTE 4.3.16).
const END_RECORD: u64 = 22;
/// The parts read here hold a line for each sheet; 16 MiB are 100,000 sheets.
const LARGEST_LIST: u64 = 16 << 20;

type Archive<'a> = ZipArchive<BufReader<&'a File>>;

/// Checks `file`. Its position afterwards is undefined.
pub(crate) fn check(file: &File, depth: Depth) -> Result<(), Error> {
    check_start(file)?;
    let mut archive =
        ZipArchive::with_config(Config { archive_offset: ArchiveOffset::Known(0) }, BufReader::new(file))
            .map_err(|error| match error {
                ZipError::InvalidArchive(_) if !ends_with_record(file, 0).unwrap_or(true) => {
                    Error::MissingEnd
                }
                error => directory_error(error),
            })?;
    if !ends_with_record(file, archive.comment().len() as u64).map_err(Error::ReadFile)? {
        return Err(Error::MissingEnd);
    }
    let parts = locate_parts(&mut archive)?;
    let package = Package { parts };
    package.check_workbook(&mut archive)?;
    if depth == Depth::Content {
        for index in 0..archive.len() {
            unpack(&mut archive, index)?;
        }
    }
    Ok(())
}

fn check_start(mut file: &File) -> Result<(), Error> {
    /// Signature of a compound document ([MS-CFB] 2.2), which is what encryption turns a workbook into.
    const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    let mut start = [0; 8];
    file.seek(SeekFrom::Start(0)).map_err(Error::ReadFile)?;
    match file.read_exact(&mut start) {
        Ok(()) if start == COMPOUND => Err(Error::Encrypted),
        Ok(()) if start.starts_with(b"PK") => Ok(()),
        Ok(()) => Err(Error::NotWorkbook),
        Err(source) if source.kind() == io::ErrorKind::UnexpectedEof => Err(Error::MissingEnd),
        Err(source) => Err(Error::ReadFile(source)),
    }
}

/// True when the end record and a comment of `comment` bytes are the very last bytes of the file. A record
/// further in front means that the file is still longer than its content, as in a file made to size first.
fn ends_with_record(mut file: &File, comment: u64) -> io::Result<bool> {
    let bytes = file.seek(SeekFrom::End(0))?;
    let Some(start) = bytes.checked_sub(END_RECORD + comment) else { return Ok(false) };
    file.seek(SeekFrom::Start(start))?;
    let mut record = [0; END_RECORD as usize];
    file.read_exact(&mut record)?;
    Ok(record.starts_with(b"PK\x05\x06")
        && u64::from(u16::from_le_bytes([record[20], record[21]])) == comment)
}

fn directory_error(error: ZipError) -> Error {
    match error {
        ZipError::Io(source) if source.kind() != io::ErrorKind::UnexpectedEof => Error::ReadFile(source),
        error => Error::ReadDirectory(error),
    }
}

/// Reads the local header of every part and checks that the part ends before the central directory begins.
/// Returns the index of each part by its normal name.
fn locate_parts(archive: &mut Archive<'_>) -> Result<HashMap<String, usize>, Error> {
    let end = archive.central_directory_start();
    let mut parts = HashMap::with_capacity(archive.len());
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(directory_error)?;
        let name = part.name().map_err(directory_error)?.into_owned();
        let last = part.data_start().and_then(|start| start.checked_add(part.compressed_size()));
        if last.is_none_or(|last| last > end) {
            return Err(Error::TornPart(name));
        }
        parts.insert(normal_name(&name), index);
    }
    Ok(parts)
}

/// Part names are compared without case (ECMA-376 part 2, 6.2.2.3); some writers put backslashes.
fn normal_name(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

fn unpack(archive: &mut Archive<'_>, index: usize) -> Result<(), Error> {
    let mut part = archive.by_index(index).map_err(directory_error)?;
    let name = part.name().map_err(directory_error)?.into_owned();
    let mut block = [0; 16 << 10];
    loop {
        match part.read(&mut block) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(source) => return Err(Error::UnpackPart { part: name, source }),
        }
    }
}

struct Package {
    parts: HashMap<String, usize>,
}

/// One relationship of a package part (ECMA-376 part 2, 6.5).
struct Relationship {
    kind: String,
    target: String,
}

impl Package {
    fn check_workbook(&self, archive: &mut Archive<'_>) -> Result<(), Error> {
        self.elements(archive, "[Content_Types].xml", |_| {})?;
        let root = self.relationships(archive, "_rels/.rels", "")?;
        // The transitional and the strict form of the standard differ only in the front of the name.
        let workbook = root
            .into_iter()
            .find(|it| it.kind.ends_with("/officeDocument"))
            .ok_or_else(|| Error::MissingPart("xl/workbook.xml".to_owned()))?
            .target;
        let mut sheets = 0_usize;
        self.elements(archive, &workbook, |element| {
            sheets += usize::from(element.local_name().as_ref() == "sheet");
        })?;
        if sheets == 0 {
            return Err(Error::NoSheet);
        }
        let (folder, name) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
        let list = format!("{folder}/_rels/{name}.rels");
        let mut found = 0_usize;
        for relationship in self.relationships(archive, &list, folder)? {
            let is_sheet = ["/worksheet", "/chartsheet", "/dialogsheet", "/xlMacrosheet"]
                .iter()
                .any(|kind| relationship.kind.ends_with(kind));
            if is_sheet {
                self.index(&relationship.target)?;
                found += 1;
            }
        }
        if found == 0 { Err(Error::NoSheet) } else { Ok(()) }
    }

    fn index(&self, name: &str) -> Result<usize, Error> {
        self.parts.get(&normal_name(name)).copied().ok_or_else(|| Error::MissingPart(name.to_owned()))
    }

    /// The relationships listed in `name`; targets are resolved against `folder`, links to the outside left
    /// out.
    fn relationships(
        &self,
        archive: &mut Archive<'_>,
        name: &str,
        folder: &str,
    ) -> Result<Vec<Relationship>, Error> {
        let mut list = Vec::new();
        self.elements(archive, name, |element| {
            if element.local_name().as_ref() != "Relationship"
                || attribute(element, "TargetMode").is_some_and(|mode| mode == "External")
            {
                return;
            }
            if let (Some(kind), Some(target)) = (attribute(element, "Type"), attribute(element, "Target")) {
                list.push(Relationship { kind, target: resolve(folder, &target) });
            }
        })?;
        Ok(list)
    }

    /// Reads the XML part `name` to its end and shows every element to `see`.
    fn elements(
        &self,
        archive: &mut Archive<'_>,
        name: &str,
        mut see: impl FnMut(&BytesStart<'_>),
    ) -> Result<(), Error> {
        let part = archive.by_index(self.index(name)?).map_err(directory_error)?;
        if part.size() > LARGEST_LIST {
            return Err(Error::OversizedPart(name.to_owned()));
        }
        let mut reader = Reader::from_reader(BufReader::new(part.take(LARGEST_LIST)));
        let mut buffer = Vec::new();
        let mut elements = 0_usize;
        let failed = |source| Error::ParsePart { part: name.to_owned(), source };
        loop {
            match reader.read_event_into(&mut buffer).map_err(failed)? {
                Event::Eof if elements == 0 => return Err(Error::MissingPart(name.to_owned())),
                Event::Eof => return Ok(()),
                Event::Start(element) | Event::Empty(element) => {
                    elements += 1;
                    see(&element);
                }
                _ => {}
            }
            buffer.clear();
        }
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|it| it.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// A target is absolute in the package, or relative to the folder of the part that names it.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let joined = if target.starts_with('/') { target } else { format!("{folder}/{target}") };
    let mut parts = Vec::new();
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_as_the_package_standard_says() {
        assert_eq!(resolve("", "xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(resolve("", "/xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "../xl/./a.xml"), "xl/a.xml");
        assert_eq!(resolve("xl", "..\\..\\a.xml"), "a.xml");
    }
}
