//! From the bytes of a column on the wire to what a cell holds.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use landfall_core::definition::ColumnFormat;
use tokio_postgres::types::{FromSql, Kind, Type};

use super::calendar;
use super::numeric;

/// The bytes of a value as they came, whatever its type.
pub(crate) struct Wire<'a>(pub(crate) &'a [u8]);

impl<'a> FromSql<'a> for Wire<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A type that the report knows how to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WireType {
    Text,
    /// `jsonb`: one byte of version, then text.
    VersionedText,
    Uuid,
    Boolean,
    Int2,
    Int4,
    Int8,
    /// `oid`, without sign.
    Oid,
    Float4,
    Float8,
    Numeric,
    Date,
    Time,
    /// Without zone: shown as it is.
    Timestamp,
    /// An instant: shown in the report's zone.
    TimestampTz,
}

impl WireType {
    /// `None` for types that have no one meaning in a cell (arrays, intervals, bytes, …).
    pub(crate) fn of(kind: &Type) -> Option<Self> {
        match kind.kind() {
            Kind::Domain(inner) => return Self::of(inner),
            Kind::Enum(_) => return Some(Self::Text),
            Kind::Simple => {}
            _ => return None,
        }
        Some(match *kind {
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::CHAR | Type::JSON | Type::XML => {
                Self::Text
            }
            Type::JSONB => Self::VersionedText,
            Type::UUID => Self::Uuid,
            Type::BOOL => Self::Boolean,
            Type::INT2 => Self::Int2,
            Type::INT4 => Self::Int4,
            Type::INT8 => Self::Int8,
            Type::OID => Self::Oid,
            Type::FLOAT4 => Self::Float4,
            Type::FLOAT8 => Self::Float8,
            Type::NUMERIC => Self::Numeric,
            Type::DATE => Self::Date,
            Type::TIME => Self::Time,
            Type::TIMESTAMP => Self::Timestamp,
            Type::TIMESTAMPTZ => Self::TimestampTz,
            _ if kind.name() == "citext" => Self::Text,
            _ => return None,
        })
    }

    fn is_number(self) -> bool {
        matches!(
            self,
            Self::Int2 | Self::Int4 | Self::Int8 | Self::Oid | Self::Float4 | Self::Float8 | Self::Numeric
        )
    }

    /// Whether amounts of this type can be added without loss.
    pub(crate) fn is_exact_number(self) -> bool {
        self.is_number() && !matches!(self, Self::Float4 | Self::Float8)
    }

    pub(crate) fn has_day(self) -> bool {
        matches!(self, Self::Date | Self::Timestamp | Self::TimestampTz)
    }

    /// Whether a column of this type can be shown in `format`.
    pub(crate) fn fits(self, format: &ColumnFormat) -> bool {
        match format {
            ColumnFormat::Text => true,
            ColumnFormat::Integer | ColumnFormat::Decimal | ColumnFormat::Money | ColumnFormat::Percent => {
                self.is_number()
            }
            ColumnFormat::Date | ColumnFormat::DateTime => self.has_day(),
            ColumnFormat::Time => matches!(self, Self::Time | Self::Timestamp | Self::TimestampTz),
            ColumnFormat::Boolean => self == Self::Boolean,
            ColumnFormat::Custom(_) => self.is_number() || self.has_day() || self == Self::Time,
        }
    }
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Text(Cow<'a, str>),
    /// A number that a double holds to the last digit, or a number of floating point as it is.
    Number(f64),
    /// A number with more digits than a double keeps.
    LongNumber(String),
    /// Excel's number of a day or time.
    Day(f64),
    Boolean(bool),
}

/// The bytes are not what their type promises.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Malformed> {
    bytes.try_into().map_err(|_| Malformed)
}

