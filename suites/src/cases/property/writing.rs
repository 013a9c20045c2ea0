//! Writes that must succeed, on a store of a property's own.

use storeproof::storage::{
    AcceptAll, DeleteOptions, Error, GetOptions, Object, Result, Store, Update, UpdateOptions,
    update_with,
};
use storeproof_fixtures::objects::{Pod, key_of};

use super::versions::Versions;
use crate::harness::Verdict;

/// Creates the object or replaces the one at its key, and notes the version of the write.
pub(super) async fn put(
    store: &dyn Store<Pod>,
    versions: &mut Versions,
    pod: &Pod,
) -> Verdict<Pod> {
    let options = UpdateOptions {
        ignore_not_found: true,
        ..UpdateOptions::default()
    };
    let mut update = update_with(|_, _| Ok(Update::from(pod.clone())));
    let written = store
        .guaranteed_update(&key_of(pod), options, &mut update)
        .await?;
    versions.note(written.resource_version()?);
    Ok(written)
}

/// Deletes the object at the key, where there is one, and notes the version of that.
pub(super) async fn remove(
    store: &dyn Store<Pod>,
    versions: &mut Versions,
    key: &str,
) -> Verdict<Option<Pod>> {
    let options = DeleteOptions::default();
    match store.delete(key, options, &mut AcceptAll).await {
        Ok(Some(last)) => {
            versions.note(last.resource_version()?);
            Ok(Some(last))
        }
        Ok(None) => Ok(None),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The object at the key, where there is one.
pub(super) async fn find(store: &dyn Store<Pod>, key: &str) -> Result<Option<Pod>, Error> {
    let options = GetOptions {
        ignore_not_found: true,
        ..GetOptions::default()
    };
    store.get(key, &options).await
}
