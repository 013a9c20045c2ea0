use storeproof::storage::{Event, WatchOptions};
use storeproof_fixtures::objects::{Pod, PodExt, everything, fields, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, Verdict, deadline, expect_eq, expect_that, unexpected,
        version_of,
    },
};

const NEEDS: &[Capability] = &[Capability::Watch];

pub(super) const CASES: &[Case] = &[
    case!(
        begins_after_its_version,
        "A watch tells of nothing at or before the version it starts from.",
        "backend/6.4 backend/6.3 IFC-08"
    )
    .needs(NEEDS),
    case!(
        starts_over_from_zero,
        "A watch from version 0 shows the object as it is now, each time it is started.",
        "backend/6.2/1 backend/6.2/2 backend/6.2/3 IFC-08"
    )
    .needs(NEEDS),
    case!(
        tells_of_the_object_that_was_deleted,
        "DELETED carries what the deletion returned: the last state, at the version of the deletion.",
        "backend/6.10 store/6/19"
    )
    .needs(NEEDS),
    case!(
        tells_of_both_when_recreated,
        "An object that is deleted and created again is told of as DELETED and then ADDED.",
        "backend/9/49"
    )
    .needs(NEEDS),
    case!(
        keeps_the_order_across_keys,
        "Changes of different keys are told of in the order of their versions.",
        "backend/9/47"
    )
    .needs(NEEDS),
    case!(
        is_silent_about_updates_that_change_nothing,
        "An update that changes nothing causes no event, each that changes something exactly one.",
        "store/6/40"
    )
    .needs(NEEDS),
    case!(
        carries_what_a_get_returns,
        "The object of an event is equal to what a get returned at that version.",
        "backend/9/49"
    )
    .needs(NEEDS),
    case!(
        joins_up_with_a_list,
        "A watch from the version of a list tells of exactly the changes after that list.",
        "backend/9/49"
    )
    .needs(&[Capability::Watch, Capability::WatchHistory]),
    case!(
        tells_of_expiry,
        "Objects whose time has come together are each told of as DELETED: the last state, at a later version, also where it is selected.",
        "backend/9/73 IFC-11"
    )
    .needs(&[Capability::Watch, Capability::TimeToLive]),
    case!(
        starts_where_nothing_is,
        "A watch of a key that is not there starts, and tells of its creation.",
        "backend/6.1"
    )
    .needs(NEEDS),
];

async fn annotate(context: &Context, name: &str, value: &str) -> Verdict<Pod> {
    context
        .update(&key("ns", name), |pod| pod.annotation("version", value))
        .await
}

async fn begins_after_its_version(context: &Context) -> Verdict {
    context.create(&pod("ns", "earlier")).await?;
    let created = context.create(&pod("ns", "foo")).await?;
    let version = version_of(&created)?;
    let mut below = context.watch("/pods/ns", version).await?;
    let options = WatchOptions {
        resource_version: version.to_string(),
        predicate: everything(),
        recursive: false,
        ..WatchOptions::default()
    };
    let mut alone = context.watch_with("/pods/ns/foo", options).await?;
    let updated = annotate(context, "foo", "2").await?;
    let deleted = context.delete(&key("ns", "foo")).await?;
    for watch in [&mut below, &mut alone] {
        watch.expect_modified(&updated).await?;
        watch.expect_deleted(&deleted).await?;
    }
    Ok(())
}

async fn starts_over_from_zero(context: &Context) -> Verdict {
    let zero = || WatchOptions {
        resource_version: "0".to_owned(),
        predicate: everything(),
        recursive: false,
        ..WatchOptions::default()
    };
    let created = context.create(&pod("ns", "foo")).await?;
    let mut watch = context.watch_with("/pods/ns/foo", zero()).await?;
    watch.expect_added(&created).await?;
    let updated = annotate(context, "foo", "1").await?;
    watch.expect_modified(&updated).await?;
    watch.stop();
    watch.expect_end().await?;
    let mut watch = context.watch_with("/pods/ns/foo", zero()).await?;
    watch.expect_added(&updated).await?;
    watch.stop();
    watch.expect_end().await
}

async fn tells_of_the_object_that_was_deleted(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "foo").label("a", "b")).await?;
    let version = version_of(&created)?;
    let mut watch = context.watch("/pods/ns", version).await?;
    let deleted = context.delete(&key("ns", "foo")).await?;
    expect_that(
        version_of(&deleted)? > version,
        format!("the deletion is after {version}"),
        format!("it is at {}", deleted.version()),
    )?;
    expect_eq("its object", &created.at(deleted.version()), &deleted)?;
    watch.expect_deleted(&deleted).await
}

