//! Objects in etcd behind every provider: what lies there, and what a rotation does to it (backend §7.13.9, §9.6 row 103).

mod bed;

use std::{sync::Arc, time::Duration};

use bed::DEADLINE;
use storeproof::{
    backend::Destroy,
    etcd3,
    storage::{
        Event, GetOptions, ListOptions, Store, Update, UpdateOptions, WatchOptions, update_with,
    },
    value::{
        AesCbc, AesGcm, Identity, PrefixTransformers, Secretbox, Transformer,
        kms::{
            v1::{self, KmsV1},
            v2::{self, KmsV2, Provider},
        },
    },
};
use storeproof_fixtures::{
    etcd::Etcd,
    kms::Plugin,
    objects::{Pod, PodExt, key, pod},
};
use tokio::time::timeout;

const SECRET: &str = "pandas are the best";
const PATIENCE: Duration = Duration::from_secs(20);

type Entry = (&'static str, Arc<dyn Transformer>);

/// A provider before and after its key was changed.
struct Rotation {
    name: &'static str,
    before: Vec<Entry>,
    after: Vec<Entry>,
}

impl Rotation {
    /// Two keys of one provider: the second one is put in front of the first.
    fn of(name: &'static str, first: Entry, second: Entry) -> Self {
        Self {
            name,
            before: vec![first.clone()],
            after: vec![second, first],
        }
    }
}

fn cbc(prefix: &'static str, key: &[u8]) -> Entry {
    (prefix, Arc::new(AesCbc::new(key).expect("a key")))
}

fn gcm(prefix: &'static str, key: &[u8]) -> Entry {
    (prefix, Arc::new(AesGcm::new(key).expect("a key")))
}

fn secretbox(prefix: &'static str, key: &[u8]) -> Entry {
    (prefix, Arc::new(Secretbox::new(key).expect("a key")))
}

fn kms_v1(prefix: &'static str, plugin: &Plugin) -> Entry {
    let remote = v1::Remote::new(&plugin.endpoint(), PATIENCE);
    (prefix, Arc::new(KmsV1::new(Arc::new(remote), 1000)))
}

async fn kms_v2(plugin: &Plugin) -> Entry {
    let remote = v2::Remote::new(&plugin.endpoint(), PATIENCE);
    let provider = Provider::new("vault", Arc::new(remote));
    provider.check().await.expect("it is well");
    (
        "k8s:enc:kms:v2:vault:",
        Arc::new(KmsV2::new(provider.into())),
    )
}

async fn rotations(plugin: &Plugin) -> Vec<Rotation> {
    let mut rotations = vec![
        Rotation::of(
            "aescbc",
            cbc("k8s:enc:aescbc:v1:one:", &[1; 16]),
            cbc("k8s:enc:aescbc:v1:two:", &[2; 32]),
        ),
        Rotation::of(
            "aesgcm",
            gcm("k8s:enc:aesgcm:v1:one:", &[1; 24]),
            gcm("k8s:enc:aesgcm:v1:two:", &[2; 32]),
        ),
        Rotation::of(
            "secretbox",
            secretbox("k8s:enc:secretbox:v1:one:", &[1; 32]),
            secretbox("k8s:enc:secretbox:v1:two:", &[2; 32]),
        ),
        Rotation::of(
            "kms-v1",
            kms_v1("k8s:enc:kms:v1:one:", plugin),
            kms_v1("k8s:enc:kms:v1:two:", plugin),
        ),
    ];
    let before = kms_v2(plugin).await;
    plugin.behave(|behaviour| behaviour.key_id = "2".to_owned());
    rotations.push(Rotation {
        name: "kms-v2",
        before: vec![before],
        after: vec![kms_v2(plugin).await],
    });
    rotations
}

async fn store(etcd: &Etcd, entries: &[Entry]) -> (Arc<etcd3::Store<Pod>>, Destroy) {
    let url = etcd.endpoints().first().expect("one member");
    let transformers = PrefixTransformers::new(entries.iter().cloned());
    bed::store_behind(url, Arc::new(transformers)).await
}

/// The very bytes that etcd has of an object.
async fn raw(etcd: &Etcd, name: &str) -> Vec<u8> {
    let client = etcd_client::Client::connect(etcd.endpoints(), None).await;
    let key = format!("/tests{}", key("ns", name));
    let found = client.expect("it answers").get(key, None).await;
    let found = found.expect("it answers");
    found.kvs().first().expect("it is stored").value().to_vec()
}

fn hidden(stored: &[u8], prefix: &str) -> bool {
    let shown = |text: &[u8]| stored.windows(text.len()).any(|window| window == text);
    stored.starts_with(prefix.as_bytes()) && !shown(SECRET.as_bytes()) && !shown(b"metadata")
}

fn secret(name: &str) -> Pod {
    pod("ns", name).annotation("secret", SECRET)
}

/// An update that changes nothing.
async fn touch(store: &etcd3::Store<Pod>, name: &str) -> Pod {
    let mut update = update_with(|current, _| Ok(Update::from(current.expect("it is there"))));
    store
        .guaranteed_update(&key("ns", name), UpdateOptions::default(), &mut update)
        .await
        .expect("nothing is in the way")
}

fn version(pod: &Pod) -> u64 {
    let version = pod.metadata.resource_version.as_deref();
    version
        .and_then(|text| text.parse().ok())
        .expect("a version")
}

#[tokio::test]
async fn etcd_never_sees_what_is_stored_and_a_rotation_rewrites_it_once() {
    let etcd = bed::etcd().await;
    let plugin = Plugin::started().expect("it listens");
    for rotation in rotations(&plugin).await {
        let name = rotation.name;
        let at = key("ns", name);
        let (before, end_before) = store(&etcd, &rotation.before).await;
        let created = before.create(&at, &secret(name), None).await;
        let created = created.expect("it is stored");
        let stored = raw(&etcd, name).await;
        assert!(hidden(&stored, rotation.before[0].0), "{name}: {stored:?}");
        assert_eq!(
            touch(&before, name).await,
            created,
            "{name}: it is not stale"
        );

        let (after, end_after) = store(&etcd, &rotation.after).await;
        let read = after.get(&at, &GetOptions::default()).await;
        assert_eq!(read.expect("readable").as_ref(), Some(&created), "{name}");
        assert_eq!(
            raw(&etcd, name).await,
            stored,
            "{name}: reading writes nothing"
        );

        let rewritten = touch(&after, name).await;
        assert!(
            version(&rewritten) > version(&created),
            "{name}: it was stale"
        );
        let fresh = raw(&etcd, name).await;
        assert!(hidden(&fresh, rotation.after[0].0), "{name}: {fresh:?}");
        assert_ne!(fresh, stored, "{name}");
        assert_eq!(
            touch(&after, name).await,
            rewritten,
            "{name}: once is enough"
        );
        assert_eq!(raw(&etcd, name).await, fresh, "{name}");

        end_before.call().await;
        end_after.call().await;
    }
    etcd.stop().await;
}

#[tokio::test]
async fn lists_and_watches_read_what_all_providers_wrote() {
    let etcd = bed::etcd().await;
    let plugin = Plugin::started().expect("it listens");
    let rotations = rotations(&plugin).await;
    // The identity in front hides nobody, and reads what is not encrypted.
    let mut all: Vec<Entry> = vec![("", Arc::new(Identity))];
    all.extend(rotations.iter().flat_map(|rotation| rotation.after.clone()));
    let (reader, end_reader) = store(&etcd, &all).await;
    let (at, object) = (key("ns", "identity"), secret("identity"));
    let unencrypted = reader.create(&at, &object, None).await;
    let unencrypted = unencrypted.expect("it is stored");
    let since = WatchOptions {
        resource_version: version(&unencrypted).to_string(),
        ..WatchOptions::default()
    };
    let mut watch = reader.watch("/pods/", since).await.expect("it begins");

    let mut written = vec![unencrypted];
    for rotation in &rotations {
        let (store, end) = store(&etcd, &rotation.before).await;
        let name = rotation.name;
        let created = store.create(&key("ns", name), &secret(name), None).await;
        written.push(created.expect("it is stored"));
        end.call().await;
    }
    for created in written.iter().skip(1) {
        let event = timeout(DEADLINE, watch.next()).await.expect("in time");
        let Some(Event::Added(added)) = event else {
            panic!("an object, not {event:?}");
        };
        assert_eq!(&added, created);
    }
    let list = reader.get_list("/pods/", &ListOptions::default()).await;
    let mut listed = list.expect("all are readable").items;
    listed.sort_by_key(version);
    assert_eq!(listed, written);
    end_reader.call().await;
    etcd.stop().await;
}
