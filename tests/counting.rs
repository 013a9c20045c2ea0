//! How many objects there are, counted again and again for whoever reads metrics (backend §1.3, §4.1).

mod bed;

use std::{sync::Arc, time::Duration};

use bed::exposition::Page;
use storeproof::{
    backend::{GroupResource, ObjectCount},
    storage::Store,
    telemetry::metrics::{Metrics, Registry},
};
use storeproof_fixtures::{
    fault::Relay,
    objects::{Pod, key, pod},
};

const OFTEN: Duration = Duration::from_millis(20);

fn shown(metrics: &Metrics) -> [Option<f64>; 3] {
    let text = metrics.text();
    if text.is_empty() {
        return [None; 3];
    }
    let page = Page::read(&text);
    [
        "apiserver_storage_objects{resource=\"pods\"}",
        "apiserver_resource_objects{group=\"\",resource=\"pods\"}",
        "apiserver_resource_size_estimate_bytes{group=\"\",resource=\"pods\"}",
    ]
    .map(|sample| page.find(sample))
}

#[tokio::test]
async fn objects_are_counted_until_nobody_wants_to_know() {
    let etcd = bed::etcd().await;
    let relay = Relay::to(bed::address(&etcd)).await;
    let relay = relay.expect("a port is free");
    let (store, end) = bed::store(&format!("http://{}", relay.address())).await;
    let metrics = Metrics::register(&Registry::new()).expect("a new registry");
    let counted = Arc::clone(&store) as Arc<dyn Store<Pod>>;
    let start = |period| {
        let (store, pods) = (Arc::clone(&counted), GroupResource::core("pods"));
        ObjectCount::start(store, pods, period, metrics.clone())
    };
    let never = start(Duration::ZERO);
    assert!(format!("{never:?}").contains("false"));
    assert_eq!(shown(&metrics), [None; 3]);

    let count = start(OFTEN);
    bed::until("there is nothing", || shown(&metrics) == [Some(0.0); 3]).await;
    for number in ["1", "2", "3"] {
        let created = store
            .create(&key("ns", number), &pod("ns", number), None)
            .await;
        created.expect("it is stored");
    }
    bed::until("all are counted", || shown(&metrics)[..2] == [Some(3.0); 2]).await;
    relay.refuse(true);
    relay.cut();
    bed::until("nobody can tell", || shown(&metrics) == [Some(-1.0); 3]).await;
    relay.refuse(false);
    bed::until("they are counted again", || shown(&metrics)[1] == Some(3.0)).await;
    count.stop().await;
    assert_eq!(shown(&metrics), [None; 3], "nothing is shown any more");

    let dropped = start(OFTEN);
    bed::until("they are counted", || shown(&metrics)[1] == Some(3.0)).await;
    drop(dropped);
    bed::until("nothing is shown any more", || shown(&metrics) == [None; 3]).await;
    end.call().await;
    etcd.stop().await;
}
