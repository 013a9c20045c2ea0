use std::sync::Arc;

use etcd_client::{
    EventType,
    proto::{PbEvent, PbKeyValue},
};
use k8s_openapi::api::core::v1::Pod;

use super::{super::shared::Shared, Decoder, Values};
use crate::{
    codec::{Codec, Json},
    storage::{Event, SelectionPredicate, Status},
    value::Identity,
};

fn item(created: i64, modified: i64, pod: Option<&Pod>) -> PbKeyValue {
    let mut value = Vec::new();
    if let Some(pod) = pod {
        Json.encode(pod, &mut value).expect("a Pod is JSON");
    }
    PbKeyValue {
        key: b"/registry/pods/foo".to_vec(),
        value,
        create_revision: created,
        mod_revision: modified,
        ..PbKeyValue::default()
    }
}

async fn told(
    kind: EventType,
    now: PbKeyValue,
    before: Option<PbKeyValue>,
) -> Result<Option<Event<Pod>>, Box<Status>> {
    let values = Values::new(Arc::new(Json), Arc::new(Identity), false);
    let everything = SelectionPredicate::everything();
    let decoder = Decoder::new(
        Arc::new(values),
        everything,
        Arc::<Shared<Pod>>::default().join(),
    );
    let found = PbEvent {
        r#type: kind as i32,
        kv: Some(now),
        prev_kv: before,
    };
    decoder.event(found).await
}

fn at(version: &str) -> Pod {
    let mut pod = Pod::default();
    pod.metadata.resource_version = Some(version.to_owned());
    pod
}

#[tokio::test]
async fn a_creation_needs_no_value_before() {
    let created = told(EventType::Put, item(7, 7, Some(&Pod::default())), None).await;
    assert_eq!(created, Ok(Some(Event::Added(at("7")))));
}

#[tokio::test]
async fn a_deletion_is_the_value_before_at_its_own_revision() {
    let before = item(5, 6, Some(&Pod::default()));
    let deleted = told(EventType::Delete, item(0, 7, None), Some(before)).await;
    assert_eq!(deleted, Ok(Some(Event::Deleted(at("7")))));
}

#[tokio::test]
async fn a_change_without_the_value_before_is_told_as_an_error() {
    for (kind, now) in [
        (EventType::Delete, item(0, 7, None)),
        (EventType::Put, item(5, 7, Some(&Pod::default()))),
    ] {
        let failed = told(kind, now, None).await.expect_err("nothing before");
        assert_eq!(failed.code, Some(410));
    }
}
