use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use k8s_openapi::api::core::v1::Pod;

use super::{MOST_BYTES, Place, Reader, Shared, Values};
use crate::{
    codec::{self, Codec, Json},
    value::Identity,
};

/// JSON that counts how often it decodes.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Codec<Pod> for Counting {
    fn encode(&self, pod: &Pod, bytes: &mut Vec<u8>) -> Result<(), codec::Error> {
        Json.encode(pod, bytes)
    }

    fn decode(&self, bytes: &[u8]) -> Result<Pod, codec::Error> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Json.decode(bytes)
    }
}

struct Scene {
    codec: Arc<Counting>,
    values: Values<Pod>,
    shared: Arc<Shared<Pod>>,
}

impl Scene {
    fn new() -> Self {
        let codec = Arc::new(Counting::default());
        Self {
            values: Values::new(Arc::clone(&codec) as _, Arc::new(Identity), false),
            codec,
            shared: Arc::default(),
        }
    }

    /// Reads a Pod of this name, and tells how often anything was decoded so far.
    fn read(&self, reader: &Reader<Pod>, name: &str, revision: i64) -> usize {
        let mut pod = Pod::default();
        pod.metadata.name = Some(name.to_owned());
        let mut plain = Vec::new();
        Json.encode(&pod, &mut plain).expect("a Pod is JSON");
        let place = Place {
            revision,
            is_previous: false,
        };
        let read = reader.decode(&self.values, plain.into(), place);
        pod.metadata.resource_version = Some(revision.to_string());
        assert_eq!(read.expect("a Pod"), pod);
        self.codec.0.load(Ordering::Relaxed)
    }

    fn remembered(&self) -> usize {
        let memory = self.shared.memory();
        let bytes: usize = memory.objects.values().map(|kept| kept.plain.len()).sum();
        assert_eq!(memory.bytes, bytes);
        memory.objects.len()
    }
}

#[test]
fn a_change_is_decoded_once_for_all_who_watch_and_then_forgotten() {
    let scene = Scene::new();
    let readers = [(); 3].map(|()| scene.shared.join());
    for reader in &readers {
        assert_eq!(scene.read(reader, "foo", 5), 1);
    }
    assert_eq!(scene.remembered(), 0);
}

#[test]
fn a_watch_alone_remembers_nothing() {
    let scene = Scene::new();
    let first = scene.shared.join();
    let second = scene.shared.join();
    scene.read(&first, "foo", 5);
    assert_eq!(scene.remembered(), 1);
    drop(second);
    assert_eq!(scene.remembered(), 0);
    scene.read(&first, "bar", 6);
    assert_eq!(scene.remembered(), 0);
}

#[test]
fn other_bytes_are_another_object() {
    let scene = Scene::new();
    let (first, second) = (scene.shared.join(), scene.shared.join());
    scene.read(&first, "foo", 5);
    assert_eq!(scene.read(&second, "bar", 5), 2);
    assert_eq!(scene.remembered(), 1);
}

#[test]
fn who_comes_later_decodes_for_itself() {
    let scene = Scene::new();
    let (first, second) = (scene.shared.join(), scene.shared.join());
    assert_eq!(scene.read(&first, "foo", 5), 1);
    let late = scene.shared.join();
    assert_eq!(scene.read(&late, "foo", 5), 2);
    assert_eq!(scene.read(&second, "foo", 5), 2);
}

#[test]
fn no_more_is_remembered_than_there_is_room_for() {
    let scene = Scene::new();
    let (first, second) = (scene.shared.join(), scene.shared.join());
    let long = "x".repeat(MOST_BYTES / 4);
    for revision in 1..=4 {
        scene.read(&first, &long, revision);
    }
    assert_eq!(
        scene.remembered(),
        3,
        "each takes a little more than a quarter"
    );
    assert_eq!(scene.read(&second, &long, 4), 4);
    assert_eq!(scene.read(&second, &long, 1), 5, "the oldest is gone");
    scene.read(&first, &"x".repeat(MOST_BYTES), 9);
    assert_eq!(
        scene.remembered(),
        3,
        "what does not fit pushes nothing out"
    );
}
