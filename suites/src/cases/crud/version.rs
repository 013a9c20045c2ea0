use storeproof::storage::ResourceVersion;
use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Verdict, delete_if, expect_eq, expect_that,
        version_of,
    },
};

use storeproof::storage::{AcceptAll, Preconditions};

pub(super) const CASES: &[Case] = &[
    case!(
        follows_every_write,
        "The current version is that of the last write: creation, update and deletion each advance it.",
        "store/6/75"
    )
    .exclusive(),
    case!(
        reads_and_failed_writes_do_not_advance_it,
        "Reads, updates that change nothing and writes that are refused leave the current version as it is.",
        "store/6/16 store/6/41 store/6/75 backend/6.23/reads-take-no-version"
    )
    .exclusive(),
    case!(
        foreign_writes_advance_it_alone,
        "A write of somebody else advances the current version and the lists, and leaves the objects' own as they are.",
        "store/6/75"
    )
    .needs(&[Capability::RevisionBump]),
    case!(
        a_store_that_answers_is_ready,
        "A store that was opened and serves is ready, and its current version is set.",
        "store/6/79"
    ),
];

async fn follows_every_write(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    expect_current(context, version_of(&created)?).await?;
    let updated = context
        .update(&at, |pod| pod.label("changed", "yes"))
        .await?;
    expect_current(context, version_of(&updated)?).await?;
    let deleted = context.delete(&at).await?;
    expect_current(context, version_of(&deleted)?).await?;
    let versions = [&created, &updated, &deleted].map(|pod| pod.version().to_owned());
    expect_that(
        version_of(&created)? < version_of(&updated)?
            && version_of(&updated)? < version_of(&deleted)?,
        "every write has a larger version than the one before",
        format!("{versions:?}"),
    )
}

async fn expect_current(context: &Context, version: ResourceVersion) -> Verdict {
    expect_eq("the current version", context.current().await?, version)
}

async fn reads_and_failed_writes_do_not_advance_it(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let version = version_of(&stored)?;
    context.expect_stored(&at, &stored).await?;
    context.list("/pods/").await?;
    context.expect_missing(&key("test-ns", "missing")).await?;
    expect_current(context, version).await?;
    context.update(&at, |pod| pod).await?;
    expect_current(context, version).await?;
    let store = context.store();
    store
        .create(&at, &pod("test-ns", "foo"), None)
        .await
        .expect_exists()?;
    let other = delete_if(Preconditions::uid("another"));
    store
        .delete(&at, other, &mut AcceptAll)
        .await
        .expect_invalid_object()?;
    expect_current(context, version).await?;
    expect_eq(
        "the list's version",
        context.list("/pods/").await?.resource_version,
        version,
    )
}

async fn foreign_writes_advance_it_alone(context: &Context) -> Verdict {
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let bumped = context.bump().await?;
    let current = context.current().await?;
    expect_that(
        current >= bumped && bumped > version_of(&stored)?,
        format!(
            "the current version reaches {bumped}, which is after {}",
            stored.version()
        ),
        format!("the current version is {current}"),
    )?;
    let list = context.list("/pods/").await?;
    expect_that(
        list.resource_version >= bumped,
        format!("the list's version reaches {bumped}"),
        list.resource_version.to_string(),
    )?;
    context.expect_stored(&key("test-ns", "foo"), &stored).await
}

async fn a_store_that_answers_is_ready(context: &Context) -> Verdict {
    let current = context.current().await?;
    expect_that(
        !current.is_unset(),
        "the current version is set",
        "it is unset",
    )?;
    context.store().readiness_check()?;
    Ok(())
}
