use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use tonic::Code;

use super::{Envelope, KeyIdError};
use crate::value::kms::{BadKeyId, Direction, Observer};

/// When a value was last to be read and to be written, whoever its provider was: the family has no label for one.
#[derive(Default)]
pub(super) struct Arrivals([Mutex<Option<Instant>>; 2]);

impl Arrivals {
    /// How long ago the one before was; nothing for the first. This one is the last one then.
    fn next(&self, direction: Direction, now: Instant) -> Duration {
        let [read, written] = &self.0;
        let last = match direction {
            Direction::FromStorage => read,
            Direction::ToStorage => written,
        };
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let before = last.replace(now).unwrap_or(now);
        now.saturating_duration_since(before)
    }
}

impl Envelope {
    /// Counts what a provider does who is [observed](crate::value::kms::v2::Provider::observed_by); feature `kms`. Keys are
    /// counted with the hash of the API server's id.
    pub fn observer(self, api_server_id: impl Into<String>) -> Arc<dyn Observer> {
        Arc::new(Observing {
            envelope: self,
            api_server_id: api_server_id.into(),
        })
    }
}

struct Observing {
    envelope: Envelope,
    api_server_id: String,
}

impl Observer for Observing {
    fn called(&self, method: &'static str, took: Duration, code: Code) {
        self.envelope.kms_operation(method, took, code);
    }

    fn missed(&self) {
        self.envelope.cache_miss();
    }

    fn generated(&self, took: Duration, succeeded: bool) {
        self.envelope.data_key_generation(took, succeeded);
    }

    fn used(&self, direction: Direction, key_id: &str) {
        let now = SystemTime::now();
        let label = label(direction);
        self.envelope
            .key_used(label, key_id, &self.api_server_id, now);
    }

    fn stated(&self, key_id: &str) {
        let now = SystemTime::now();
        self.envelope.key_stated(key_id, &self.api_server_id, now);
    }

    fn refused(&self, error: BadKeyId) {
        self.envelope.key_refused(match error {
            BadKeyId::Empty => KeyIdError::Empty,
            BadKeyId::TooLong => KeyIdError::TooLong,
        });
    }

    fn remembers(&self, count: usize) {
        self.envelope.dek_source_cache_size(count);
    }

    fn filled(&self, part: f64) {
        self.envelope.dek_cache_fill(part);
    }

    fn arrived(&self, direction: Direction) {
        let arrivals = &self.envelope.metrics.0.arrivals;
        let after = arrivals.next(direction, Instant::now());
        self.envelope.dek_arrival(label(direction), after);
    }
}

fn label(direction: Direction) -> &'static str {
    match direction {
        Direction::FromStorage => "from_storage",
        Direction::ToStorage => "to_storage",
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Arrivals, Direction};

    #[test]
    fn arrivals_are_counted_from_the_one_before_in_their_direction() {
        let (arrivals, start) = (Arrivals::default(), Instant::now());
        let second = Duration::from_secs(1);
        let read = |at| arrivals.next(Direction::FromStorage, at);
        assert_eq!(read(start), Duration::ZERO);
        assert_eq!(read(start + second), second);
        assert_eq!(
            arrivals.next(Direction::ToStorage, start + second),
            Duration::ZERO
        );
        assert_eq!(read(start + 3 * second), 2 * second);
        assert_eq!(read(start), Duration::ZERO, "somebody was overtaken");
    }
}
