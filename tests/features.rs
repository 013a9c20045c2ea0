//! What servers of different versions can do (backend §1.18).

mod bed;

use bed::DEADLINE;
use storeproof::backend::{Feature, FeatureSupport, TransportConfig};
use storeproof_fixtures::{
    etcd::{Etcd, Spec},
    fault::Relay,
    provision,
};
use tokio::time::timeout;

/// Versions, and whether they answer requests for progress. Not all can be had everywhere.
const KNOWN: [(&str, bool); 4] = [
    ("3.4.23", false),
    ("3.5.1", false),
    ("3.5.16", true),
    ("3.5.30", true),
];

/// The versions that can be had here, and the one that is had where nobody asks for any.
async fn servers() -> Vec<(Etcd, bool)> {
    let environment = bed::without_engine();
    let newest = bed::process(&Spec::default()).await;
    let mut servers = vec![(newest, true)];
    for (version, answers) in KNOWN {
        let spec = Spec::default().version(version);
        if let Ok(decision) = provision::decide(&environment, &spec).await {
            let etcd = provision::start(decision, &spec).await.expect("it starts");
            assert_eq!(etcd.version(), version);
            servers.push((etcd, answers));
        }
    }
    servers
}

fn answers(support: &FeatureSupport) -> bool {
    support.supports(Feature::RequestWatchProgress)
}

async fn asked(support: &FeatureSupport, transport: &TransportConfig) {
    let checks = support.check(transport);
    let done = timeout(DEADLINE, checks.done()).await;
    done.expect("every server tells its version");
}

#[tokio::test]
async fn versions_decide_and_one_old_server_is_enough() {
    let servers = servers().await;
    assert!(
        servers.iter().any(|(_, answers)| !answers),
        "an old one can be had"
    );
    for (etcd, expected) in &servers {
        let support = FeatureSupport::default();
        assert!(!answers(&support), "nobody was asked");
        asked(&support, &TransportConfig::of(etcd.endpoints())).await;
        assert_eq!(answers(&support), *expected, "{}", etcd.version());
        assert!(support.supports(Feature::RangeStream));
    }
    // All at once, and then those that answer once more.
    let all = servers.iter().flat_map(|(etcd, _)| etcd.endpoints());
    let support = FeatureSupport::default();
    asked(&support, &TransportConfig::of(all.clone())).await;
    assert!(!answers(&support));
    asked(&support, &TransportConfig::of(all)).await;
    assert!(!answers(&support), "for ever");
    for (etcd, _) in servers {
        etcd.stop().await;
    }
}

#[tokio::test]
async fn a_server_is_asked_once_and_until_it_answers() {
    let etcd = bed::process(&Spec::default()).await;
    let relay = Relay::to(bed::address(&etcd)).await;
    let relay = relay.expect("a port is free");
    relay.refuse(true);
    let transport = TransportConfig::of([format!("http://{}", relay.address())]);
    let support = FeatureSupport::default();
    let given_up = support.check(&transport);
    given_up.end().await;
    assert!(!answers(&support));

    // Whom nobody heard was never met.
    let checks = support.check(&transport);
    let once = support.check(&transport);
    timeout(DEADLINE, once.done())
        .await
        .expect("it is being asked already");
    relay.refuse(false);
    let done = timeout(DEADLINE, checks.done()).await;
    done.expect("it is asked again and again");
    assert!(answers(&support));
    bed::until("its connection is gone", || relay.open() == 0).await;
    let before = relay.connections();
    asked(&support, &transport).await;
    assert_eq!(relay.connections(), before, "it has told");
    etcd.stop().await;
}

/// Whoever makes a store need not ask: its servers are met.
#[tokio::test]
async fn a_store_makes_its_servers_known_to_the_process() {
    let etcd = bed::process(&Spec::default()).await;
    let (store, end) = bed::store(etcd.endpoints().first().expect("one member")).await;
    let support = FeatureSupport::of_process();
    bed::until("it answers requests for progress", || answers(&support)).await;
    drop(store);
    end.call().await;
    assert!(answers(&support), "what is known outlives the store");
    etcd.stop().await;
}
