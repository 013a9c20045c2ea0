use futures::future::try_join_all;
use storeproof::storage::{Event, ResourceVersion};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, Fault, Verdict, Watching, expect_eq, version_of},
};

const NEEDS: &[Capability] = &[Capability::Watch];

pub(super) const CASES: &[Case] = &[
    case!(
        does_not_wait_for_those_who_do_not_read,
        "Fifty watches that nobody reads do not keep one that is read from each of 22 changes.",
        "backend/6.9 backend/9/70 backend/6.24/blocked-watcher"
    )
    .needs(NEEDS),
    case!(
        loses_nothing_while_unread,
        "A watch that is not read for hundreds of changes delivers all of them afterwards, in order.",
        "backend/9/70"
    )
    .needs(NEEDS),
    case!(
        tells_everybody_the_same,
        "Watches that are open at the same time are told of the same events in the same order.",
        "backend/9/47 backend/6.24/objects"
    )
    .needs(NEEDS),
    case!(
        tells_of_concurrent_writes_in_version_order,
        "With many writers at once, each change is told of once and versions only rise.",
        "backend/9/47"
    )
    .needs(NEEDS),
    case!(
        begins_in_order_beside_a_slow_one,
        "A watch that begins behind changes that another one has not read yet tells all of them, versions only rising.",
        "backend/9/47 backend/6.24/no-way-back"
    )
    .needs(&[Capability::Watch, Capability::WatchHistory]),
    case!(
        feeds_as_many_as_there_are,
        "Of 128 watches each is told of a change.",
        "backend/9/70 backend/6.9"
    )
    .needs(NEEDS),
    case!(
        tells_of_large_objects_that_come_together,
        "Twelve objects of half a megabyte each that wait for a watch are all told, the deletion of one too.",
        "backend/9/70 backend/9/49"
    )
    .needs(&[Capability::Watch, Capability::WatchHistory]),
];

/// More watches than anybody would feed from a fixed number of places.
const MANY: usize = 128;
/// More than fits into what clients of gRPC take in one message, where nobody says otherwise: 4 MiB.
const LARGE: usize = 12;

async fn watches(
    context: &Context,
    count: usize,
    start: ResourceVersion,
) -> Verdict<Vec<Watching>> {
    let mut watches = Vec::new();
    for _ in 0..count {
        watches.push(context.watch("/pods/ns", start).await?);
    }
    Ok(watches)
}

async fn does_not_wait_for_those_who_do_not_read(context: &Context) -> Verdict {
    let start = context.list("/pods/ns").await?.resource_version;
    let _unread = watches(context, 50, start).await?;
    let mut watch = context.watch("/pods/ns", start).await?;
    for number in 0..22 {
        let created = context.create(&pod("ns", &format!("foo-{number}"))).await?;
        watch.expect_added(&created).await?;
    }
    Ok(())
}

async fn feeds_as_many_as_there_are(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut open = watches(context, MANY, start).await?;
    let created = context.create(&pod("ns", "foo")).await?;
    for watch in &mut open {
        watch.expect_added(&created).await?;
    }
    Ok(())
}

async fn tells_of_large_objects_that_come_together(context: &Context) -> Verdict {
    let start = context.current().await?;
    let large = "x".repeat(1 << 19);
    let mut pods = Vec::new();
    for number in 0..LARGE {
        let pod = pod("ns", &format!("foo-{number}")).annotation("large", &large);
        pods.push(context.create(&pod).await?);
    }
    let deleted = context.delete(&key("ns", "foo-0")).await?;
    let mut watch = context.watch("/pods/ns", start).await?;
    for pod in &pods {
        watch.expect_added(pod).await?;
    }
    watch.expect_deleted(&deleted).await
}

async fn loses_nothing_while_unread(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "foo")).await?;
    let mut watch = context.watch("/pods/ns", version_of(&created)?).await?;
    let mut updates = Vec::new();
    for round in 0..500 {
        let pod = pod("ns", "foo").annotation("round", &round.to_string());
        updates.push(context.write(&pod).await?);
    }
    for updated in &updates {
        watch.expect_modified(updated).await?;
    }
    let deleted = context.delete(&key("ns", "foo")).await?;
    watch.expect_deleted(&deleted).await
}

async fn tells_everybody_the_same(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut open = watches(context, 10, start).await?;
    let mut expected: Vec<Event<Pod>> = Vec::new();
    for round in 0..5 {
        for name in ["a", "b"] {
            expected.push(Event::Added(context.create(&pod("ns", name)).await?));
            let round = round.to_string();
            let at = key("ns", name);
            let updated = context
                .update(&at, |pod| pod.label("round", &round))
                .await?;
            expected.push(Event::Modified(updated));
        }
        for name in ["b", "a"] {
            expected.push(Event::Deleted(context.delete(&key("ns", name)).await?));
        }
    }
    for watch in &mut open {
        for event in &expected {
            watch.expect(event.clone()).await?;
        }
    }
    Ok(())
}

/// Creates an object and updates it; returns the versions of all its states.
async fn write(context: &Context, name: String) -> Verdict<Vec<ResourceVersion>> {
    let mut versions = vec![version_of(&context.create(&pod("ns", &name)).await?)?];
    for round in 0..10 {
        let round = round.to_string();
        let at = key("ns", &name);
        let updated = context
            .update(&at, |pod| pod.label("round", &round))
            .await?;
        versions.push(version_of(&updated)?);
    }
    Ok(versions)
}

async fn tells_of_concurrent_writes_in_version_order(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut watch = context.watch("/pods/ns", start).await?;
    let writers = (0..8).map(|writer| write(context, format!("foo-{writer}")));
    let mut written: Vec<ResourceVersion> = try_join_all(writers).await?.concat();
    written.sort_unstable();
    let mut seen = Vec::new();
    while seen.len() < written.len() {
        let event = watch.next("every change").await?;
        let pod = event
            .object()
            .ok_or_else(|| Fault::failed("ADDED or MODIFIED", format!("{event:?}")))?;
        seen.push(version_of(pod)?);
    }
    expect_eq("the versions of the events", seen, written)
}

async fn begins_in_order_beside_a_slow_one(context: &Context) -> Verdict {
    let start = context.current().await?;
    let _slow = context.watch("/pods/ns", start).await?;
    let mut expected = Vec::new();
    for number in 0..120 {
        let name = format!("foo-{}", number % 10);
        let written = pod("ns", &name).annotation("round", &number.to_string());
        let written = context.write(&written).await?;
        expected.push(if number < 10 {
            Event::Added(written)
        } else {
            Event::Modified(written)
        });
    }
    let mut watch = context.watch("/pods/ns", start).await?;
    for event in expected {
        watch.expect(event).await?;
    }
    Ok(())
}