async fn tells_of_both_when_recreated(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "foo").uid("first")).await?;
    let mut watch = context.watch("/pods/ns", version_of(&created)?).await?;
    for uid in ["second", "third"] {
        let deleted = context.delete(&key("ns", "foo")).await?;
        let created = context.create(&pod("ns", "foo").uid(uid)).await?;
        watch.expect_deleted(&deleted).await?;
        watch.expect_added(&created).await?;
    }
    Ok(())
}

async fn keeps_the_order_across_keys(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut expected = Vec::new();
    for round in 0..10 {
        for (namespace, name) in [("z", "a"), ("a", "z"), ("m", "m")] {
            let pod = pod(namespace, name).annotation("round", &round.to_string());
            let written = context.write(&pod).await?;
            expected.push(match round {
                0 => Event::Added(written),
                _ => Event::Modified(written),
            });
        }
    }
    for at in [("z", "a"), ("a", "z")] {
        expected.push(Event::Deleted(context.delete(&key(at.0, at.1)).await?));
    }
    let mut live = context.watch("/pods/", start).await?;
    for event in expected {
        live.expect(event).await?;
    }
    Ok(())
}

async fn is_silent_about_updates_that_change_nothing(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "foo")).await?;
    let mut watch = context.watch("/pods/ns", version_of(&created)?).await?;
    for value in ["1", "1", "2", "2", "2", "3"] {
        let before = context.get(&key("ns", "foo")).await?;
        let after = annotate(context, "foo", value).await?;
        if before != after {
            watch.expect_modified(&after).await?;
        }
    }
    let deleted = context.delete(&key("ns", "foo")).await?;
    watch.expect_deleted(&deleted).await
}

async fn carries_what_a_get_returns(context: &Context) -> Verdict {
    let mut watch = context.watch("/pods/ns", context.current().await?).await?;
    let full = pod("ns", "foo").uid("0b5e3e1f").label("a", "b").node("n1");
    context.create(&full).await?;
    watch
        .expect_added(&context.get(&key("ns", "foo")).await?)
        .await?;
    annotate(context, "foo", "<&> \u{2028}").await?;
    watch
        .expect_modified(&context.get(&key("ns", "foo")).await?)
        .await
}

async fn joins_up_with_a_list(context: &Context) -> Verdict {
    context.create(&pod("ns", "a")).await?;
    context.create(&pod("ns", "b")).await?;
    let list = context.list("/pods/ns").await?;
    let updated = annotate(context, "a", "1").await?;
    let created = context.create(&pod("ns", "c")).await?;
    let mut watch = context.watch("/pods/ns", list.resource_version).await?;
    let deleted = context.delete(&key("ns", "b")).await?;
    watch.expect_modified(&updated).await?;
    watch.expect_added(&created).await?;
    watch.expect_deleted(&deleted).await
}

async fn tells_of_expiry(context: &Context) -> Verdict {
    let mut left = Vec::new();
    for name in ["foo", "bar"] {
        left.push(context.create_for(&pod("ns", name), 1).await?);
    }
    let created = left.first().cloned().unwrap_or_default();
    let selecting = WatchOptions {
        resource_version: created.version().to_owned(),
        predicate: fields("metadata.name=foo"),
        ..WatchOptions::default()
    };
    let mut selecting = context.watch_with("/pods/ns", selecting).await?;
    let start = version_of(&created)?;
    let mut watch = context.watch("/pods/ns", start).await?;
    let expected = "DELETED of each, with the object as it was and a later version";
    while !left.is_empty() {
        let event = watch.next_within(deadline::EXPIRY).await;
        if matches!(event, Some(Some(Event::Added(_)))) {
            continue;
        }
        let Some(Some(Event::Deleted(pod))) = &event else {
            return Err(unexpected(expected, format!("{event:?}")));
        };
        let count = left.len();
        left.retain(|one| one.clone().at(pod.version()) != *pod);
        expect_that(
            left.len() < count && version_of(pod)? > start,
            expected,
            format!("{event:?}"),
        )?;
        if pod.name() == created.name() {
            selecting.expect_deleted(pod).await?;
        }
    }
    Ok(())
}

async fn starts_where_nothing_is(context: &Context) -> Verdict {
    for version in ["", "0"] {
        let name = format!("foo{version}");
        let options = WatchOptions {
            resource_version: version.to_owned(),
            predicate: everything(),
            recursive: false,
            ..WatchOptions::default()
        };
        let mut watch = context.watch_with(&key("ns", &name), options).await?;
        let created = context.create(&pod("ns", &name)).await?;
        watch.expect_added(&created).await?;
    }
    Ok(())
}
