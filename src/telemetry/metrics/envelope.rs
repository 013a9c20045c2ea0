use std::{
    fmt,
    num::NonZero,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use lru::LruCache;
use ring::digest::{SHA256, digest};
use tonic::Code;

use crate::telemetry::calls::code_name;

use super::Metrics;

/// How many sets of labels the families of keys have at most. The one that was used longest ago makes room.
const MOST_KEY_IDS: NonZero<usize> = NonZero::new(100).expect("not zero");

/// Counts what a provider of envelope encryption does (backend §4.5).
#[derive(Clone, Debug)]
pub struct Envelope {
    pub(super) metrics: Metrics,
    provider: String,
}

/// What is wrong with the key that a key management service states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyIdError {
    /// It has no name.
    Empty,
    /// Its name is too long.
    TooLong,
}

/// Which keys are shown.
pub(super) struct KeyIds {
    used: Mutex<LruCache<[String; 4], ()>>,
    stated: Mutex<LruCache<[String; 3], ()>>,
}

impl Default for KeyIds {
    fn default() -> Self {
        Self::at_most(MOST_KEY_IDS)
    }
}

impl KeyIds {
    fn at_most(capacity: NonZero<usize>) -> Self {
        Self {
            used: Mutex::new(LruCache::new(capacity)),
            stated: Mutex::new(LruCache::new(capacity)),
        }
    }
}

impl Metrics {
    /// What the provider of a name counts in.
    pub fn envelope(&self, provider: impl Into<String>) -> Envelope {
        Envelope {
            metrics: self.clone(),
            provider: provider.into(),
        }
    }
}

impl Envelope {
    /// A data key was not in memory.
    pub fn cache_miss(&self) {
        let families = self.metrics.families();
        families
            .envelope_cache_misses
            .with_label_values::<&str>(&[])
            .inc();
    }

    /// A data key was made, or could not be.
    pub fn data_key_generation(&self, took: Duration, succeeded: bool) {
        let families = self.metrics.families();
        if succeeded {
            let duration = families.data_key_duration.with_label_values::<&str>(&[]);
            duration.observe(took.as_secs_f64());
        } else {
            families
                .data_key_failures
                .with_label_values::<&str>(&[])
                .inc();
        }
    }

    /// Which part of the room for data keys is taken, between 0 and 1 (KMS v1).
    pub fn dek_cache_fill(&self, part: f64) {
        self.metrics
            .families()
            .dek_cache_fill
            .with_label_values::<&str>(&[])
            .set(part);
    }

    /// A value was to be transformed so long after the last one; zero for the first (KMS v1). `transformation` is
    /// `from_storage` or `to_storage`.
    pub fn dek_arrival(&self, transformation: &str, after: Duration) {
        let arrivals = &self.metrics.families().dek_cache_arrivals;
        arrivals
            .with_label_values(&[transformation])
            .observe(after.as_secs_f64());
    }

    /// A call of the key management service ended; `method` is its path, such as `/v2.KeyManagementService/Encrypt`.
    pub fn kms_operation(&self, method: &str, took: Duration, code: Code) {
        let labels = [self.provider.as_str(), method, code_name(code)];
        let duration = self
            .metrics
            .families()
            .kms_duration
            .with_label_values(&labels);
        duration.observe(took.as_secs_f64());
    }

    /// A key was used in a `from_storage` or `to_storage`. Neither its name nor the server's is shown, only their hashes.
    pub fn key_used(
        &self,
        transformation: &str,
        key_id: &str,
        api_server_id: &str,
        at: SystemTime,
    ) {
        let families = self.metrics.families();
        let labels = [
            transformation.to_owned(),
            self.provider.clone(),
            hash(key_id),
            hash(api_server_id),
        ];
        let key_ids = &self.metrics.0.key_ids;
        let mut used = key_ids.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((evicted, ())) = used.push(labels.clone(), ())
            && evicted != labels
        {
            let _ = families.key_ids.remove_label_values(&evicted);
            let _ = families.key_id_used.remove_label_values(&evicted);
        }
        // Still locked, so that nobody evicts in between.
        families.key_ids.with_label_values(&labels).inc();
        families
            .key_id_used
            .with_label_values(&labels)
            .set(seconds(at));
    }

    /// The key management service stated a key.
    pub fn key_stated(&self, key_id: &str, api_server_id: &str, at: SystemTime) {
        let families = self.metrics.families();
        let labels = [self.provider.clone(), hash(key_id), hash(api_server_id)];
        let key_ids = &self.metrics.0.key_ids;
        let mut stated = key_ids
            .stated
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((evicted, ())) = stated.push(labels.clone(), ())
            && evicted != labels
        {
            let _ = families.key_id_stated.remove_label_values(&evicted);
        }
        families
            .key_id_stated
            .with_label_values(&labels)
            .set(seconds(at));
    }

    /// The key management service stated a key that cannot be one.
    pub fn key_refused(&self, error: KeyIdError) {
        let error = match error {
            KeyIdError::Empty => "empty",
            KeyIdError::TooLong => "too_long",
        };
        let refused = &self.metrics.families().key_ids_refused;
        refused.with_label_values(&[&*self.provider, error]).inc();
    }

    /// So many sources of data keys are in memory.
    pub fn dek_source_cache_size(&self, count: usize) {
        let size = &self.metrics.families().dek_source_cache_size;
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        size.with_label_values(&[&self.provider]).set(count);
    }
}

/// `sha256:` and the hexadecimal hash of a text; nothing of nothing.
pub(super) fn hash(text: &str) -> String {
    use fmt::Write;

    if text.is_empty() {
        return String::new();
    }
    let mut shown = String::from("sha256:");
    for byte in digest(&SHA256, text.as_bytes()).as_ref() {
        let _ = write!(shown, "{byte:02x}");
    }
    shown
}

pub(super) fn seconds(at: SystemTime) -> f64 {
    at.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
