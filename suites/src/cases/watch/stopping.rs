use storeproof::storage::Event;
use storeproof_fixtures::objects::{Pod, key, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, Watching, expect_that, unexpected, version_of},
};

const NEEDS: &[Capability] = &[Capability::Watch];

pub(super) const CASES: &[Case] = &[
    case!(
        leaves_what_was_delivered,
        "What a watch delivered before it was stopped can be read: a prefix of the changes without gap, of at least ten unread ones, and then the end.",
        "backend/6.5 backend/6.24/draining"
    )
    .needs(NEEDS),
    case!(
        ends_without_error,
        "A watch that is stopped, also twice, ends with nothing more.",
        "backend/6.8 backend/9/71"
    )
    .needs(NEEDS),
    case!(
        ends_one_that_nobody_reads,
        "A watch that waits for its reader with hundreds of changes ends when it is stopped, after a prefix without gap.",
        "backend/9/71 backend/6.24/cleanup"
    )
    .needs(NEEDS),
    case!(
        leaves_others_alone,
        "Watches that are stopped or dropped do not disturb those that go on.",
        "backend/6.9 backend/6.24/forget"
    )
    .needs(NEEDS),
    case!(
        comes_with_the_end_of_the_store,
        "When its store is closed a watch ends without an error.",
        "backend/5.10 backend/6.24/destroy"
    )
    .needs(NEEDS),
];

/// How often a stop may come before the watch had a chance to take ten changes over: nobody can see when it has.
const ATTEMPTS: usize = 5;

async fn create_many(context: &Context, namespace: &str, count: usize) -> Verdict<Vec<Pod>> {
    let mut pods = Vec::new();
    for number in 0..count {
        let pod = pod(namespace, &format!("foo-{number:03}"));
        pods.push(context.create(&pod).await?);
    }
    Ok(pods)
}

/// Everything until the end, which must be the first of these changes without gap; returns how many.
async fn drain_prefix(watch: &mut Watching, pods: &[Pod]) -> Verdict<usize> {
    let rest = watch.drain().await?;
    let expected = pods.iter().cloned().map(Event::Added).take(rest.len());
    let is_prefix = rest.len() <= pods.len() && rest.iter().cloned().eq(expected);
    let kinds: Vec<_> = rest
        .iter()
        .map(|event| {
            (
                event.kind(),
                event.object().and_then(|pod| pod.metadata.name.clone()),
            )
        })
        .collect();
    expect_that(
        is_prefix,
        "the changes in order without gap, and then the end",
        format!("{kinds:?}"),
    )?;
    Ok(rest.len())
}

async fn leaves_what_was_delivered(context: &Context) -> Verdict {
    let mut most = 0;
    for attempt in 0..ATTEMPTS {
        let namespace = format!("ns-{attempt}");
        let start = context.current().await?;
        let at = format!("/pods/{namespace}");
        let mut watch = context.watch(&at, start).await?;
        let mut witness = context.watch(&at, start).await?;
        let pods = create_many(context, &namespace, 21).await?;
        for pod in &pods {
            witness.expect_added(pod).await?;
        }
        let (first, rest) = pods.split_at(1);
        for pod in first {
            watch.expect_added(pod).await?;
        }
        watch.stop();
        most = most.max(drain_prefix(&mut watch, rest).await?);
        if most >= 10 {
            return Ok(());
        }
    }
    Err(unexpected(
        "at least ten of twenty unread changes can be read after the stop",
        format!("at most {most} can, of {ATTEMPTS} watches"),
    ))
}

async fn ends_without_error(context: &Context) -> Verdict {
    let created = context.create(&pod("ns", "foo")).await?;
    for at in ["/pods/ns", "/pods/not-existing"] {
        let mut watch = context.watch(at, version_of(&created)?).await?;
        watch.stop();
        watch.stop();
        watch.expect_end().await?;
        watch.stop();
        watch.expect_end().await?;
    }
    Ok(())
}

async fn ends_one_that_nobody_reads(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut watch = context.watch("/pods/ns", start).await?;
    let pods = create_many(context, "ns", 400).await?;
    watch.stop();
    drain_prefix(&mut watch, &pods).await.map(drop)
}

async fn leaves_others_alone(context: &Context) -> Verdict {
    let start = context.current().await?;
    let mut watch = context.watch("/pods/ns", start).await?;
    for round in 0..10 {
        let stopped = context.watch("/pods/ns", start).await?;
        let dropped = context.watch("/pods/ns", start).await?;
        let created = context.create(&pod("ns", &format!("foo-{round}"))).await?;
        watch.expect_added(&created).await?;
        stopped.stop();
        drop(dropped);
    }
    let deleted = context.delete(&key("ns", "foo-0")).await?;
    watch.expect_deleted(&deleted).await
}

async fn comes_with_the_end_of_the_store(context: &Context) -> Verdict {
    let other = context.open_another().await?;
    let created = other
        .store
        .create(&key("ns", "foo"), &pod("ns", "foo"), None)
        .await?;
    let mut watch = Watching::new(other.store.watch("/pods/ns", Default::default()).await?);
    watch.expect_added(&created).await?;
    other.close().await;
    watch.expect_end().await
}
