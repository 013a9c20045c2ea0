use std::{error::Error as StdError, sync::Arc};

use opentelemetry::KeyValue;

use crate::value::kms::{Span, Tracer};

use super::{Operation, TracerProvider, Tracing, operation::Told};

impl TracerProvider {
    /// Makes spans of what a provider does with values who is
    /// [traced](crate::value::kms::v2::Provider::traced_by); feature `kms`. They come as children of a span that is being
    /// recorded, which is that of the store's operation where a store reads and writes.
    pub fn envelope(&self) -> Arc<dyn Tracer> {
        Arc::new(Envelope(Tracing::of(self)))
    }
}

struct Envelope(Tracing);

impl Tracer for Envelope {
    fn begin(&self, name: &'static str, provider: &str) -> Option<Box<dyn Span>> {
        let provider = || {
            vec![KeyValue::new(
                "transformer.provider.name",
                provider.to_owned(),
            )]
        };
        let operation = Operation::within(Some(&self.0), || name.into(), |_| provider());
        operation.told().map(|told| told as Box<dyn Span>)
    }
}

impl Span for Told {
    fn event(&self, name: &'static str) {
        self.tell(name, Vec::new);
    }

    fn failure(&self, name: &'static str, error: &(dyn StdError + 'static)) {
        self.tell(name, Vec::new);
        self.record(error);
    }
}
