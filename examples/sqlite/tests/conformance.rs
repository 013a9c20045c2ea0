use sqlite_store::{Database, SqliteStore};
use storeproof_suites::{
    Backend, BadKnownFailures, Capabilities, Capability, Hooks, KnownFailures, Opening, Result,
    conformance, fixtures::objects::Pod, known_failures,
};

/// A file that all cases share.
struct Sqlite {
    database: Database,
    _folder: tempfile::TempDir,
}

impl Backend for Sqlite {
    type Store = SqliteStore<Pod>;

    async fn open(&self, at: &Opening) -> Result<Self::Store> {
        Ok(SqliteStore::new(
            self.database.clone(),
            at.key_space().clone(),
            at.group_resource(),
            at.codec(),
            at.transformer(),
            at.allows_unsafe_deletion(),
        ))
    }

    /// A suggestion spares a read, which costs nothing here; sizes are not remembered; each object has a time of its own.
    fn capabilities(&self) -> Capabilities {
        Capabilities::contract()
            .without(Capability::Suggestions)
            .without(Capability::SharedExpiry)
            .without(Capability::SizeEstimation)
    }

    fn hooks(&self) -> Hooks<Self::Store> {
        Hooks::<Self::Store>::none()
            .raw_bytes(
                |store, key| async move { Ok(store.raw_get(&key).await?) },
                |store, key, bytes| async move {
                    store.raw_put(&key, bytes).await?;
                    Ok(())
                },
            )
            .compaction(|store, at| async move { Ok(store.compact(at).await?) })
            .revision_bump(|store| async move { Ok(store.bump_revision().await?) })
    }

    fn known_failures(&self) -> Result<KnownFailures, BadKnownFailures> {
        known_failures!("known-failures.toml")
    }
}

fn sqlite() -> Sqlite {
    let folder = tempfile::tempdir().expect("a folder for the database");
    Sqlite {
        database: Database::open(folder.path().join("objects.db")).expect("a new database"),
        _folder: folder,
    }
}

conformance!(sqlite());
