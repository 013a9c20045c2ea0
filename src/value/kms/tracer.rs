use std::{error::Error as StdError, sync::Arc};

/// Makes spans of what a provider of the second version does with values (backend §1.11); with the feature `etcd3`
/// [`telemetry::trace`](crate::telemetry::trace) has one. Nobody by default.
pub trait Tracer: Send + Sync {
    /// A value of a provider is to be read or written, and `name` is what its span is called. None where nobody collects it.
    fn begin(&self, name: &'static str, provider: &str) -> Option<Box<dyn Span>>;
}

/// What happens to one value. It ends when it is dropped.
pub trait Span: Send + Sync {
    /// Something happened.
    fn event(&self, name: &'static str);

    /// Something failed, and that is why.
    fn failure(&self, name: &'static str, error: &(dyn StdError + 'static));
}

/// A part of what is done with a value, as its events call it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    begins: &'static str,
    succeeds: &'static str,
    fails: &'static str,
}

pub(super) const DECODE: Step = Step {
    begins: "About to decode encrypted object",
    succeeds: "Decoded encrypted object",
    fails: "Decoding encrypted object failed",
};
pub(super) const DECRYPT_KEY: Step = Step {
    begins: "About to decrypt DEK using remote service",
    succeeds: "DEK decryption succeeded",
    fails: "DEK decryption failed",
};
pub(super) const DECRYPT: Step = Step {
    begins: "About to decrypt data using DEK",
    succeeds: "Data decryption succeeded",
    fails: "Data decryption failed",
};
pub(super) const ENCRYPT: Step = Step {
    begins: "About to encrypt data using DEK",
    succeeds: "Data encryption succeeded",
    fails: "Data encryption failed",
};
pub(super) const ENCODE: Step = Step {
    begins: "About to encode encrypted object",
    succeeds: "Encoded encrypted object",
    fails: "Encoding encrypted object failed",
};

/// The steps of one value, told to whoever collects them. Costs a look at an option where nobody does.
pub(super) struct Steps(Option<Box<dyn Span>>);

impl Steps {
    pub(super) fn begin(
        tracer: Option<&Arc<dyn Tracer>>,
        name: &'static str,
        provider: &str,
    ) -> Self {
        Self(tracer.and_then(|tracer| tracer.begin(name, provider)))
    }

    /// Takes a step.
    pub(super) fn take<T, E: StdError + 'static>(
        &self,
        step: Step,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.begins(step);
        let result = work();
        match &result {
            Ok(_) => self.succeeds(step),
            Err(error) => self.fails(step, error),
        }
        result
    }

    pub(super) fn begins(&self, step: Step) {
        if let Some(span) = &self.0 {
            span.event(step.begins);
        }
    }

    pub(super) fn succeeds(&self, step: Step) {
        if let Some(span) = &self.0 {
            span.event(step.succeeds);
        }
    }

    pub(super) fn fails(&self, step: Step, error: &(dyn StdError + 'static)) {
        if let Some(span) = &self.0 {
            span.failure(step.fails, error);
        }
    }
}
