use std::{ops::ControlFlow, sync::Arc, time::Duration};

use etcd_client::{
    EventType,
    proto::{PbEvent, PbKeyValue, PbWatchResponse},
};
use futures::FutureExt;
use k8s_openapi::api::core::v1::Pod;
use tonic::{Code, Status, transport::Endpoint};

use super::{
    super::shared::Shared, Changes, Decoder, End, FIRST_PAUSE, LONGEST_PAUSE, Session, broken,
    longer,
};
use crate::{
    codec::Json,
    etcd3::{Client, Error, Link, sizes::Sizes, values::Values},
    storage::{
        Bookmark, Event, GroupResource, KeysFunction, ResourceVersion, SelectionPredicate, Watch,
    },
    telemetry::metrics::Metrics,
    value::Identity,
};

/// A session of a watch that wants progress and has seen everything up to a revision; nobody is at the other end of its
/// client.
async fn session(seen: i64) -> (Session<Pod>, Changes<Pod>, Watch<Pod>) {
    let nobody = Endpoint::from_static("http://nobody").connect_lazy();
    let client = Arc::new(Client::new(Link::Tonic(nobody)).await.expect("a client"));
    let (sender, watch) = Watch::channel(8);
    let values = Arc::new(Values::new(Arc::new(Json), Arc::new(Identity), false));
    let shared = Arc::new(Shared::default());
    let everything = SelectionPredicate::everything();
    let changes = Changes {
        decoder: Decoder::new(Arc::clone(&values), everything.clone(), shared.join()),
        next: seen + 1,
        told: seen,
        pause: LONGEST_PAUSE,
    };
    let session = Session {
        client,
        values,
        sizes: Arc::new(Sizes::default()),
        shared,
        metrics: Arc::new(Metrics::of_process().of_store(&GroupResource::core("pods"))),
        key: "/registry/pods/".to_owned(),
        end: None,
        predicate: everything,
        progress_notify: true,
        sender,
    };
    (session, changes, watch)
}

/// What is told where etcd answers with progress up to a revision, and where the watch would go on.
async fn progress(seen: i64, revision: i64, watch_id: i64) -> (Option<Event<Pod>>, i64) {
    let (session, mut changes, mut watch) = session(seen).await;
    let told = session.take_progress(&mut changes, revision, watch_id);
    assert!(told.await.is_ok(), "nothing has failed");
    drop(session);
    (watch.next().await, changes.next)
}

fn bookmark(revision: u64) -> Option<Event<Pod>> {
    Some(Event::Bookmark(Bookmark {
        resource_version: ResourceVersion::new(revision),
        initial_events_end: false,
    }))
}

#[tokio::test]
async fn progress_is_told_from_where_the_watch_is() {
    assert_eq!(progress(7, 5, 0).await, (None, 8), "it begins later");
    assert_eq!(progress(7, 6, 0).await, (None, 8), "it was further");
    assert_eq!(progress(7, 7, 0).await, (bookmark(7), 8));
    assert_eq!(progress(7, 9, 0).await, (bookmark(9), 10));
}

#[tokio::test]
async fn the_answer_to_a_request_moves_no_watch() {
    assert_eq!(progress(7, 9, -1).await, (bookmark(9), 8));
}

#[tokio::test]
async fn bookmarks_do_not_go_back_with_a_member_that_lags_behind() {
    let (session, mut changes, mut watch) = session(7).await;
    for revision in [9, 8, 10] {
        let told = session.take_progress(&mut changes, revision, -1);
        assert!(told.await.is_ok(), "nothing has failed");
    }
    drop(session);
    assert_eq!(watch.next().await, bookmark(9));
    assert_eq!(watch.next().await, bookmark(10));
    assert_eq!(watch.next().await, None);
}

#[tokio::test]
async fn sizes_are_those_of_what_is_there() {
    const POD: &str = r#"{"apiVersion":"v1","kind":"Pod"}"#;
    let (session, mut changes, mut watch) = session(7).await;
    let keys: KeysFunction = Arc::new(|| async { Ok(Vec::new()) }.boxed());
    session.sizes.enable(keys).expect("the first time");
    let item = |revision, value: &str| PbKeyValue {
        key: b"/registry/pods/foo".to_vec(),
        value: value.into(),
        create_revision: 8,
        mod_revision: revision,
        ..PbKeyValue::default()
    };
    let stored = PbEvent {
        r#type: EventType::Put as i32,
        kv: Some(item(8, POD)),
        prev_kv: None,
    };
    let deleted = PbEvent {
        r#type: EventType::Delete as i32,
        kv: Some(item(9, "")),
        prev_kv: Some(item(8, POD)),
    };
    for (event, size) in [(stored, 32), (deleted, 0)] {
        let told = session.take_events(&mut changes, vec![event]);
        assert!(told.await.is_ok(), "it can be read");
        assert!(watch.next().await.is_some());
        let keys = vec!["/registry/pods/foo".to_owned()];
        assert_eq!(session.sizes.average(keys, "/registry/"), size);
    }
    assert_eq!(changes.next, 10, "the watch would go on behind them");
}

/// What an answer of etcd's ends the watch with.
async fn end(answer: PbWatchResponse) -> Option<(i32, String)> {
    let (session, mut changes, _watch) = session(7).await;
    let flow = session.take(&mut changes, answer).await;
    assert_eq!(changes.pause, FIRST_PAUSE, "the connection works");
    match flow {
        ControlFlow::Continue(()) => None,
        ControlFlow::Break(End::Stopped) => panic!("somebody reads"),
        ControlFlow::Break(End::Failed(status)) => {
            let status = *status;
            Some((status.code?, status.message?))
        }
    }
}

#[tokio::test]
async fn a_watch_that_etcd_cancels_ends_with_an_error() {
    let cancelled = PbWatchResponse {
        canceled: true,
        cancel_reason: "etcdserver: no leader".to_owned(),
        ..PbWatchResponse::default()
    };
    let (code, message) = end(cancelled).await.expect("it ends");
    assert_eq!(code, 500);
    assert!(message.contains("etcdserver: no leader"), "{message}");
    let compacted = PbWatchResponse {
        canceled: true,
        compact_revision: 9,
        ..PbWatchResponse::default()
    };
    assert_eq!(end(compacted).await.expect("it ends").0, 410);
    let created = PbWatchResponse {
        created: true,
        ..PbWatchResponse::default()
    };
    assert_eq!(end(created).await, None);
}

#[test]
fn pauses_double_up_to_the_longest() {
    let mut pauses = vec![FIRST_PAUSE];
    while pauses.last() < Some(&LONGEST_PAUSE) && pauses.len() < 20 {
        pauses.extend(pauses.last().map(|pause| longer(*pause)));
    }
    let expected = [1, 2, 4, 8, 16, 32, 64, 100].map(Duration::from_millis);
    assert_eq!(pauses, expected);
}

#[test]
fn what_broke_is_tried_again_and_what_was_refused_is_told() {
    let of = |code| {
        let status = Status::new(code, "etcd's words");
        broken(&Error::from(etcd_client::Error::GRpcStatus(status)))
    };
    assert!(of(Code::Unavailable).is_ok());
    assert!(matches!(broken(&Error::Closed), Err(End::Stopped)));
    let Err(End::Failed(status)) = of(Code::PermissionDenied) else {
        panic!("nobody may do this");
    };
    assert_eq!(status.code, Some(500));
}