/// Reads a value as a cell of its column. Instants become local times of `zone`.
pub(crate) fn read<'a>(
    wire_type: WireType,
    bytes: &'a [u8],
    format: &ColumnFormat,
    zone: &TimeZone,
) -> Result<Value<'a>, Malformed> {
    let as_text = *format == ColumnFormat::Text;
    let value = match wire_type {
        WireType::Text => Value::Text(Cow::Borrowed(std::str::from_utf8(bytes).map_err(|_| Malformed)?)),
        WireType::VersionedText => {
            let text = bytes.get(1..).ok_or(Malformed)?;
            Value::Text(Cow::Borrowed(std::str::from_utf8(text).map_err(|_| Malformed)?))
        }
        WireType::Uuid => Value::Text(Cow::Owned(uuid_text(&array(bytes)?))),
        WireType::Boolean if as_text => owned(if array::<1>(bytes)? == [0] { "false" } else { "true" }),
        WireType::Boolean => Value::Boolean(array::<1>(bytes)? != [0]),
        WireType::Float4 => float(f64::from(f32::from_be_bytes(array(bytes)?)), bytes.len(), as_text)?,
        WireType::Float8 => float(f64::from_be_bytes(array(bytes)?), bytes.len(), as_text)?,
        WireType::Int2 | WireType::Int4 | WireType::Int8 | WireType::Oid | WireType::Numeric => {
            number(exact_text(wire_type, bytes)?, as_text)
        }
        WireType::Date => day(i32::from_be_bytes(array(bytes)?), as_text),
        WireType::Time => {
            let microseconds = i64::from_be_bytes(array(bytes)?);
            // 24:00:00 is a time of PostgreSQL's, and no time of Excel's.
            if as_text || microseconds >= calendar::MICROSECONDS_OF_A_DAY {
                Value::Text(Cow::Owned(calendar::clock_text(microseconds)))
            } else {
                Value::Day(microseconds as f64 / calendar::MICROSECONDS_OF_A_DAY as f64)
            }
        }
        WireType::Timestamp => moment(i64::from_be_bytes(array(bytes)?), None, as_text),
        WireType::TimestampTz => moment(i64::from_be_bytes(array(bytes)?), Some(zone), as_text),
    };
    Ok(value)
}

/// Decimal text of a number of an exact type; `Malformed` for other types.
pub(crate) fn exact_text(wire_type: WireType, bytes: &[u8]) -> Result<String, Malformed> {
    match wire_type {
        WireType::Int2 => Ok(i16::from_be_bytes(array(bytes)?).to_string()),
        WireType::Int4 => Ok(i32::from_be_bytes(array(bytes)?).to_string()),
        WireType::Int8 => Ok(i64::from_be_bytes(array(bytes)?).to_string()),
        WireType::Oid => Ok(u32::from_be_bytes(array(bytes)?).to_string()),
        WireType::Numeric => numeric::text(bytes).map_err(|_| Malformed),
        _ => Err(Malformed),
    }
}

/// The day, from 2000-01-01, on which a value lies in `zone`; `None` for infinite ones.
pub(crate) fn day_of(wire_type: WireType, bytes: &[u8], zone: &TimeZone) -> Result<Option<i64>, Malformed> {
    let of_microseconds = |local: i64| local.div_euclid(calendar::MICROSECONDS_OF_A_DAY);
    match wire_type {
        WireType::Date => {
            let days = i32::from_be_bytes(array(bytes)?);
            Ok((days != i32::MAX && days != i32::MIN).then_some(i64::from(days)))
        }
        WireType::Timestamp | WireType::TimestampTz => {
            let microseconds = i64::from_be_bytes(array(bytes)?);
            if microseconds == i64::MAX || microseconds == i64::MIN {
                return Ok(None);
            }
            Ok(match wire_type {
                WireType::TimestampTz => calendar::local(microseconds, zone).map(of_microseconds),
                _ => Some(of_microseconds(microseconds)),
            })
        }
        _ => Err(Malformed),
    }
}

fn owned(text: impl Into<String>) -> Value<'static> {
    Value::Text(Cow::Owned(text.into()))
}

fn number(text: String, as_text: bool) -> Value<'static> {
    if as_text {
        return owned(text);
    }
    if numeric::significant_digits(&text) <= numeric::EXACT_DIGITS {
        match text.parse() {
            Ok(number) if f64::is_finite(number) => return Value::Number(number),
            _ => {}
        }
    }
    // NaN and the infinities end here too: a cell can't hold them as numbers.
    Value::LongNumber(text)
}

/// `f32` is shown with its own shortest digits: 0.1, not 0.10000000149011612.
fn float(value: f64, bytes: usize, as_text: bool) -> Result<Value<'static>, Malformed> {
    let text = if bytes == 4 { (value as f32).to_string() } else { value.to_string() };
    if value.is_nan() {
        return Ok(Value::LongNumber("NaN".to_owned()));
    }
    if value.is_infinite() {
        return Ok(Value::LongNumber(if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()));
    }
    if as_text {
        return Ok(owned(text));
    }
    text.parse().map(Value::Number).map_err(|_| Malformed)
}

