use storeproof_wire::{
    etcdserverpb::WatchCreateRequest,
    mvccpb::{Event, KeyValue, event::EventType},
};

use crate::{Case, Context, Tier, Verdict, case, expect_eq};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_write_is_told_with_all_its_fields,
        "The event of a write carries the key, value, revisions, version and lease that are stored; that of a creation has \
         equal revisions, and no other has.",
        "WCH-20"
    ),
    case!(
        Tier::Kubernetes,
        a_deletion_is_told_with_its_key_and_revision,
        "The event of a deletion carries the key and the revision of the deletion, and nothing else.",
        "WCH-21"
    ),
    case!(
        Tier::Kubernetes,
        what_was_before_comes_along,
        "Every event of a watch that asks for it carries the key as it was before; that of a creation carries nothing.",
        "WCH-22"
    ),
    case!(
        Tier::Kubernetes,
        what_was_before_comes_along_with_history,
        "The events of the past carry the key as it was before, like those of the present.",
        "WCH-22"
    ),
    case!(
        Tier::Parity,
        what_was_before_comes_only_where_asked_for,
        "The events of a watch that does not ask for it do not carry the key as it was before.",
        "WCH-23"
    ),
    case!(
        Tier::Kubernetes,
        an_empty_value_is_a_write,
        "The event of a write of an empty value is a write, not a deletion.",
        "WCH-20 HDR-08"
    ),
];

async fn a_write_is_told_with_all_its_fields(context: &Context) -> Verdict {
    let lease = context.grant(600).await?;
    let mut watch = context.watch(context.watch_one("a")).await?;
    let created = context.put_leased("a", "1", lease).await?;
    let updated = context.write("a", "2").await?;
    let events = watch.events_until(updated).await?;
    let writes = [(created, 1, "1", lease), (updated, 2, "2", 0)];
    let expected = writes.map(|(mod_revision, version, value, lease)| KeyValue {
        key: context.key("a"),
        create_revision: created,
        mod_revision,
        version,
        value: value.into(),
        lease,
    });
    expect_eq("the kinds of the events", kinds(&events), vec![0, 0])?;
    let told: Vec<KeyValue> = events.into_iter().filter_map(|event| event.kv).collect();
    expect_eq("what the events carry", told, expected.to_vec())
}

async fn a_deletion_is_told_with_its_key_and_revision(context: &Context) -> Verdict {
    context.write("a", "1").await?;
    context.write("a", "2").await?;
    let mut watch = context.watch(context.watch_one("a")).await?;
    let gone = context.erase("a").await?;
    let events = watch.events_until(gone).await?;
    let kind = i32::from(EventType::Delete);
    expect_eq("the kinds of the events", kinds(&events), vec![kind])?;
    let told: Vec<KeyValue> = events.into_iter().filter_map(|event| event.kv).collect();
    let expected = KeyValue {
        key: context.key("a"),
        mod_revision: gone,
        ..KeyValue::default()
    };
    expect_eq("what the event carries", told, vec![expected])
}

async fn what_was_before_comes_along(context: &Context) -> Verdict {
    let mut watch = context.watch(context.watch_one("a")).await?;
    let (before, fence) = life(context).await?;
    let events = watch.events_until(fence).await?;
    let told: Vec<_> = events.into_iter().map(|event| event.prev_kv).collect();
    expect_eq("what the events say was before", told, before)
}

async fn what_was_before_comes_along_with_history(context: &Context) -> Verdict {
    let start_revision = context.revision().await?;
    let (before, fence) = life(context).await?;
    let request = WatchCreateRequest {
        start_revision,
        ..context.watch_one("a")
    };
    let events = context.watch(request).await?.events_until(fence).await?;
    let told: Vec<_> = events.into_iter().map(|event| event.prev_kv).collect();
    expect_eq("what the events say was before", told, before)
}

async fn what_was_before_comes_only_where_asked_for(context: &Context) -> Verdict {
    let request = WatchCreateRequest {
        prev_kv: false,
        ..context.watch_one("a")
    };
    let mut watch = context.watch(request).await?;
    let (before, fence) = life(context).await?;
    let events = watch.events_until(fence).await?;
    let told: Vec<_> = events.into_iter().map(|event| event.prev_kv).collect();
    expect_eq(
        "what the events say was before",
        told,
        vec![None; before.len()],
    )
}

async fn an_empty_value_is_a_write(context: &Context) -> Verdict {
    let mut watch = context.watch(context.watch_one("a")).await?;
    context.write("a", "").await?;
    context.write("a", "1").await?;
    let fence = context.write("a", "").await?;
    let events = watch.events_until(fence).await?;
    expect_eq("the kinds of the events", kinds(&events), vec![0, 0, 0])?;
    let versions: Vec<i64> = events
        .iter()
        .filter_map(|event| Some(event.kv.as_ref()?.version))
        .collect();
    expect_eq("the versions", versions, vec![1, 2, 3])
}

fn kinds(events: &[Event]) -> Vec<i32> {
    events.iter().map(|event| event.r#type).collect()
}

/// Creates, updates, deletes, creates again and updates `a`; returns what was before each of these, and the last revision.
async fn life(context: &Context) -> Verdict<(Vec<Option<KeyValue>>, i64)> {
    let (mut before, mut last) = (Vec::new(), 0);
    for value in [Some("1"), Some("2"), None, Some("3"), Some("4")] {
        before.push(context.get("a").await?);
        last = match value {
            Some(value) => context.write("a", value).await?,
            None => context.erase("a").await?,
        };
    }
    Ok((before, last))
}
