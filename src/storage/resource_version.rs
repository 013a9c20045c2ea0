use std::fmt;

use super::InvalidError;

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
        if text.is_empty() {
            return Ok(Self::UNSET);
        }
        let problem = if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            "invalid syntax"
        } else {
            match text.parse() {
                Ok(number) => return Ok(Self(number)),
                Err(_) => "value out of range",
            }
        };
        Err(InvalidError::resource_version(text, problem))
    }

    /// The text that goes into `metadata.resourceVersion`: decimal, or `None` where unset.
    pub fn to_field(self) -> Option<String> {
        (!self.is_unset()).then(|| self.0.to_string())
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
        for text in ["a", "-1", "+1", " 1", "1 ", "0x1", "1_0", " "] {
            let error = ResourceVersion::parse(text).expect_err(text).to_string();
            assert!(
                error.starts_with(&format!("resourceVersion: Invalid value: {text:?}:")),
                "{error}"
            );
        }
        let error = ResourceVersion::parse("18446744073709551616").expect_err("2^64");
        assert!(error.to_string().ends_with("value out of range"), "{error}");
    }
}
