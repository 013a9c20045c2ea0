use std::{fmt, str::FromStr, time::Duration};

use crate::storage::Quoted;

/// A duration as Go writes and reads it, in nanoseconds and with a sign: `1h2m3.5s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoDuration(i64);

/// A text that is no duration. The words are those of Go's parser.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DurationError {
    /// No number, or more than 292 years.
    #[error("time: invalid duration {}", Quoted(.0))]
    Invalid(String),
    /// A number of what?
    #[error("time: missing unit in duration {}", Quoted(.0))]
    MissingUnit(String),
    /// A unit that there is not.
    #[error("time: unknown unit {} in duration {}", Quoted(.0), Quoted(.1))]
    UnknownUnit(String, String),
}

/// Units and their nanoseconds. The two signs for micro look alike.
const UNITS: [(&str, u128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", 60 * SECOND),
    ("h", 3600 * SECOND),
];
const SECOND: u128 = 1_000_000_000;
/// Digits behind the point that can matter: an hour has thirteen digits of nanoseconds.
const FRACTION_DIGITS: usize = 16;

impl GoDuration {
    /// Whole seconds.
    pub const fn from_seconds(seconds: i32) -> Self {
        Self(seconds as i64 * 1_000_000_000)
    }

    /// Whether it is zero or less.
    pub fn is_zero_or_negative(self) -> bool {
        self.0 <= 0
    }

    /// The time to wait; zero where it is negative.
    pub fn to_std(self) -> Duration {
        Duration::from_nanos(u64::try_from(self.0).unwrap_or_default())
    }
}

impl FromStr for GoDuration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || DurationError::Invalid(text.to_owned());
        let (is_negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if rest == "0" {
            return Ok(Self(0));
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut total = 0_u128;
        while !rest.is_empty() {
            let (whole, after) = digits(rest);
            let (fraction, after) = match after.strip_prefix('.') {
                Some(after) => digits(after),
                None => ("", after),
            };
            if whole.is_empty() && fraction.is_empty() {
                return Err(invalid());
            }
            let end = after.find(|letter: char| letter == '.' || letter.is_ascii_digit());
            let (unit, after) = after.split_at(end.unwrap_or(after.len()));
            if unit.is_empty() {
                return Err(DurationError::MissingUnit(text.to_owned()));
            }
            let found = UNITS.iter().find(|(name, _)| *name == unit);
            let (_, nanoseconds) = found
                .ok_or_else(|| DurationError::UnknownUnit(unit.to_owned(), text.to_owned()))?;
            let piece = piece(whole, fraction, *nanoseconds).ok_or_else(invalid)?;
            total = total.checked_add(piece).ok_or_else(invalid)?;
            rest = after;
        }
        let total = i128::try_from(total).map_err(|_| invalid())?;
        let signed = if is_negative { -total } else { total };
        i64::try_from(signed).map(Self).map_err(|_| invalid())
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|letter: char| !letter.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

/// The nanoseconds of one number with its unit; none where they are too many.
fn piece(whole: &str, fraction: &str, unit: u128) -> Option<u128> {
    let number = |digits: &str| match digits {
        "" => Some(0),
        digits => digits.parse::<u64>().ok().map(u128::from),
    };
    let fraction = fraction.get(..FRACTION_DIGITS).unwrap_or(fraction);
    let scale = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    Some(number(whole)? * unit + number(fraction)? * unit / scale)
}

impl fmt::Display for GoDuration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanoseconds = u128::from(self.0.unsigned_abs());
        if self.0 < 0 {
            formatter.write_str("-")?;
        }
        let small = [("ns", 1_000), ("\u{b5}s", 1_000_000), ("ms", SECOND)];
        if nanoseconds == 0 {
            return formatter.write_str("0s");
        }
        if let Some((name, limit)) = small.iter().find(|(_, limit)| nanoseconds < *limit) {
            return write!(formatter, "{}{name}", decimal(nanoseconds, limit / 1_000));
        }
        let (minutes, rest) = (nanoseconds / (60 * SECOND), nanoseconds % (60 * SECOND));
        if minutes >= 60 {
            write!(formatter, "{}h", minutes / 60)?;
        }
        if minutes > 0 {
            write!(formatter, "{}m", minutes % 60)?;
        }
        write!(formatter, "{}s", decimal(rest, SECOND))
    }
}

/// A number of units of so many nanoseconds, without zeros at its end.
fn decimal(nanoseconds: u128, unit: u128) -> String {
    let (whole, rest) = (nanoseconds / unit, nanoseconds % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    format!("{whole}.{rest:0width$}")
        .trim_end_matches('0')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::GoDuration;

    #[test]
    fn durations_are_read_as_in_go() {
        for (text, nanoseconds) in [
            ("0", 0),
            ("3s", 3_000_000_000),
            ("-1m", -60_000_000_000),
            ("+1.5h", 5_400_000_000_000),
            ("1h2m3.5s", 3_723_500_000_000),
            (".5s", 500_000_000),
            ("1.s", 1_000_000_000),
            ("1us2\u{b5}s3\u{3bc}s4ns5ms", 5_006_004),
            ("9223372036854775807ns", i64::MAX),
            ("-9223372036854775808ns", i64::MIN),
            ("0.00000000000000000000001h", 0),
        ] {
            assert_eq!(text.parse(), Ok(GoDuration(nanoseconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused_in_the_words_of_go() {
        for (text, refusal) in [
            ("", r#"time: invalid duration """#),
            ("-", r#"time: invalid duration "-""#),
            ("s", r#"time: invalid duration "s""#),
            (".s", r#"time: invalid duration ".s""#),
            ("--1s", r#"time: invalid duration "--1s""#),
            ("3", r#"time: missing unit in duration "3""#),
            ("3x", r#"time: unknown unit "x" in duration "3x""#),
            ("3 s", r#"time: unknown unit " s" in duration "3 s""#),
            ("1e9h", r#"time: unknown unit "e" in duration "1e9h""#),
            (
                "9223372036854775808ns",
                r#"time: invalid duration "9223372036854775808ns""#,
            ),
            (
                "99999999999999999999999h",
                r#"time: invalid duration "99999999999999999999999h""#,
            ),
        ] {
            let refused = text.parse::<GoDuration>().expect_err(text).to_string();
            assert_eq!(refused, refusal);
        }
    }

    #[test]
    fn durations_are_shown_as_in_go() {
        for (text, shown) in [
            ("0", "0s"),
            ("-1m", "-1m0s"),
            ("3600s", "1h0m0s"),
            ("1500ms", "1.5s"),
            ("90.25s", "1m30.25s"),
            ("1100us", "1.1ms"),
            ("1001ns", "1.001\u{b5}s"),
            ("999ns", "999ns"),
        ] {
            let duration: GoDuration = text.parse().expect(text);
            assert_eq!(duration.to_string(), shown);
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read(nanoseconds in any::<i64>()) {
            let duration = GoDuration(nanoseconds);
            prop_assert_eq!(duration.to_string().parse(), Ok(duration));
        }

        #[test]
        fn no_text_panics(text in "[-+]?([0-9]{0,30}\\.?[0-9]{0,30}(ns|us|ms|s|m|h|x)?){0,4}") {
            if let Ok(duration) = text.parse::<GoDuration>() {
                prop_assert_eq!(duration.to_string().parse(), Ok(duration));
            }
        }
    }
}
