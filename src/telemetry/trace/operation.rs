use std::{
    borrow::Cow,
    fmt::{self, Display, Write},
    pin::Pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use opentelemetry::{
    Context, KeyValue,
    context::FutureExt,
    trace::{SpanBuilder, TraceContextExt},
};
use tokio::time::Instant;
use tracing::Level;

use super::{AuditId, Tracing};

/// Operations that take so long are logged.
const SLOW: Duration = Duration::from_millis(500);

/// A step that may fail, as the events of spans call it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    succeeded: &'static str,
    failed: &'static str,
}

macro_rules! steps {
    ($($name:ident: $what:literal $done:literal;)*) => {
        $(pub(crate) const $name: Step = Step {
            succeeded: concat!($what, " ", $done),
            failed: concat!($what, " failed"),
        };)*
    };
}

steps! {
    GET: "Get call" "succeeded";
    ENCODE: "Encode" "succeeded";
    DECODE: "Decode" "succeeded";
    TO_STORAGE: "TransformToStorage" "succeeded";
    FROM_STORAGE: "TransformFromStorage" "succeeded";
    TXN: "Txn call" "succeeded";
    TXN_OF_UPDATE: "Txn call" "completed";
}

/// What is told of one operation of a store: a span where somebody collects it, and a line in the log where it is slow.
/// Nothing, and at no cost, where neither is wanted.
pub(crate) struct Operation(Option<Box<Told>>);

/// An operation that somebody is told of.
pub(super) struct Told {
    name: Cow<'static, str>,
    attributes: Vec<KeyValue>,
    started: Instant,
    /// The context with the span, where there is one.
    context: Option<Context>,
    /// What the log says, where there is one.
    steps: Option<Mutex<Vec<(Duration, &'static str)>>>,
}

impl Operation {
    /// Begins an operation. Name and attributes are asked for where they are told; the audit ID is added.
    pub(crate) fn begin(
        tracing: Option<&Tracing>,
        name: impl FnOnce() -> Cow<'static, str>,
        attributes: impl FnOnce() -> Vec<KeyValue>,
    ) -> Self {
        Self::within(tracing, name, |parent| {
            let audit = parent.map(|parent| {
                let id = parent.get::<AuditId>().map(|id| id.0.clone());
                KeyValue::new("audit-id", id.unwrap_or_default())
            });
            audit.into_iter().chain(attributes()).collect()
        })
    }

    /// The same without an audit ID. The attributes may depend on the context whose span is the parent, where there is one.
    pub(super) fn within(
        tracing: Option<&Tracing>,
        name: impl FnOnce() -> Cow<'static, str>,
        attributes: impl FnOnce(Option<&Context>) -> Vec<KeyValue>,
    ) -> Self {
        let parent = tracing.and_then(|tracing| {
            let current = Context::current();
            current.span().is_recording().then_some((tracing, current))
        });
        let logged = tracing::enabled!(Level::INFO);
        if parent.is_none() && !logged {
            return Self(None);
        }
        let name = name();
        let attributes = attributes(parent.as_ref().map(|(_, parent)| parent));
        let context = parent.map(|(tracing, parent)| {
            let span = SpanBuilder::from_name(name.clone()).with_attributes(attributes.clone());
            parent.with_span(tracing.start(span, &parent))
        });
        Self(Some(Box::new(Told {
            name,
            attributes,
            started: Instant::now(),
            context,
            steps: logged.then(Mutex::default),
        })))
    }

    /// What is told of it, where anything is.
    #[cfg(feature = "kms")]
    pub(super) fn told(self) -> Option<Box<Told>> {
        self.0
    }

    /// Runs the operation in its span, so that its calls are children of it. It stays where it is: it may be kilobytes, and
    /// would be copied at each step on its way here.
    pub(crate) async fn run<F: Future>(&self, operation: Pin<&mut F>) -> F::Output {
        match self.0.as_ref().and_then(|told| told.context.clone()) {
            Some(context) => operation.with_context(context).await,
            None => operation.await,
        }
    }

    /// Something happened.
    pub(crate) fn event(&self, name: &'static str) {
        self.tell(name, Vec::new);
    }

    /// A step came to its end.
    pub(crate) fn step<A, E: Display>(&self, step: Step, result: &Result<A, E>) {
        self.step_of(step, result, None);
    }

    /// A step came to its end, which handled so many bytes.
    pub(crate) fn step_of<A, E: Display>(
        &self,
        step: Step,
        result: &Result<A, E>,
        length: Option<usize>,
    ) {
        if self.0.is_none() {
            return;
        }
        let length =
            length.map(|length| KeyValue::new("len", i64::try_from(length).unwrap_or(i64::MAX)));
        match result {
            Ok(_) => self.tell(step.succeeded, || length.into_iter().collect()),
            Err(error) => self.tell(step.failed, || {
                let error = KeyValue::new("err", error.to_string());
                length.into_iter().chain([error]).collect()
            }),
        }
    }

    fn tell(&self, name: &'static str, attributes: impl FnOnce() -> Vec<KeyValue>) {
        if let Some(told) = &self.0 {
            told.tell(name, attributes);
        }
    }
}

impl Told {
    /// Something happened.
    pub(super) fn tell(&self, name: &'static str, attributes: impl FnOnce() -> Vec<KeyValue>) {
        if let Some(context) = &self.context {
            context.span().add_event(name, attributes());
        }
        if let Some(steps) = &self.steps {
            let mut steps = steps.lock().unwrap_or_else(PoisonError::into_inner);
            steps.push((self.started.elapsed(), name));
        }
    }

    /// Why something failed.
    #[cfg(feature = "kms")]
    pub(super) fn record(&self, error: &(dyn std::error::Error + 'static)) {
        if let Some(context) = &self.context {
            context.span().record_error(error);
        }
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if let Some(context) = &self.context {
            context.span().end();
        }
        let took = self.started.elapsed();
        if self.steps.is_some() && took >= SLOW {
            tracing::info!(name: "slow operation", "{}", Slow { told: self, took });
        }
    }
}

/// A slow operation, as the log has it.
struct Slow<'a> {
    told: &'a Told,
    took: Duration,
}

impl Display for Slow<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.told;
        write!(formatter, "{} took {} ms", told.name, self.took.as_millis())?;
        let mut separator = ':';
        for attribute in &told.attributes {
            write!(
                formatter,
                "{separator} {}={}",
                attribute.key, attribute.value
            )?;
            separator = ',';
        }
        if let Some(steps) = &told.steps {
            let steps = steps.lock().unwrap_or_else(PoisonError::into_inner);
            for (after, step) in steps.iter() {
                write!(formatter, "; {step} after {} ms", after.as_millis())?;
            }
        }
        formatter.write_char('.')
    }
}

#[cfg(test)]
#[path = "operation_tests.rs"]
mod tests;
