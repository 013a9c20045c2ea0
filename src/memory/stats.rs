use std::sync::PoisonError;

use super::Store;
use crate::storage::{Error, KeysFunction, Object, Result, Stats};

/// Store §3.9. Sizes are those of the latest values, so no list or watch has to be seen before they are right.
pub(super) async fn stats<T: Object>(store: &Store<T>) -> Result<Stats> {
    let keys = store
        .size_keys
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let Some(keys) = keys else {
        return Ok(Stats {
            object_count: as_count(count(store)?),
            estimated_average_object_size_bytes: 0,
        });
    };
    let keys = keys().await?;
    let sizes: Vec<usize> = keys
        .iter()
        .filter_map(|key| store.latest(&complete(store, key)).1)
        .map(|found| found.value.len())
        .collect();
    let average = sizes.iter().sum::<usize>().checked_div(sizes.len());
    Ok(Stats {
        object_count: as_count(keys.len()),
        estimated_average_object_size_bytes: as_count(average.unwrap_or_default()),
    })
}

/// Store §3.9: once per store.
pub(super) fn enable<T: Object>(store: &Store<T>, keys: KeysFunction) -> Result<()> {
    let mut size_keys = store
        .size_keys
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if size_keys.is_some() {
        return Err(Error::Plain(
            "resourceSizeEstimator already enabled".to_owned(),
        ));
    }
    *size_keys = Some(keys);
    Ok(())
}

fn count<T: Object>(store: &Store<T>) -> Result<usize> {
    let prefix = store.keys.prepare(store.keys.resource_prefix(), true)?;
    let count = store.count(&prefix);
    Ok(count.expect("the latest revision can always be read"))
}

/// A key without the path prefix is completed with it.
fn complete<T: Object>(store: &Store<T>, key: &str) -> String {
    let prefix = store.keys.path_prefix();
    if key.starts_with(prefix) {
        key.to_owned()
    } else {
        format!("{prefix}{}", key.strip_prefix('/').unwrap_or(key))
    }
}

fn as_count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
