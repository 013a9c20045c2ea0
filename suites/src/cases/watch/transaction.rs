use futures::{StreamExt, TryStreamExt, stream};
use storeproof::storage::{Event, ResourceVersion};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, Watching, expect_eq, expect_that, version_of},
};

pub(super) const CASES: &[Case] = &[
    case!(
        is_told_whole_and_in_order,
        "Changes of several objects in one version are all told, each once and in the order of their keys, at that version.",
        "backend/9/74"
    )
    .needs(NEEDS),
    case!(
        is_told_whole_however_large,
        "A version that changes a hundred objects at once is told whole, also to a watch that begins before it later on.",
        "backend/9/74"
    )
    .needs(&[
        Capability::Watch,
        Capability::WatchHistory,
        Capability::RawBytes,
        Capability::RawTransactions,
    ]),
    case!(
        is_over_for_those_who_begin_at_it,
        "A watch from a version that changed several objects tells of none of them again.",
        "backend/9/74 IFC-08"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[
    Capability::Watch,
    Capability::RawBytes,
    Capability::RawTransactions,
];

/// So many of them come and go at a time, which takes busy servers less long.
const AT_A_TIME: usize = 16;

/// Pods and the bytes they are stored as. They are gone again.
async fn stored(context: &Context, names: &[String]) -> Verdict<(Vec<Pod>, Vec<Vec<u8>>)> {
    let stored: Vec<_> = stream::iter(names.to_vec())
        .map(|name| async move { come_and_go(context, &name).await })
        .buffered(AT_A_TIME)
        .try_collect()
        .await?;
    Ok(stored.into_iter().unzip())
}

async fn come_and_go(context: &Context, name: &str) -> Verdict<(Pod, Vec<u8>)> {
    let at = key("ns", name);
    let created = context.create(&pod("ns", name)).await?;
    let bytes = context.raw_get(&at).await?.unwrap_or_default();
    context.delete(&at).await?;
    Ok((created, bytes))
}

/// All of them in one version.
async fn put_all(context: &Context, names: &[String], bytes: &[Vec<u8>]) -> Verdict {
    let keys = names.iter().map(|name| key("ns", name));
    context
        .raw_put_all(keys.zip(bytes.iter().cloned()).collect())
        .await
}

/// These objects come as events of one kind, all at one version, which is returned.
async fn expect_at_once(
    watch: &mut Watching,
    pods: &[Pod],
    kind: fn(Pod) -> Event<Pod>,
) -> Verdict<ResourceVersion> {
    let mut shared = None;
    for pod in pods {
        let event = watch.next("a change of the transaction").await?;
        let told = event.object().map(version_of).transpose()?;
        let version = *shared.get_or_insert(told.unwrap_or_default());
        expect_eq(
            "the event",
            event,
            kind(pod.clone().at(&version.to_string())),
        )?;
    }
    Ok(shared.unwrap_or_default())
}

async fn is_told_whole_and_in_order(context: &Context) -> Verdict {
    let names = ["a", "b", "c"].map(str::to_owned);
    let (pods, bytes) = stored(context, &names).await?;
    let start = context.current().await?;
    let mut watch = context.watch("/pods/ns", start).await?;
    put_all(context, &names, &bytes).await?;
    let created = expect_at_once(&mut watch, &pods, Event::Added).await?;
    put_all(context, &names, &bytes).await?;
    let changed = expect_at_once(&mut watch, &pods, Event::Modified).await?;
    expect_that(
        created > start && changed > created,
        format!("versions that rise from {start}"),
        format!("{created}, {changed}"),
    )?;
    let deleted = context.delete(&key("ns", "a")).await?;
    watch.expect_deleted(&deleted).await
}

async fn is_over_for_those_who_begin_at_it(context: &Context) -> Verdict {
    let names = ["a", "b", "c"].map(str::to_owned);
    let (pods, bytes) = stored(context, &names).await?;
    let start = context.current().await?;
    let mut watch = context.watch("/pods/ns", start).await?;
    put_all(context, &names, &bytes).await?;
    let created = expect_at_once(&mut watch, &pods, Event::Added).await?;
    let next = context.create(&pod("ns", "next")).await?;
    let mut behind = context.watch("/pods/ns", created).await?;
    behind.expect_added(&next).await
}

async fn is_told_whole_however_large(context: &Context) -> Verdict {
    let names: Vec<String> = (100..200).map(|number| format!("pod-{number}")).collect();
    let (pods, bytes) = stored(context, &names).await?;
    let start = context.current().await?;
    let first = context.create(&pod("ns", "first")).await?;
    put_all(context, &names, &bytes).await?;
    let last = context.create(&pod("ns", "last")).await?;
    let mut watch = context.watch("/pods/ns", start).await?;
    watch.expect_added(&first).await?;
    expect_at_once(&mut watch, &pods, Event::Added).await?;
    watch.expect_added(&last).await
}
