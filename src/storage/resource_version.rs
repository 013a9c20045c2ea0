use std::{fmt, str::FromStr};

use super::{InvalidError, quote::Quoted};

/// A revision of the whole store, as callers see it: a decimal number in objects, lists and events.
///
/// Zero means "not set": objects that were never stored, and reads without a bound. etcd keeps revisions as `i64`, so
/// no backend over etcd ever hands out more than `i64::MAX`; callers may still ask for any `u64` (store §1.2, §3.7.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceVersion(u64);

impl ResourceVersion {
    /// The version of an object that is not stored, and the absence of a bound.
    pub const UNSET: Self = Self(0);

    /// Wraps a revision.
    pub const fn new(revision: u64) -> Self {
        Self(revision)
    }

    /// The number itself.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Whether this is [`ResourceVersion::UNSET`].
    pub const fn is_unset(self) -> bool {
        self.0 == 0
    }

    /// The version after this one; stays put at the largest.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Reads a version that a caller supplied. `""` and `"0"` are [`ResourceVersion::UNSET`].
    ///
    /// The grammar is strict: decimal digits only, leading zeros allowed, no sign, blank or underscore, at most
    /// 2^64 − 1 (store §1.2).
    ///
    /// # Errors
    ///
    /// [`InvalidError`] that names the field `resourceVersion` and the offending text.
    pub fn parse(text: &str) -> Result<Self, InvalidError> {
        text.parse().map_err(|cause| InvalidError {
            field: "resourceVersion".to_owned(),
            value: text.to_owned(),
            detail: VersionError::to_string(&cause),
        })
    }

    /// The version as a place to watch from: as wide as etcd's revisions.
    ///
    /// # Errors
    ///
    /// It has more than 63 bits. No store gets there, and one that narrows it begins somewhere else (backend §9.5, row
    /// 55).
    pub fn to_revision(self) -> Result<i64, InvalidError> {
        i64::try_from(self.0).map_err(|_| InvalidError {
            field: "resourceVersion".to_owned(),
            value: self.to_string(),
            detail: "no store counts that far".to_owned(),
        })
    }

    /// The text that goes into `metadata.resourceVersion`: decimal, or `None` where unset.
    pub fn to_field(self) -> Option<String> {
        (!self.is_unset()).then(|| self.0.to_string())
    }
}

/// Why a text is no version, in the words of the API server's number parser.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("strconv.ParseUint: parsing {}: {problem}", Quoted(.text))]
pub struct VersionError {
    text: String,
    problem: &'static str,
}

impl FromStr for ResourceVersion {
    type Err = VersionError;

    /// The grammar of [`ResourceVersion::parse`], for versions that no caller supplied.
    fn from_str(text: &str) -> Result<Self, VersionError> {
        if text.is_empty() {
            return Ok(Self::UNSET);
        }
        let problem = if text.bytes().all(|byte| byte.is_ascii_digit()) {
            match text.parse() {
                Ok(number) => return Ok(Self(number)),
                Err(_) => "value out of range",
            }
        } else {
            "invalid syntax"
        };
        Err(VersionError {
            text: text.to_owned(),
            problem,
        })
    }
}

impl fmt::Display for ResourceVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::ResourceVersion;

    #[test]
    fn grammar_is_strict_decimal() {
        for (text, number) in [
            ("", 0),
            ("0", 0),
            ("5", 5),
            ("007", 7),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(ResourceVersion::parse(text).expect(text).get(), number);
        }
        for text in ["a", "-1", "+1", " 1", "1 ", "0x1", "1_0", " ", "\u{663}"] {
            let error = ResourceVersion::parse(text).expect_err(text).to_string();
            assert_eq!(
                error,
                format!(
                    "resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax"
                )
            );
        }
        let error = ResourceVersion::parse("18446744073709551616").expect_err("2^64");
        assert!(error.to_string().ends_with("value out of range"), "{error}");
    }

    #[test]
    fn versions_are_ordered_as_numbers() {
        let of = |text: &str| ResourceVersion::parse(text).expect(text);
        assert!(of("5") < of("6") && of("9") < of("10"));
        assert_eq!(of("6"), of("06"));
    }

    #[test]
    fn an_unset_version_has_no_text() {
        assert_eq!(ResourceVersion::UNSET.to_field(), None);
        assert_eq!(ResourceVersion::new(5).to_field().as_deref(), Some("5"));
    }
}
