use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, OnceLock, PoisonError},
};

use crate::storage::{Error, KeysFunction, Result};

use super::KeyValue;

/// Estimates how large stored values are, from what lists and watches see pass by (store §3.9).
///
/// Costs one comparison per page until it is enabled. It forgets the keys that are gone whenever it is asked, and only
/// then: whoever enables it asks again and again, so that a task that cleans up in between would have nothing to do. Until
/// then a key that came and went costs its name.
#[derive(Default)]
pub(super) struct Sizes {
    keys: OnceLock<KeysFunction>,
    seen: Mutex<HashMap<Vec<u8>, Seen>>,
}

#[derive(Clone, Copy)]
struct Seen {
    revision: i64,
    /// `None` once the key is deleted.
    bytes: Option<usize>,
}

impl Sizes {
    /// # Errors
    ///
    /// The second call.
    pub(super) fn enable(&self, keys: KeysFunction) -> Result<()> {
        self.keys
            .set(keys)
            .map_err(|_| Error::Plain("resourceSizeEstimator already enabled".to_owned()))
    }

    pub(super) fn keys(&self) -> Option<&KeysFunction> {
        self.keys.get()
    }

    /// Values of a page, before anybody tries to decode them.
    pub(super) fn observe(&self, page: &[KeyValue]) {
        if self.keys.get().is_some() {
            for item in page {
                self.see(&item.key, item.mod_revision, Some(item.value.len()));
            }
        }
    }

    /// The value of one key changed at `revision`, or went.
    pub(super) fn observe_event(&self, item: &KeyValue, deleted: bool) {
        if self.keys.get().is_some() {
            let bytes = (!deleted).then_some(item.value.len());
            self.see(&item.key, item.mod_revision, bytes);
        }
    }

    fn see(&self, key: &[u8], revision: i64, bytes: Option<usize>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Seen { revision, bytes };
        match seen.get_mut(key) {
            Some(known) if known.revision < revision => *known = fresh,
            Some(_) => {}
            None => {
                seen.insert(key.to_vec(), fresh);
            }
        }
    }

    /// The mean size of the values at `keys`, which may lack `prefix`. Everything else is forgotten.
    pub(super) fn average(&self, keys: Vec<String>, prefix: &str) -> i64 {
        let keys: HashSet<Vec<u8>> = keys
            .into_iter()
            .map(|key| match key.starts_with(prefix) {
                true => key.into_bytes(),
                false => format!("{prefix}{}", key.strip_prefix('/').unwrap_or(&key)).into_bytes(),
            })
            .collect();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|key, _| keys.contains(key));
        let known = seen.values().filter_map(|seen| seen.bytes);
        let (count, sum) = known.fold((0, 0), |(count, sum), bytes| (count + 1, sum + bytes));
        i64::try_from(sum.checked_div(count).unwrap_or(0)).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::FutureExt;

    use super::{KeyValue, Sizes};

    fn item(key: &str, size: usize, revision: i64) -> KeyValue {
        KeyValue {
            key: key.into(),
            value: vec![b'x'; size],
            mod_revision: revision,
            ..KeyValue::default()
        }
    }

    #[test]
    fn newer_observations_win_and_forgotten_keys_start_again() {
        let sizes = Sizes::default();
        let keys: crate::storage::KeysFunction = Arc::new(|| async { Ok(Vec::new()) }.boxed());
        sizes.observe(&[item("/prefix/foo1", 99, 1)]);
        sizes.enable(Arc::clone(&keys)).expect("the first time");
        assert!(sizes.enable(keys).is_err());
        let average = |keys: &[&str]| {
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            sizes.average(keys, "/prefix/")
        };
        let both: &[&str] = &["foo1", "/prefix/foo2"];
        assert_eq!(average(both), 0);
        sizes.observe(&[item("/prefix/foo1", 10, 2)]);
        assert_eq!(average(both), 10);
        sizes.observe(&[item("/prefix/foo2", 20, 3)]);
        assert_eq!(average(both), 15);
        sizes.observe_event(&item("/prefix/foo1", 30, 4), false);
        assert_eq!(average(both), 25);
        sizes.observe_event(&item("/prefix/foo2", 10, 5), false);
        assert_eq!(average(both), 20);
        sizes.observe_event(&item("/prefix/foo1", 0, 6), true);
        assert_eq!(average(both), 10);
        sizes.observe(&[item("/prefix/foo1", 10, 2), item("/prefix/foo2", 20, 3)]);
        assert_eq!(average(both), 10);
        assert_eq!(average(&[]), 0);
        sizes.observe(&[item("/prefix/foo1", 10, 2), item("/prefix/foo2", 20, 3)]);
        assert_eq!(average(both), 15);
    }
}
