//! Foreign code that panics: it takes nothing with it but what it was asked for (backend §9.5, row 63).

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Code that was handed in panicked, and what it said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it panicked: {0}")]
pub(crate) struct Panicked(String);

impl Panicked {
    /// What a panic was thrown with.
    pub(crate) fn with(payload: &(dyn Any + Send)) -> Self {
        let text = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self(text.unwrap_or("without a text").to_owned())
    }
}

/// What the work returns. What it left half done when it panicked is its own: nobody else has seen it.
pub(crate) fn caught<R>(work: impl FnOnce() -> R) -> Result<R, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| Panicked::with(&*payload))
}

#[cfg(test)]
mod tests {
    use std::panic::resume_unwind;

    use super::caught;

    #[test]
    fn a_panic_becomes_an_error_with_its_text() {
        assert_eq!(caught(|| 7), Ok(7));
        for (payload, text) in [
            (
                Box::new("plain") as Box<dyn std::any::Any + Send>,
                "it panicked: plain",
            ),
            (Box::new("owned".to_owned()), "it panicked: owned"),
            (Box::new(7), "it panicked: without a text"),
        ] {
            let panicked = caught(|| resume_unwind(payload)).expect_err("a panic");
            assert_eq!(panicked.to_string(), text);
        }
    }
}
