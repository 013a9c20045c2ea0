//! Probers and monitors of a real etcd (backend §2.5, §2.6).

mod bed;

use std::{sync::Arc, time::Duration};

use bed::{DEADLINE, exposition::Page};
use etcd_client::Client;
use storeproof::backend::{Config, MonitorCache, MonitorCacheError, TransportConfig, factory};
use storeproof::telemetry::metrics::{Metrics, Registry};
use storeproof_fixtures::{etcd::Etcd, fault::Relay};
use tokio::{task::yield_now, time::timeout};

async fn relay(etcd: &Etcd) -> (Relay, String) {
    let relay = Relay::to(bed::address(etcd)).await.expect("a port is free");
    let url = format!("http://{}", relay.address());
    (relay, url)
}

#[tokio::test]
async fn a_prober_closes_once_and_after_the_probes_that_are_under_way() {
    let etcd = bed::etcd().await;
    let (relay, url) = relay(&etcd).await;
    let prober = factory::create_prober(&bed::config(&url)).await;
    let prober = Arc::new(prober.expect("etcd answers"));
    // There is no such key, and that does not matter.
    prober.probe().await.expect("etcd answers");

    relay.freeze(true);
    let probe = tokio::spawn({
        let prober = Arc::clone(&prober);
        async move { prober.probe().await }
    });
    yield_now().await;
    let close = tokio::spawn({
        let prober = Arc::clone(&prober);
        async move { prober.close().await }
    });
    for _ in 0..100 {
        yield_now().await;
    }
    assert!(!probe.is_finished() && !close.is_finished());
    relay.heal();
    let probe = timeout(DEADLINE, probe).await.expect("in time");
    probe.expect("no panic").expect("it has its answer");
    let close = timeout(DEADLINE, close).await.expect("in time");
    close.expect("no panic").expect("it was open");
    let closed = [
        prober.probe().await.expect_err("it is closed").to_string(),
        prober.close().await.expect_err("it is closed").to_string(),
    ];
    assert_eq!(closed, ["closed", "closed"]);
    bed::until("no connection is left", || relay.open() == 0).await;
    etcd.stop().await;
}

#[tokio::test]
async fn a_monitor_asks_any_of_the_servers_for_the_bytes_that_it_takes() {
    let etcd = bed::etcd().await;
    let (first, first_url) = relay(&etcd).await;
    let (second, second_url) = relay(&etcd).await;
    let config = Config {
        transport: TransportConfig::of([first_url, second_url]),
        ..bed::config("")
    };
    let monitor = factory::create_monitor(&config).await.expect("it answers");
    let before = (first.connections(), second.connections());
    let asked = async {
        // Each is as likely as the other: a hundred times the same one does not happen.
        while first.connections() == before.0 || second.connections() == before.1 {
            monitor.measure().await.expect("etcd answers");
        }
    };
    timeout(DEADLINE, asked).await.expect("both are asked");

    let client = Client::connect(etcd.endpoints(), None).await;
    let status = client
        .expect("etcd answers")
        .maintenance_client()
        .status()
        .await;
    let expected = status.expect("etcd answers").db_size();
    let measured = monitor.measure().await.expect("etcd answers");
    assert_eq!(i64::try_from(measured.size), Ok(expected));
    assert!(expected > 0);

    monitor.close().await.expect("it was open");
    let closed = [
        monitor
            .measure()
            .await
            .expect_err("it is closed")
            .to_string(),
        monitor.close().await.expect_err("it is closed").to_string(),
    ];
    assert_eq!(closed, ["closed", "closed"]);
    let open = || first.open() + second.open();
    bed::until("no connection is left", || open() == 0).await;
    etcd.stop().await;
}

#[tokio::test]
async fn a_cache_makes_its_monitors_once_and_closes_them() {
    let etcd = bed::etcd().await;
    let (relay, url) = relay(&etcd).await;
    let cache = MonitorCache::new([bed::config(&url), bed::config(&url)]);
    let (first, second) = (cache.get(), cache.get());
    let (first, second) = (first.expect("it is made"), second.expect("it is there"));
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(relay.connections(), 0, "nobody has measured yet");
    for monitor in &*first {
        monitor.measure().await.expect("etcd answers");
    }
    assert_eq!(relay.connections(), 2);

    cache.close().await;
    for monitor in &*first {
        let closed = monitor.measure().await.expect_err("it is closed");
        assert_eq!(closed.to_string(), "closed");
    }
    let closed = cache.get().expect_err("it is closed");
    assert_eq!(closed.to_string(), "monitor cache is closed");
    cache.close().await;
    bed::until("no connection is left", || relay.open() == 0).await;
    etcd.stop().await;
}

#[tokio::test]
async fn a_cluster_is_asked_for_its_size_once_in_an_interval() {
    let etcd = bed::etcd().await;
    let (often, often_url) = relay(&etcd).await;
    let (seldom, seldom_url) = relay(&etcd).await;
    let every = |url: &str, db_metric_poll_interval| Config {
        db_metric_poll_interval,
        ..bed::config(url)
    };
    let cache = MonitorCache::new([
        every(&often_url, Duration::ZERO),
        every(&seldom_url, Duration::from_secs(3600)),
    ]);
    let metrics = Metrics::register(&Registry::new()).expect("a new registry");
    let shown = async || {
        let sizes = cache.sizes().expect("they are made");
        let page = Page::read(&metrics.scrape(sizes).await);
        let of =
            |place| format!("apiserver_storage_size_bytes{{storage_cluster_id=\"etcd-{place}\"}}");
        [0, 1].map(|place| page.find(&of(place)).is_some_and(|bytes| bytes > 0.0))
    };
    let both = async { while shown().await != [true, true] {} };
    timeout(DEADLINE, both).await.expect("both are measured");
    for relay in [&often, &seldom] {
        relay.refuse(true);
        relay.cut();
    }
    // What was asked a while ago still counts where nobody asks more often.
    let silent = async { while shown().await != [false, true] {} };
    timeout(DEADLINE, silent)
        .await
        .expect("one is asked each time");
    cache.close().await;
    cache.sizes().map(|_| ()).expect_err("it is closed");
    etcd.stop().await;
}

#[tokio::test]
async fn a_cluster_that_is_dead_holds_up_nobody_and_nonsense_is_told() {
    let etcd = bed::etcd().await;
    let (works, works_url) = relay(&etcd).await;
    let (dead, dead_url) = relay(&etcd).await;
    dead.freeze(true);
    let cache = MonitorCache::new([bed::config(&dead_url), bed::config(&works_url)]);
    let monitors = cache.get().expect("nobody is waited for");
    let dead_one = monitors[0].measure();
    let measured = tokio::select! {
        biased;
        answered = dead_one => panic!("nobody answers: {answered:?}"),
        measured = timeout(DEADLINE, monitors[1].measure()) => measured,
    };
    measured.expect("in time").expect("etcd answers");
    cache.close().await;

    let cache = MonitorCache::new([bed::config(&works_url), bed::config("http://")]);
    for _ in 0..2 {
        let failed = cache.get().expect_err("one cannot be made");
        assert!(matches!(failed, MonitorCacheError::Create(_)), "{failed}");
    }
    bed::until("no connection is left", || works.open() == 0).await;
    etcd.stop().await;
}
