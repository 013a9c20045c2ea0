//! A store whose values are protected as a configuration file says, while the file changes (backend §7.13, §9.6).

use std::{fs, path::Path, sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::ConfigMap;
use storeproof::{
    encryption::{DynamicTransformers, Load},
    memory::Store,
    storage::{
        AcceptAll, DeleteOptions, GetOptions, GroupResource, ListOptions, Store as _, Update,
        UpdateOptions, Watch, WatchOptions, update_with,
    },
};
use tokio::time::timeout;

/// The keys of a test, and another way to protect: `A`, `B` and `secretbox`, each of thirty-two letters.
const FIRST: &str =
    "aescbc: {keys: [{name: A, secret: QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=}]}";
const SECOND: &str =
    "aesgcm: {keys: [{name: B, secret: QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=}]}";
const THIRD: &str =
    "secretbox: {keys: [{name: C, secret: Q0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0M=}]}";

fn write(path: &Path, providers: &[&str]) {
    let mut text = "kind: EncryptionConfig\napiVersion: v1\nresources:\n- resources: [configmaps]\n  providers:\n".to_owned();
    for provider in providers {
        text.push_str(&format!("  - {provider}\n"));
    }
    fs::write(path, text).expect("room for a file");
}

struct Bed {
    folder: tempfile::TempDir,
    transformers: DynamicTransformers,
    store: Store<ConfigMap>,
}

impl Bed {
    async fn with(providers: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("encryption.yaml");
        write(&path, providers);
        let loaded = Load::from_file(&path).load().await.expect("valid");
        let transformers = DynamicTransformers::new(loaded);
        let store = Store::open("/registry", "/configmaps").expect("a prefix");
        store.set_transformer(transformers.for_resource(GroupResource::core("configmaps")));
        Self {
            folder,
            transformers,
            store,
        }
    }

    async fn reload(&self, providers: &[&str]) {
        let path = self.folder.path().join("encryption.yaml");
        write(&path, providers);
        let loaded = Load::from_file(&path).load().await.expect("valid");
        self.transformers.replace(loaded);
    }

    async fn create(&self, name: &str) -> ConfigMap {
        let mut object = ConfigMap::default();
        object.metadata.name = Some(name.to_owned());
        object.data = Some([("word".to_owned(), "hunter2".to_owned())].into());
        let key = format!("/configmaps/{name}");
        let created = self.store.create(&key, &object, None).await;
        created.expect("a new name")
    }

    async fn get(&self, name: &str) -> ConfigMap {
        let key = format!("/configmaps/{name}");
        let got = self.store.get(&key, &GetOptions::default()).await;
        got.expect("readable").expect("it is there")
    }

    /// An update that changes nothing.
    async fn touch(&self, name: &str) -> ConfigMap {
        let mut nothing = update_with(|current: Option<ConfigMap>, _| {
            Ok(Update::from(current.expect("it is there")))
        });
        let key = format!("/configmaps/{name}");
        let updated = self
            .store
            .guaranteed_update(&key, UpdateOptions::default(), &mut nothing);
        updated.await.expect("readable")
    }

    fn raw(&self, name: &str) -> String {
        let stored = self.store.raw_get(&format!("/registry/configmaps/{name}"));
        let (value, _) = stored.expect("it is there");
        String::from_utf8_lossy(&value).into_owned()
    }

    async fn list(&self) -> Result<Vec<String>, String> {
        let list = self
            .store
            .get_list("/configmaps/", &ListOptions::default())
            .await;
        let list = list.map_err(|failed| failed.error.to_string())?;
        let names = list.items.into_iter();
        Ok(names.filter_map(|object| object.metadata.name).collect())
    }
}

#[tokio::test]
async fn what_is_stored_shows_who_wrote_it_and_nothing_else() {
    for (provider, prefix) in [
        (FIRST, "k8s:enc:aescbc:v1:A:"),
        (SECOND, "k8s:enc:aesgcm:v1:B:"),
        (THIRD, "k8s:enc:secretbox:v1:C:"),
    ] {
        let bed = Bed::with(&[provider]).await;
        let created = bed.create("a").await;
        let raw = bed.raw("a");
        assert!(raw.starts_with(prefix), "{raw}");
        assert!(
            !raw.contains("hunter2") && !raw.contains("ConfigMap"),
            "{raw}"
        );
        assert_eq!(bed.get("a").await, created);
    }
}

#[tokio::test]
async fn an_update_that_changes_nothing_moves_a_value_to_the_new_key_once() {
    let bed = Bed::with(&[FIRST]).await;
    let created = bed.create("a").await;
    bed.reload(&[SECOND, FIRST]).await;
    assert_eq!(bed.get("a").await, created, "reading writes nothing");
    assert!(bed.raw("a").starts_with("k8s:enc:aescbc:v1:A:"));
    let moved = bed.touch("a").await;
    assert_ne!(
        moved.metadata.resource_version,
        created.metadata.resource_version
    );
    assert_eq!(moved.data, created.data);
    assert!(bed.raw("a").starts_with("k8s:enc:aesgcm:v1:B:"));
    assert_eq!(bed.touch("a").await, moved, "nothing is left to do");
    bed.reload(&[SECOND]).await;
    assert_eq!(bed.get("a").await, moved);
}

#[tokio::test]
async fn a_list_reads_values_of_all_providers() {
    let bed = Bed::with(&["identity: {}"]).await;
    bed.create("plain").await;
    for (name, providers) in [
        ("first", [FIRST, SECOND, THIRD, "identity: {}"]),
        ("second", [SECOND, "identity: {}", FIRST, THIRD]),
        ("third", [THIRD, FIRST, "identity: {}", SECOND]),
    ] {
        bed.reload(&providers).await;
        bed.create(name).await;
    }
    assert_eq!(
        bed.list().await.as_deref(),
        Ok(&["first", "plain", "second", "third"].map(str::to_owned)[..])
    );
    // A key that is gone takes its values with it, and those that nobody encrypted go with identity.
    bed.reload(&[THIRD, FIRST]).await;
    let error = bed.list().await.expect_err("two cannot be read");
    assert!(error.contains("/registry/configmaps/plain"), "{error}");
    assert!(error.ends_with("(and 1 more)"), "{error}");
    assert_eq!(bed.get("first").await.data, bed.get("third").await.data);
}

#[tokio::test]
async fn a_watch_tells_of_values_of_all_providers() {
    async fn next(watch: &mut Watch<ConfigMap>) -> String {
        let event = timeout(Duration::from_secs(60), watch.next()).await;
        let event = event.expect("it was written").expect("the watch goes on");
        let object = event.object().expect("a change of an object");
        let name = object.metadata.name.as_deref().unwrap_or_default();
        format!("{} {name}", event.kind())
    }
    let bed = Bed::with(&[FIRST]).await;
    let watch = bed.store.watch("/configmaps/", WatchOptions::default());
    let mut watch = watch.await.expect("a key of the store");
    bed.create("a").await;
    bed.reload(&[SECOND, FIRST]).await;
    bed.create("b").await;
    bed.touch("a").await;
    assert_eq!(next(&mut watch).await, "ADDED a");
    assert_eq!(next(&mut watch).await, "ADDED b");
    // What was there before the change has the old key.
    assert_eq!(next(&mut watch).await, "MODIFIED a");
    bed.reload(&[THIRD, SECOND]).await;
    let (options, mut accept) = (DeleteOptions::default(), AcceptAll);
    let deleted = bed.store.delete("/configmaps/a", options, &mut accept);
    deleted.await.expect("readable");
    assert_eq!(next(&mut watch).await, "DELETED a");
}

#[tokio::test]
async fn a_value_belongs_to_its_key_where_the_provider_binds_it() {
    for (provider, is_bound) in [(SECOND, true), (FIRST, false), (THIRD, false)] {
        let bed = Bed::with(&[provider]).await;
        bed.create("a").await;
        let (value, _) = bed
            .store
            .raw_get("/registry/configmaps/a")
            .expect("it is there");
        bed.store.raw_put("/registry/configmaps/b", value);
        let read = bed.store.get("/configmaps/b", &GetOptions::default()).await;
        assert_eq!(read.is_err(), is_bound, "{provider}");
    }
}

/// What is shared between tasks can be sent to them.
#[test]
fn transformers_go_wherever_stores_go() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<DynamicTransformers>();
    shared::<Arc<Load>>();
}
