//! From a configuration file to the bytes in etcd: a store of the factory whose file changes under load, provider by
//! provider (backend §7.11, §7.12, §7.13.9, §9.6 rows 97 and 103).

mod bed;

use std::{
    fs,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use bed::DEADLINE;
use etcd_client::{Client, EventType, WatchOptions};
use storeproof::{
    backend::Destroy,
    encryption::{DynamicTransformers, Error, Load, Observer, Plugins, Reloader},
    etcd3,
    storage::{GetOptions, GroupResource, ListOptions, Store, Update, UpdateOptions, update_with},
};
use storeproof_fixtures::{
    etcd::Etcd,
    kms::Plugin,
    objects::{Pod, PodExt, key, pod},
};
use tempfile::TempDir;
use tokio::{task::JoinHandle, time::timeout};

/// What etcd must never see.
const SECRET: &str = "pandas are the best";

/// Fails the test where a file that is in order is not taken up.
#[derive(Default)]
struct Failures(Mutex<Vec<String>>);

impl Observer for Failures {
    fn reloaded(&self, _hash: &str) {}

    fn failed(&self, error: &Error) {
        let mut failures = self.0.lock().expect("nobody panics with it");
        failures.push(error.to_string());
    }
}

/// A provider as the file names it, and how what it stores begins.
struct Entry {
    line: String,
    prefix: &'static str,
}

/// Every provider there is, the last one in use first.
fn entries(plugin: &Plugin) -> Vec<Entry> {
    let keys = |provider: &str, name: &str, secret: &str| {
        format!("{provider}: {{keys: [{{name: {name}, secret: {secret}}}]}}")
    };
    let entry = |line, prefix| Entry { line, prefix };
    vec![
        entry(
            format!(
                "kms: {{apiVersion: v2, name: vault, endpoint: '{}', timeout: 20s}}",
                plugin.url()
            ),
            "k8s:enc:kms:v2:vault:",
        ),
        entry(
            keys(
                "secretbox",
                "C",
                "Q0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0M=",
            ),
            "k8s:enc:secretbox:v1:C:",
        ),
        entry(
            keys(
                "aesgcm",
                "B",
                "QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=",
            ),
            "k8s:enc:aesgcm:v1:B:",
        ),
        entry(
            keys(
                "aescbc",
                "A",
                "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
            ),
            "k8s:enc:aescbc:v1:A:",
        ),
    ]
}

/// A file that is followed, and a store whose values pass what it says.
struct Bed {
    folder: TempDir,
    reloader: Reloader,
    failures: Arc<Failures>,
    store: Arc<etcd3::Store<Pod>>,
    destroy: Destroy,
    client: Client,
}

impl Bed {
    async fn with(etcd: &Etcd, entries: &[Entry]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("encryption.yaml");
        fs::write(&path, text(entries)).expect("room for a file");
        let load = Load::from_file(&path).with_key_services(Arc::new(Plugins));
        let loaded = load.load().await.expect("valid");
        let transformers = DynamicTransformers::new(loaded);
        let failures = Arc::new(Failures::default());
        let reloader = Reloader::start(load, transformers.clone(), failures.clone());
        let url = etcd.endpoints().first().expect("one member");
        let pods = transformers.for_resource(GroupResource::core("pods"));
        let (store, destroy) = bed::store_behind(url, pods).await;
        let client = Client::connect(etcd.endpoints(), None).await;
        Self {
            folder,
            reloader,
            failures,
            store,
            destroy,
            client: client.expect("it answers"),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("encryption.yaml")
    }

    /// Writes the file anew, and returns once it is in force.
    async fn reload(&self, entries: &[Entry]) {
        let mut status = self.reloader.status();
        let before = status.borrow_and_update().hash.clone();
        fs::write(self.path(), text(entries)).expect("room for a file");
        self.reloader.look();
        let changed = status.wait_for(|status| status.hash != before);
        let changed = timeout(DEADLINE, changed).await.map(drop);
        let failures = self.failures.0.lock().expect("nobody panics with it");
        assert!(changed.is_ok(), "not taken up: {failures:?}");
        assert_eq!(*failures, [""; 0]);
    }

    async fn get(&self, name: &str) -> Result<Pod, String> {
        let at = key("ns", name);
        let got = self.store.get(&at, &GetOptions::default()).await;
        let got = got.map_err(|error| error.to_string())?;
        got.ok_or_else(|| "nothing is there".to_owned())
    }

    async fn touch(&self, name: &str) -> Pod {
        update(&self.store, name, |pod| pod)
            .await
            .expect("readable")
    }

    /// The very bytes that etcd has of an object.
    async fn raw(&self, name: &str) -> Vec<u8> {
        let at = format!("/tests{}", key("ns", name));
        let found = self.client.clone().get(at, None).await;
        let found = found.expect("it answers");
        found.kvs().first().expect("it is stored").value().to_vec()
    }

    /// Every value that was ever written, up to a revision, with its key.
    async fn written(&self, until: i64) -> Vec<(String, Vec<u8>)> {
        let everything = WatchOptions::new().with_prefix().with_start_revision(1);
        let mut client = self.client.clone();
        let watching = client.watch("/tests", Some(everything)).await;
        let mut events = watching.expect("nothing was compacted");
        let mut written = Vec::new();
        let mut seen = 0;
        while seen < until {
            let message = timeout(DEADLINE, events.message()).await.expect("in time");
            let message = message.expect("it answers").expect("it goes on");
            for event in message.events() {
                let pair = event.kv().expect("an event has a key");
                seen = pair.mod_revision();
                if event.event_type() == EventType::Put {
                    let key = pair.key_str().expect("keys are text").to_owned();
                    written.push((key, pair.value().to_vec()));
                }
            }
        }
        written
    }
}

fn text(entries: &[Entry]) -> String {
    let mut text = "kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources:\n- resources: [pods]\n  providers:\n".to_owned();
    for entry in entries {
        text.push_str(&format!("  - {}\n", entry.line));
    }
    text
}

async fn update(
    store: &etcd3::Store<Pod>,
    name: &str,
    change: impl Fn(Pod) -> Pod + Send + Sync,
) -> Result<Pod, String> {
    let at = key("ns", name);
    let mut update = update_with(|current: Option<Pod>, _| {
        Ok(Update::from(change(current.expect("it is there"))))
    });
    let updated = store.guaranteed_update(&at, UpdateOptions::default(), &mut update);
    updated.await.map_err(|error| error.to_string())
}

/// Changes an object again and again until it is told to end, and says how often.
fn writer(store: Arc<etcd3::Store<Pod>>, end: Arc<AtomicBool>) -> JoinHandle<Result<u64, String>> {
    tokio::spawn(async move {
        let mut count = 0_u64;
        while !end.load(Ordering::SeqCst) {
            count += 1;
            let counted = |pod: Pod| pod.annotation("count", &count.to_string());
            update(&store, "busy", counted).await?;
        }
        Ok(count)
    })
}

fn version(pod: &Pod) -> i64 {
    let version = pod.metadata.resource_version.as_deref();
    version
        .and_then(|text| text.parse().ok())
        .expect("a version")
}

fn secret(name: &str) -> Pod {
    pod("ns", name).annotation("secret", SECRET)
}

fn shows(stored: &[u8], text: &str) -> bool {
    stored
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changes_under_load_rewrites_each_object_once_and_etcd_never_sees_it() {
    let etcd = bed::etcd().await;
    let plugin = Plugin::started().expect("it listens");
    let entries = entries(&plugin);
    let oldest = entries.len() - 1;
    let bed = Bed::with(&etcd, &entries[oldest..]).await;
    for name in ["busy", "calm"] {
        let (at, object) = (key("ns", name), secret(name));
        let created = bed.store.create(&at, &object, None).await;
        created.expect("it is stored");
    }
    let first = bed.raw("calm").await;
    assert!(first.starts_with(entries[oldest].prefix.as_bytes()));
    let end = Arc::new(AtomicBool::new(false));
    let writing = writer(Arc::clone(&bed.store), Arc::clone(&end));

    for newest in (0..oldest).rev() {
        let prefix = entries[newest].prefix;
        let (before, stored) = (bed.touch("calm").await, bed.raw("calm").await);
        bed.reload(&entries[newest..]).await;
        // Whoever reads only moves nothing.
        assert_eq!(bed.get("calm").await.as_ref(), Ok(&before), "{prefix}");
        let list = bed.store.get_list("/pods/", &ListOptions::default()).await;
        assert_eq!(list.expect("all are readable").items.len(), 2, "{prefix}");
        assert_eq!(bed.raw("calm").await, stored, "{prefix}");
        // The next update does, although it changes nothing; the one after it does not.
        let moved = bed.touch("calm").await;
        assert!(version(&moved) > version(&before), "{prefix}");
        let fresh = bed.raw("calm").await;
        assert!(fresh.starts_with(prefix.as_bytes()), "{prefix}: {fresh:?}");
        assert_eq!(bed.touch("calm").await, moved, "{prefix}");
        assert_eq!(bed.raw("calm").await, fresh, "{prefix}");
    }
    end.store(true, Ordering::SeqCst);
    let count = writing.await.expect("it ends").expect("no update fails");
    let busy = bed.get("busy").await.expect("it is there");
    let annotations = busy.metadata.annotations.clone().unwrap_or_default();
    assert_eq!(annotations.get("count"), Some(&count.to_string()));

    // The older keys go, and with them whatever was left behind.
    let last = bed.touch("busy").await;
    bed.reload(&entries[..1]).await;
    for name in ["busy", "calm"] {
        let found = bed.get(name).await.expect("it was rewritten");
        let annotations = found.metadata.annotations.unwrap_or_default();
        assert_eq!(annotations.get("secret").map(String::as_str), Some(SECRET));
    }
    let at = format!("/tests{}", key("ns", "calm"));
    let put = bed.client.clone().put(at, first, None).await;
    put.expect("it answers");
    let error = bed.get("calm").await.expect_err("its key is gone");
    assert!(error.contains("no matching prefix found"), "{error}");

    let written = bed.written(version(&last)).await;
    assert!(written.len() as u64 > count, "{} of {count}", written.len());
    for (key, stored) in &written {
        assert!(stored.starts_with(b"k8s:enc:"), "{key}: {stored:?}");
        for text in [SECRET, "metadata", "annotations"] {
            assert!(!shows(stored, text), "{key} shows {text:?}");
        }
    }
    for entry in &entries {
        let theirs = |(_, stored): &&(String, Vec<u8>)| stored.starts_with(entry.prefix.as_bytes());
        assert!(written.iter().any(|one| theirs(&one)), "{}", entry.prefix);
    }
    bed.reloader.stop().await;
    bed.destroy.call().await;
    etcd.stop().await;
}
