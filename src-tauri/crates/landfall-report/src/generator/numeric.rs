//! PostgreSQL's binary NUMERIC as exact decimal text, and exact sums of money.
//!
//! Wire format: four 16-bit numbers (count of digits, weight, sign, scale), then digits of base 10,000
//! (PostgreSQL source, `src/backend/utils/adt/numeric.c`, `numeric_send`).

/// Digits that a double, and so a number in a workbook, holds exactly (Excel: 15 significant digits).
pub(crate) const EXACT_DIGITS: usize = 15;

/// The bytes are no NUMERIC.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Decimal text as `numeric_out` writes it: `-12.50`, `NaN`, `Infinity`.
pub(crate) fn text(bytes: &[u8]) -> Result<String, Malformed> {
    let word = |at: usize| -> Result<u16, Malformed> {
        let pair = bytes.get(at * 2..at * 2 + 2).ok_or(Malformed)?;
        Ok(u16::from_be_bytes([pair[0], pair[1]]))
    };
    let count = usize::from(word(0)?);
    let weight = i32::from(word(1)? as i16);
    let sign = word(2)?;
    let scale = usize::from(word(3)?);
    match sign {
        0xC000 => return Ok("NaN".to_owned()),
        0xD000 => return Ok("Infinity".to_owned()),
        0xF000 => return Ok("-Infinity".to_owned()),
        0x0000 | 0x4000 => {}
        _ => return Err(Malformed),
    }
    if bytes.len() != 8 + count * 2 {
        return Err(Malformed);
    }
    // The group of four digits that stands for 10,000 to the power `power`.
    let group = |power: i32| -> u16 {
        usize::try_from(weight - power)
            .ok()
            .filter(|at| *at < count)
            .and_then(|at| word(4 + at).ok())
            .unwrap_or(0)
    };
    let mut out = String::with_capacity(24);
    if sign == 0x4000 {
        out.push('-');
    }
    if weight < 0 {
        out.push('0');
    } else {
        out.push_str(&group(weight).to_string());
        for power in (0..weight).rev() {
            push_four(&mut out, group(power));
        }
    }
    if scale > 0 {
        out.push('.');
        let end = out.len() + scale;
        let mut power = -1;
        while out.len() < end {
            push_four(&mut out, group(power));
            power -= 1;
        }
        out.truncate(end);
    }
    Ok(out)
}

fn push_four(out: &mut String, group: u16) {
    for unit in [1000, 100, 10, 1] {
        out.push(char::from(b'0' + (group / unit % 10) as u8));
    }
}

/// Number of digits that matter in decimal text: without sign, point, leading and trailing zeros.
pub(crate) fn significant_digits(text: &str) -> usize {
    let digits = || text.bytes().filter(u8::is_ascii_digit);
    let leading = digits().take_while(|digit| *digit == b'0').count();
    let trailing = digits().rev().take_while(|digit| *digit == b'0').count();
    digits().count().saturating_sub(leading + trailing)
}

/// An exact amount: `units` of 10 to the power of minus `scale`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    units: i128,
    scale: u32,
}

impl Amount {
    /// Reads decimal text; `None` for what is no finite number or has more digits than fit.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut units: i128 = 0;
        for digit in whole.bytes().chain(fraction.bytes()) {
            if !digit.is_ascii_digit() {
                return None;
            }
            units = units.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
        }
        if whole.is_empty() {
            return None;
        }
        Some(Self {
            units: if negative { -units } else { units },
            scale: u32::try_from(fraction.len()).ok()?,
        })
    }

    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let units = self.at(scale)?.checked_add(other.at(scale)?)?;
        Some(Self { units, scale })
    }

    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { units: other.units.checked_neg()?, scale: other.scale })
    }

    fn at(self, scale: u32) -> Option<i128> {
        self.units.checked_mul(10_i128.checked_pow(scale - self.scale)?)
    }
}

/// Decimal text with all digits of the scale.
impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = self.scale as usize + 1;
        let digits = format!("{:0>width$}", self.units.unsigned_abs());
        let (whole, fraction) = digits.split_at(digits.len() - self.scale as usize);
        let sign = if self.units < 0 { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn wire(weight: i16, sign: u16, scale: u16, digits: &[u16]) -> Vec<u8> {
        let head = [digits.len() as u16, weight as u16, sign, scale];
        head.iter().chain(digits).flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn numeric_becomes_the_text_that_the_server_writes() {
        for (bytes, expected) in [
            (wire(0, 0, 2, &[12, 5000]), "12.50"),
            (wire(0, 0x4000, 2, &[12, 5000]), "-12.50"),
            (wire(-1, 0, 4, &[5]), "0.0005"),
            (wire(-2, 0, 6, &[500]), "0.000005"),
            (wire(1, 0, 0, &[1]), "10000"),
            (wire(0, 0, 0, &[]), "0"),
            (wire(0, 0, 2, &[]), "0.00"),
            (wire(4, 0, 2, &[1234, 5678, 9012, 3456, 7890, 1200]), "12345678901234567890.12"),
            (wire(0, 0xC000, 0, &[]), "NaN"),
            (wire(0, 0xF000, 0, &[]), "-Infinity"),
        ] {
            assert_eq!(text(&bytes).unwrap(), expected);
        }
        assert_eq!(text(&[0, 1]), Err(Malformed));
        assert_eq!(text(&wire(0, 0, 0, &[1])[..9]), Err(Malformed));
    }

    #[test]
    fn only_digits_that_matter_are_counted() {
        for (text, digits) in
            [("0.00", 0), ("12.50", 3), ("-0.0005", 1), ("1000000000000000000", 1), ("9007199254740993", 16)]
        {
            assert_eq!(significant_digits(text), digits, "{text}");
        }
    }

    #[test]
    fn amounts_are_added_exactly_whatever_their_scale() {
        let amount = |text: &str| Amount::parse(text).unwrap();
        let sum = (0..1000).fold(Amount::default(), |sum, _| sum.plus(amount("0.1")).unwrap());
        assert_eq!(sum.to_string(), "100.0");
        assert_eq!(amount("1").minus(amount("1.005")).unwrap().to_string(), "-0.005");
        assert_eq!(
            amount("12345678901234567890.12").plus(amount("0.88")).unwrap().to_string(),
            "12345678901234567891.00"
        );
        for bad in ["NaN", "Infinity", "", ".5", "1e5", &"9".repeat(60)] {
            assert_eq!(Amount::parse(bad), None, "{bad}");
        }
    }
}
