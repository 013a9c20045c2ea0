use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    super::{DynamicTransformers, Error, Load, Observer, Reloader, Status},
    File, entry, file, open, provider, seal,
    services::Services,
};
use crate::storage::GroupResource;

/// Longer than any test waits for anything, on a clock that stands still while somebody works.
const LONG: Duration = Duration::from_secs(3600);

#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Notes {
    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("no observer panics"))
    }

    fn take(&self, note: String) {
        self.0.lock().expect("no observer panics").push(note);
    }
}

impl Observer for Notes {
    fn reloaded(&self, hash: &str) {
        self.take(format!("reloaded {hash}"));
    }

    fn failed(&self, error: &Error) {
        self.take(format!("failed: {error}"));
    }
}

fn keys(letters: &str) -> String {
    file(&[entry("[secrets]", &[provider("aesgcm", letters)])])
}

/// A file that is followed, and what follows it.
struct Followed {
    file: File,
    services: Services,
    transformers: DynamicTransformers,
    notes: Arc<Notes>,
    reloader: Reloader,
    status: watch::Receiver<Status>,
}

impl Followed {
    async fn from(text: &str) -> Self {
        let file = File::of(text);
        let services = Services::new();
        let load = Load::from_file(&file.path).with_key_services(Arc::new(services.clone()));
        let transformers = DynamicTransformers::new(load.load().await.expect("valid"));
        let notes = Arc::<Notes>::default();
        let observer = Arc::clone(&notes);
        let reloader = Reloader::start(load, transformers.clone(), observer);
        let status = reloader.status();
        Self {
            file,
            services,
            transformers,
            notes,
            reloader,
            status,
        }
    }

    /// Waits until the file was looked at once more.
    async fn looked(&mut self) -> Status {
        let changed = tokio::time::timeout(LONG, self.status.changed()).await;
        changed.expect("it is time to look").expect("it runs");
        self.status.borrow_and_update().clone()
    }

