//! How values lie in columns, so that what is read is exactly what was written.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A moment as nanoseconds since 1970-01-01 UTC. Moments outside 1677 to 2262 become the nearest one inside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl ToSql for Moment {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let nanoseconds = self.0.as_nanosecond().clamp(i128::from(i64::MIN), i128::from(i64::MAX));
        Ok(ToSqlOutput::Owned(Value::Integer(nanoseconds as i64)))
    }
}

impl FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let nanoseconds = i64::column_result(value)?;
        Timestamp::from_nanosecond(i128::from(nanoseconds))
            .map(Self)
            .map_err(|error| FromSqlError::Other(error.into()))
    }
}

/// A value whose JSON is one word: an enum without fields, a calendar day.
pub(crate) struct Word<T>(pub(crate) T);

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_value(&self.0) {
            Ok(serde_json::Value::String(word)) => Ok(ToSqlOutput::Owned(Value::Text(word))),
            Ok(other) => Err(conversion(format!("{other} is not one word"))),
            Err(error) => Err(conversion(error)),
        }
    }
}

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = serde_json::Value::String(value.as_str()?.to_owned());
        serde_json::from_value(word).map(Self).map_err(|error| FromSqlError::Other(error.into()))
    }
}

/// A value as JSON text.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        serde_json::to_string(&self.0).map(|text| ToSqlOutput::Owned(Value::Text(text))).map_err(conversion)
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Self).map_err(|error| FromSqlError::Other(error.into()))
    }
}

/// An unsigned number that uses all 64 bits, such as an inode.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bits(pub(crate) u64);

impl ToSql for Bits {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(Value::Integer(self.0.cast_signed())))
    }
}

impl FromSql for Bits {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(|signed| Self(signed.cast_unsigned()))
    }
}

/// A path without loss: its UTF-8 bytes; where it has none, the system's own form.
#[derive(Debug, Clone)]
pub(crate) struct PathBytes(pub(crate) PathBuf);

impl PathBytes {
    /// As they lie in the ledger.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        bytes_of(&self.0)
    }
}

/// The bytes of a path as they lie in the ledger.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl ToSql for Bytes<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0)))
    }
}

impl ToSql for PathBytes {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(Value::Blob(bytes_of(&self.0))))
    }
}

impl FromSql for PathBytes {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(PathBuf::from(os_string_of(value.as_blob()?))))
    }
}

#[cfg(unix)]
fn bytes_of(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(unix)]
fn os_string_of(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes.to_vec())
}

/// No UTF-8 text begins with this byte, so it marks a name that Windows allows and UTF-8 does not.
#[cfg(windows)]
const WIDE_MARK: u8 = 0xFF;

#[cfg(windows)]
fn bytes_of(path: &Path) -> Vec<u8> {
    use std::os::windows::ffi::OsStrExt;
    match path.to_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => std::iter::once(WIDE_MARK)
            .chain(path.as_os_str().encode_wide().flat_map(u16::to_le_bytes))
            .collect(),
    }
}

#[cfg(windows)]
fn os_string_of(bytes: &[u8]) -> OsString {
    use std::os::windows::ffi::OsStringExt;
    match bytes.split_first() {
        Some((&WIDE_MARK, wide)) => {
            let units: Vec<u16> =
                wide.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            OsString::from_wide(&units)
        }
        _ => String::from_utf8_lossy(bytes).into_owned().into(),
    }
}

/// Reads the cells of a row from left to right, so that a query's column list is the only place of their order.
pub(crate) struct Cells<'a, 'statement> {
    row: &'a Row<'statement>,
    next: usize,
}

impl<'a, 'statement> Cells<'a, 'statement> {
    pub(crate) fn of(row: &'a Row<'statement>) -> Self {
        Self { row, next: 0 }
    }

    pub(crate) fn take<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        let value = self.row.get(self.next);
        self.next += 1;
        value
    }

    /// A moment that may be missing.
    pub(crate) fn take_moment(&mut self) -> rusqlite::Result<Option<Timestamp>> {
        Ok(self.take::<Option<Moment>>()?.map(|moment| moment.0))
    }
}

/// A row that no version of Landfall writes.
pub(crate) fn conversion(
    reason: impl Into<Box<dyn std::error::Error + Send + Sync + 'static>>,
) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(reason.into())
}
