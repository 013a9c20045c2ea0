use storeproof::storage::Event;
use storeproof_fixtures::{
    fault::LinkFault,
    objects::{PodExt, RESOURCE_PREFIX, key, pod},
};

use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_eq, unexpected, version_of},
};

pub(super) const CASES: &[Case] = &[case!(
    is_told_where_history_is_gone,
    "A watch that was cut off while history was compacted expires rather than leave anything out, and a list and a watch from there have no gap.",
    "backend/9/48 backend/9/49"
)
.needs(&[
    Capability::Watch,
    Capability::WatchHistory,
    Capability::ClientLink,
    Capability::Compaction,
    Capability::RevisionBump,
    Capability::RawBytes,
])
.exclusive()];

async fn is_told_where_history_is_gone(context: &Context) -> Verdict {
    let at = key("ns", "foo");
    let created = context.create(&pod("ns", "foo")).await?;
    let mut watch = context
        .watch(RESOURCE_PREFIX, version_of(&created)?)
        .await?;
    let seen = context.write(&pod("ns", "seen")).await?;
    watch.expect_added(&seen).await?;

    context.break_link(LinkFault::Refuse).await?;
    let bytes = context.raw_get(&at).await?;
    let bytes = bytes.ok_or_else(|| unexpected("stored bytes", "none"))?;
    context.raw_put(&at, bytes).await?;
    context.bump().await?;
    context.compact(context.bump().await?).await?;
    context.break_link(LinkFault::Heal).await?;

    let missed = context.get(&at).await?;
    match watch.next("what was missed, or 410").await? {
        Event::Error(status) if status.code == Some(410) => watch.expect_end().await?,
        // A store that remembers more than its server need not expire.
        event => {
            let told = event.object();
            expect_eq(
                "the change that came while it was cut off",
                told,
                Some(&missed),
            )?;
        }
    }
    let list = context.list(RESOURCE_PREFIX).await?;
    let listed = list.items.iter().find(|found| found.name() == "foo");
    expect_eq("the object in a new list", listed, Some(&missed))?;
    let mut again = context
        .watch(RESOURCE_PREFIX, list.resource_version)
        .await?;
    let later = context.create(&pod("ns", "later")).await?;
    again.expect_added(&later).await
}
