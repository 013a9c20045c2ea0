use std::time::Duration;

use storeproof::storage::{
    Error, InternalError, Object, ResourceVersion, ResponseMeta, Result, StorageError, TryUpdate,
    UpdateOptions,
};

use crate::{SqliteStore, log::Entry};

/// Stores an object where there is none. A version that is none counts as not set, and is not stored.
pub(crate) async fn create<T: Object>(
    store: &SqliteStore<T>,
    key: &str,
    object: &T,
    ttl: Option<Duration>,
) -> Result<T> {
    let key = store.keys.prepare(key, false)?;
    if object
        .resource_version()
        .is_ok_and(|version| !version.is_unset())
    {
        return Err(Error::ResourceVersionSet);
    }
    let plain = store.format.encode(object)?;
    let stored = store.format.close(&key, &plain).await?;
    match store
        .replace(&key, ResourceVersion::UNSET, Some(stored), ttl)
        .await?
    {
        // What is returned is what was written, as it will be read: another transformation could only go wrong.
        Ok(version) => store.format.decode(&plain, version),
        Err(_) => Err(StorageError::exists(key).into()),
    }
}

/// Makes a new object of the one that is there, until nobody else changes it meanwhile.
///
/// A suggestion is ignored: it would spare the read, which costs nothing where the database is a file beside us.
pub(crate) async fn guaranteed_update<T: Object>(
    store: &SqliteStore<T>,
    key: &str,
    options: UpdateOptions<T>,
    update: &mut dyn TryUpdate<T>,
) -> Result<T> {
    let key = store.keys.prepare(key, false)?;
    let mut found = store.state(&key).await?;
    loop {
        let current = match found {
            Some(entry) => Current::read(store, entry).await?,
            None if options.ignore_not_found => Current::absent(),
            None => return Err(StorageError::not_found(key).into()),
        };
        if let Some(preconditions) = &options.preconditions {
            preconditions.check(&key, current.object.as_ref())?;
        }
        let meta = ResponseMeta {
            resource_version: current.version,
            ..ResponseMeta::default()
        };
        let wanted = update.try_update(current.object, meta).await?;
        let plain = store.format.encode(&wanted.object)?;
        // A stale value is written again even if nothing changed: with another key, say.
        if plain == current.plain && !current.stale {
            return store.format.decode(&plain, current.version);
        }
        let stored = store.format.close(&key, &plain).await?;
        match store
            .replace(&key, current.version, Some(stored), wanted.ttl)
            .await?
        {
            Ok(version) => return store.format.decode(&plain, version),
            Err(instead) => found = instead,
        }
    }
}

/// What an update begins with.
struct Current<T> {
    object: Option<T>,
    plain: Vec<u8>,
    version: ResourceVersion,
    stale: bool,
}

impl<T: Object> Current<T> {
    async fn read(store: &SqliteStore<T>, entry: Entry) -> Result<Self> {
        let Entry {
            key,
            revision,
            value,
        } = entry;
        let opened = store.format.open(&key, value.into()).await;
        let opened = opened.map_err(InternalError::new)?;
        Ok(Self {
            object: Some(store.format.decode(&opened.plain, revision)?),
            plain: opened.plain.into(),
            version: revision,
            stale: opened.stale,
        })
    }

    fn absent() -> Self {
        Self {
            object: None,
            plain: Vec::new(),
            version: ResourceVersion::UNSET,
            stale: false,
        }
    }
}
