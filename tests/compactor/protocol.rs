use std::time::Instant;

use storeproof_fixtures::fault::Relay;

use crate::{INTERVAL, NEVER, bed, bed::gateway::Gateway, elsewhere, known, knows, record::Record};

const COMPACT: &str = "/etcdserverpb.KV/Compact";
const UNAVAILABLE: u32 = 14;

#[tokio::test]
async fn clients_compact_at_most_once_an_interval() {
    let etcd = bed::etcd().await;
    let url = etcd.endpoints().first().expect("one member");
    let mut record = Record::of(&etcd).await;
    let begun = Instant::now();
    let mut stores = Vec::new();
    for _ in 0..4 {
        stores.push(elsewhere(url, INTERVAL).await);
    }
    let mut last = record.next().await;
    assert_eq!((last.version, last.value.as_str()), (1, "0"));
    for round in 2..=8 {
        let written = record.next().await;
        assert_eq!(written.version, round, "each is written once");
        // Whoever writes has seen the record as it was and waited for an interval after that.
        let allowed = INTERVAL * u32::try_from(round).expect("a few");
        assert!(begun.elapsed() >= allowed, "{round} rounds too early");
        let present = last.revision..written.revision;
        assert!(present.contains(&written.claim()), "{last:?}, {written:?}");
        last = written;
    }
    for (store, _) in &stores {
        knows(store, last.claim()).await;
    }
    assert!(record.is_compacted(last.claim()).await);
    for (_, end) in stores {
        end.call().await;
    }
    etcd.stop().await;
}

#[tokio::test]
async fn a_record_that_is_deleted_or_garbled_is_made_anew() {
    let etcd = bed::etcd().await;
    let url = etcd.endpoints().first().expect("one member");
    let mut record = Record::of(&etcd).await;
    let (store, end) = elsewhere(url, INTERVAL).await;
    record.next_where(|written| written.version == 2).await;

    record.delete().await;
    record.next_where(|written| written.version == 0).await;
    let anew = record.next().await;
    assert_eq!(anew.version, 1, "time begins again");
    let next = record.next().await;
    assert_eq!((next.version, next.claim()), (2, anew.revision));
    knows(&store, next.claim()).await;

    record.put("garbled").await;
    let garbled = record
        .next_where(|written| written.value == "garbled")
        .await;
    let anew = record.next().await;
    assert_eq!(anew.version, garbled.version + 1);
    assert!(anew.claim() >= garbled.revision, "{anew:?}");
    knows(&store, anew.claim()).await;
    end.call().await;
    etcd.stop().await;
}

#[tokio::test]
async fn a_compaction_that_fails_is_believed_by_nobody_and_does_not_stop_time() {
    let etcd = bed::etcd().await;
    let url = etcd.endpoints().first().expect("one member");
    let refusal = Some((COMPACT, UNAVAILABLE));
    let gateway = Gateway::to(bed::address(&etcd), refusal).await;
    let mut record = Record::of(&etcd).await;
    let (fails, first) = elsewhere(&gateway.url(), INTERVAL).await;
    let (hears, second) = elsewhere(url, NEVER).await;
    for round in 1..=4 {
        assert_eq!(record.next().await.version, round);
    }
    let claimed = record.next().await;
    assert!(!record.is_compacted(claimed.claim()).await);
    assert_eq!((known(&fails), known(&hears)), (0, 0));

    // Whoever can compact does, and both hear of it.
    let (compacts, third) = elsewhere(url, INTERVAL / 4).await;
    knows(&compacts, claimed.claim()).await;
    knows(&hears, claimed.claim()).await;
    knows(&fails, claimed.claim()).await;
    assert!(record.is_compacted(claimed.claim()).await);
    for end in [first, second, third] {
        end.call().await;
    }
    etcd.stop().await;
}

#[tokio::test]
async fn another_one_takes_over_when_the_winner_is_cut_off() {
    let etcd = bed::etcd().await;
    let url = etcd.endpoints().first().expect("one member");
    let relay = Relay::to(bed::address(&etcd))
        .await
        .expect("a port is free");
    let mut record = Record::of(&etcd).await;
    let (wins, first) = elsewhere(&format!("http://{}", relay.address()), INTERVAL / 4).await;
    let (waits, second) = elsewhere(url, INTERVAL).await;
    let won = record.next_where(|written| written.version == 8).await;
    knows(&wins, won.claim()).await;
    knows(&waits, won.claim()).await;

    relay.refuse(true);
    relay.cut();
    bed::until("it is cut off", || relay.open() == 0).await;
    let after = Instant::now();
    let last = loop {
        let written = record.next().await;
        // What was written before the cut may still come.
        if after.elapsed() >= 3 * INTERVAL {
            break written;
        }
    };
    knows(&waits, last.claim()).await;
    assert!(record.is_compacted(last.claim()).await);

    // And the other one hears of it once there is a way again.
    relay.refuse(false);
    knows(&wins, last.claim()).await;
    for end in [first, second] {
        end.call().await;
    }
    etcd.stop().await;
}

#[tokio::test]
async fn an_interval_of_zero_asks_for_nothing_and_hears_nothing() {
    let etcd = bed::etcd().await;
    let url = etcd.endpoints().first().expect("one member");
    let mut record = Record::of(&etcd).await;
    let relay = Relay::to(bed::address(&etcd))
        .await
        .expect("a port is free");
    let (deaf, first) = bed::store(&format!("http://{}", relay.address())).await;
    assert_eq!(relay.open(), 1, "the store's own connection");
    let (store, second) = elsewhere(url, INTERVAL).await;
    let written = record.next_where(|written| written.version == 3).await;
    knows(&store, written.claim()).await;
    assert_eq!(known(&deaf), 0);
    for end in [first, second] {
        end.call().await;
    }
    etcd.stop().await;
}
