use storeproof::storage::{ListOptions, ResourceVersion, ResourceVersionMatch};
use storeproof_fixtures::objects::{Pod, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Verdict, expect_eq, expect_items,
        expect_that, version_of,
    },
};

const NEEDS: &[Capability] = &[Capability::Compaction, Capability::ExactReads];

pub(super) const CASES: &[Case] = &[
    case!(
        is_the_version_of_the_compaction,
        "The compact revision is below a version that can be read, until a compaction makes that unreadable.",
        "store/5.3.38"
    )
    .needs(&[
        Capability::Compaction,
        Capability::ExactReads,
        Capability::RevisionBump,
    ])
    .exclusive(),
    case!(
        follows_compactions,
        "The compact revision is below every version that can be read, and is the version of the last compaction.",
        "store/6/78"
    )
    .needs(NEEDS)
    .exclusive(),
    case!(
        leaves_the_latest_state_alone,
        "A compaction at the current version changes no object and no later write.",
        "store/6/61 store/6/78"
    )
    .needs(NEEDS)
    .exclusive(),
];

fn exactly(version: ResourceVersion) -> ListOptions<Pod> {
    ListOptions {
        resource_version: version.to_string(),
        resource_version_match: ResourceVersionMatch::Exact,
        ..ListOptions::default()
    }
}

async fn is_the_version_of_the_compaction(context: &Context) -> Verdict {
    // Others may have compacted the server up to its last version before.
    context.bump().await?;
    let earlier = context.list("/pods/").await?.resource_version;
    let known = context.store().compact_revision();
    expect_that(
        known < earlier,
        format!("the compact revision is below {earlier}"),
        format!("it is {known}"),
    )?;
    context.list_with("/pods/", exactly(earlier)).await?;
    let bumped = context.bump().await?;
    context.compact(bumped).await?;
    let answer = context.store().get_list("/pods/", &exactly(earlier)).await;
    let error = answer.expect_expired()?;
    Err::<(), _>(error).expect_text("The resourceVersion for the provided list is too old")?;
    let known = context.store().compact_revision();
    expect_eq("the compact revision", known, bumped)
}

async fn follows_compactions(context: &Context) -> Verdict {
    let mut earlier = context.list("/pods/").await?.resource_version;
    for name in ["a", "b", "c"] {
        let known = context.store().compact_revision();
        expect_that(
            known <= earlier,
            format!("the compact revision is not above {earlier}, which can be read"),
            format!("it is {known}"),
        )?;
        context.list_with("/pods/", exactly(earlier)).await?;
        let version = version_of(&context.create(&pod("ns", name)).await?)?;
        context.compact(version).await?;
        let answer = context.store().get_list("/pods/", &exactly(earlier)).await;
        let error = answer.expect_expired()?;
        Err::<(), _>(error).expect_text("The resourceVersion for the provided list is too old")?;
        let known = context.store().compact_revision();
        expect_eq("the compact revision", known, version)?;
        earlier = version;
    }
    Ok(())
}

async fn leaves_the_latest_state_alone(context: &Context) -> Verdict {
    let first = context.create(&pod("ns", "a")).await?;
    context.compact(context.current().await?).await?;
    let second = context.create(&pod("ns", "b")).await?;
    let list = context.list("/pods/").await?;
    expect_items(&list, &[first, second])?;
    let again = context.list_with("/pods/", exactly(list.resource_version));
    expect_items(&again.await?, &list.items)
}
