use std::sync::Arc;

use etcd_client::{WatchOptions as BareOptions, WatchStream};
use futures::future::join_all;
use storeproof::storage::{Store, Watch, WatchOptions};

use super::{Bed, ConfigMap, RESOURCE, encode, full_key, object};

/// Everything that happens from now on, by a bare stream with the values before, as the store asks for it.
pub async fn bare_watch(bed: &Bed) -> WatchStream {
    let options = BareOptions::new().with_range(full_key("~")).with_prev_key();
    let mut stream = bed
        .watches()
        .watch(full_key(""), Some(options))
        .await
        .expect("a watch");
    let created = stream.message().await.expect("an answer");
    assert!(created.is_some_and(|answer| answer.created()), "it begins");
    stream
}

/// Everything that happens from now on, by the store.
pub async fn own_watch(bed: &Bed) -> Watch<ConfigMap> {
    let now = bed.store.current_resource_version().await;
    let options = WatchOptions {
        resource_version: now.expect("a version").to_string(),
        ..WatchOptions::<ConfigMap>::default()
    };
    bed.store.watch(RESOURCE, options).await.expect("a watch")
}

/// A key and a value that were not there before.
pub fn fresh_value(bed: &Bed) -> (String, Vec<u8>) {
    let name = bed.fresh("watch");
    (full_key(&name), encode(&object(&name)))
}

/// Writes through the bare client, with so many writers at once.
pub async fn write_all(bed: &Arc<Bed>, mut values: Vec<(String, Vec<u8>)>, writers: usize) {
    let share = values.len().div_ceil(writers);
    let mut running = Vec::new();
    while !values.is_empty() {
        let share = values.split_off(values.len().saturating_sub(share));
        let mut kv = bed.kv();
        running.push(tokio::spawn(async move {
            for (key, value) in share {
                kv.put(key, value, None).await.expect("a put");
            }
        }));
    }
    for writer in join_all(running).await {
        writer.expect("a writer does not panic");
    }
}