fn day(days: i32, as_text: bool) -> Value<'static> {
    match days {
        i32::MAX => owned("infinity"),
        i32::MIN => owned("-infinity"),
        days => match calendar::excel_day(i64::from(days)) {
            Some(number) if !as_text => Value::Day(number as f64),
            _ => owned(calendar::day_text(i64::from(days))),
        },
    }
}

fn moment(microseconds: i64, zone: Option<&TimeZone>, as_text: bool) -> Value<'static> {
    match microseconds {
        i64::MAX => return owned("infinity"),
        i64::MIN => return owned("-infinity"),
        _ => {}
    }
    let local = match zone {
        None => microseconds,
        Some(zone) => match calendar::local(microseconds, zone) {
            Some(local) => local,
            // Beyond the calendar of zones the instant is shown as it is, and says so.
            None => return owned(format!("{}Z", calendar::time_text(microseconds))),
        },
    };
    match calendar::excel_time(local) {
        Some(number) if !as_text => Value::Day(number),
        _ => owned(calendar::time_text(local)),
    }
}

/// `8-4-4-4-12` hexadecimal digits (RFC 9562, section 4).
fn uuid_text(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn cell<'a>(wire_type: WireType, bytes: &'a [u8], format: &ColumnFormat) -> Value<'a> {
        read(wire_type, bytes, format, &TimeZone::UTC).unwrap()
    }

    #[test]
    fn whole_numbers_keep_every_digit() {
        let of = |number: i64| {
            let bytes = number.to_be_bytes();
            match cell(WireType::Int8, &bytes, &ColumnFormat::Integer) {
                Value::Number(number) => number.to_string(),
                Value::LongNumber(text) => format!("text {text}"),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(of(999_999_999_999_999), "999999999999999");
        assert_eq!(of(9_007_199_254_740_993), "text 9007199254740993");
        assert_eq!(of(1_000_000_000_000_000_000), "1000000000000000000");
        assert_eq!(of(i64::MIN), "text -9223372036854775808");
    }

    #[test]
    fn small_floats_show_their_own_digits() {
        let bytes = 0.1_f32.to_be_bytes();
        assert_eq!(cell(WireType::Float4, &bytes, &ColumnFormat::Decimal), Value::Number(0.1));
        let bytes = f64::NAN.to_be_bytes();
        assert_eq!(
            cell(WireType::Float8, &bytes, &ColumnFormat::Decimal),
            Value::LongNumber("NaN".to_owned())
        );
    }

    #[test]
    fn what_excel_can_not_show_as_a_day_is_text() {
        for (days, text) in [(i32::MAX, "infinity"), (i32::MIN, "-infinity"), (-36_467, "1900-02-27")] {
            assert_eq!(cell(WireType::Date, &days.to_be_bytes(), &ColumnFormat::Date), owned(text));
        }
        assert_eq!(cell(WireType::Date, &0_i32.to_be_bytes(), &ColumnFormat::Date), Value::Day(36_526.0));
        assert_eq!(cell(WireType::Date, &0_i32.to_be_bytes(), &ColumnFormat::Text), owned("2000-01-01"));
        let midnight = 86_400_000_000_i64.to_be_bytes();
        assert_eq!(cell(WireType::Time, &midnight, &ColumnFormat::Time), owned("24:00:00"));
    }

    #[test]
    fn bytes_that_lie_about_their_type_are_refused() {
        for wire_type in
            [WireType::Int8, WireType::Date, WireType::Numeric, WireType::Uuid, WireType::TimestampTz]
        {
            assert_eq!(read(wire_type, &[1, 2, 3], &ColumnFormat::Text, &TimeZone::UTC), Err(Malformed));
        }
        assert_eq!(read(WireType::Text, &[0xff], &ColumnFormat::Text, &TimeZone::UTC), Err(Malformed));
    }

    #[test]
    fn formats_only_fit_the_types_they_are_for() {
        assert!(WireType::Numeric.fits(&ColumnFormat::Money));
        assert!(!WireType::Text.fits(&ColumnFormat::Money));
        assert!(!WireType::Time.fits(&ColumnFormat::Date));
        assert!(WireType::TimestampTz.fits(&ColumnFormat::Custom("dd/mm".to_owned())));
        assert_eq!(WireType::of(&Type::INTERVAL), None);
        assert_eq!(WireType::of(&Type::TEXT_ARRAY), None);
    }

    #[test]
    fn identifiers_are_written_with_hyphens() {
        assert_eq!(uuid_text(&[0xab; 16]), "abababab-abab-abab-abab-abababababab");
    }
}