    fn hash(&self) -> String {
        self.transformers.current().hash.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn the_file_is_looked_at_at_once_and_every_minute() {
    let start = Instant::now();
    let mut followed = Followed::from(&keys("a")).await;
    let first = followed.hash();
    assert_eq!(followed.looked().await.looks, 1);
    assert!(start.elapsed() < Duration::from_secs(1));
    followed.file.write(&keys("ba"));
    let status = followed.looked().await;
    let elapsed = start.elapsed().as_secs();
    assert_eq!((status.looks, elapsed), (2, 60));
    assert_ne!(status.hash, first);
    assert_eq!(status.hash, followed.hash());
    assert!(status.error.is_none());
    assert_eq!(
        followed.notes.taken(),
        [format!("reloaded {}", status.hash)]
    );
    // Nothing new: nothing happens.
    assert_eq!(followed.looked().await.hash, status.hash);
    assert!(followed.notes.taken().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_leaves_the_old_one_in_force() {
    let mut followed = Followed::from(&keys("a")).await;
    let old = followed.hash();
    followed.looked().await;
    let secrets = followed
        .transformers
        .for_resource(GroupResource::core("secrets"));
    let stored = seal(&*secrets, "plain").await;
    let masked = file(&[
        entry("['*.']", &["identity: {}".to_owned()]),
        entry("[pods]", &["identity: {}".to_owned()]),
    ]);
    for (text, expected) in [
        (
            "",
            "error while parsing file: error while loading file: encryption provider",
        ),
        ("{", "error while parsing file: error decoding"),
        (
            "kind: EncryptionConfig\napiVersion: v1\n",
            "error while parsing file: resources: Required",
        ),
        (
            masked.as_str(),
            "error while building transformers: resource \"pods\" is masked",
        ),
    ] {
        followed.file.write(text);
        followed.reloader.look();
        let status = loop {
            let status = followed.looked().await;
            // A look of the retry before may come in between.
            if status
                .error
                .as_ref()
                .is_some_and(|error| error.to_string().starts_with(expected))
            {
                break status;
            }
        };
        assert_eq!((&status.hash, &followed.hash()), (&old, &old));
        assert_eq!(
            open(&*secrets, &stored).await.expect("the old key").plain,
            "plain"
        );
        let notes = followed.notes.taken();
        assert!(
            notes
                .last()
                .is_some_and(|note| note.starts_with("failed: ")),
            "{notes:?}"
        );
    }
    // The old text is there again: nothing is wrong, and nothing was reloaded.
    followed.file.write(&keys("a"));
    while followed.looked().await.error.is_some() {}
    assert!(
        followed
            .notes
            .taken()
            .iter()
            .all(|note| note.starts_with("failed: "))
    );
}

#[tokio::test(start_paused = true)]
async fn failures_are_retried_less_and_less_often_and_then_forgotten() {
    let mut followed = Followed::from(&keys("a")).await;
    followed.looked().await;
    let pauses = async |followed: &mut Followed| {
        followed.file.write("broken");
        followed.reloader.look();
        followed.looked().await;
        let mut pauses = Vec::new();
        for _ in 0..4 {
            let before = Instant::now();
            assert!(followed.looked().await.error.is_some());
            pauses.push(before.elapsed().as_millis());
        }
        pauses
    };
    let first = pauses(&mut followed).await;
    assert_eq!(first, [5, 10, 20, 40]);
    followed.file.write(&keys("b"));
    while followed.looked().await.error.is_some() {}
    assert_eq!(pauses(&mut followed).await, first);
}

#[tokio::test(start_paused = true)]
async fn services_must_be_well_before_they_are_used() {
    let service = "kms: {apiVersion: v2, name: svc, endpoint: 'unix:///a'}".to_owned();
    let mut followed = Followed::from(&keys("a")).await;
    let old = followed.hash();
    followed.looked().await;
    followed.services.are(Some("ill"));
    followed
        .file
        .write(&file(&[entry("[secrets]", &[service])]));
    let before = Instant::now();
    followed.reloader.look();
    let status = followed.looked().await;
    let error = status.error.expect("ill").to_string();
    assert_eq!(
        error,
        "health check for new transformers failed, polling error timed out waiting for the condition: kms-provider-0: ill"
    );
    // Twice the three seconds of the service would be less than ten.
    let waited = before.elapsed().as_millis();
    assert!((9900..=10_000).contains(&waited), "{waited}");
    assert_eq!(status.hash, old);
    assert_eq!(followed.services.count(), 0, "what was rejected is let go");
    followed
        .transformers
        .check()
        .await
        .expect("the old one has no services");

    followed.services.are(None);
    let status = followed.looked().await;
    assert!(status.error.is_none(), "{status:?}");
    assert_ne!(status.hash, old);
    assert_eq!(followed.services.count(), 1);
    followed.services.are(Some("ill again"));
    let error = followed.transformers.check().await.expect_err("ill");
    assert_eq!(error.to_string(), "kms-provider-0: ill again");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_looked_at_once_it_is_stopped() {
    let mut followed = Followed::from(&keys("a")).await;
    followed.looked().await;
    followed.reloader.stop().await;
    followed.status.changed().await.expect_err("nobody looks");
}

/// Tasks seal and open values all the time while the keys change their order, and none of them fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_fails_while_keys_rotate() {
    const TASKS: usize = 8;
    const RELOADS: usize = 24;
    let mut followed = Followed::from(&keys("ab")).await;
    followed.looked().await;
    let secrets = followed
        .transformers
        .for_resource(GroupResource::core("secrets"));
    let first = seal(&*secrets, "first").await;
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let work: Vec<_> = (0..TASKS)
        .map(|task| {
            let (secrets, stop, first) = (Arc::clone(&secrets), stop.clone(), first.clone());
            tasks.spawn(async move {
                let (mut fresh, mut stale) = (0_u64, 0_u64);
                while !stop.is_cancelled() {
                    let plain = format!("{task} {fresh}");
                    let stored = seal(&*secrets, &plain).await;
                    let opened = open(&*secrets, &stored).await.expect("a key of both");
                    assert_eq!(opened.plain, plain);
                    let opened = open(&*secrets, &first).await.expect("a key of both");
                    assert_eq!(opened.plain, "first");
                    *if opened.stale { &mut stale } else { &mut fresh } += 1;
                    tokio::task::yield_now().await;
                }
                (fresh, stale)
            })
        })
        .collect();
    for reload in 0..RELOADS {
        let letters = if reload % 2 == 0 { "ba" } else { "ab" };
        followed.file.write(&keys(letters));
        followed.reloader.look();
        let status = followed.looked().await;
        assert!(status.error.is_none(), "{status:?}");
    }
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    let (mut fresh, mut stale) = (0, 0);
    for task in work {
        let counted = task.await.expect("no task failed");
        fresh += counted.0;
        stale += counted.1;
    }
    assert!(
        fresh > 0 && stale > 0,
        "{fresh} fresh, {stale} stale: nothing was seen of a rotation"
    );
    assert_eq!(followed.notes.taken().len(), RELOADS);
}
