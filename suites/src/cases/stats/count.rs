use storeproof::storage::{AcceptAll, DeleteOptions};
use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, ErrorExpectations, Verdict, expect_eq},
};

pub(super) const CASES: &[Case] = &[
    case!(
        follows_creations_and_deletions,
        "The count is that of the objects there are: every creation and deletion at once, updates and failures not.",
        "store/5.3.35 store/6/77"
    )
    .needs(&[Capability::Statistics]),
    case!(
        counts_at_every_depth,
        "The count holds every object below the resource prefix, whatever the depth of its key, and that at it.",
        "store/6/77 store/3.9"
    )
    .needs(&[Capability::Statistics]),
    case!(
        counts_nobody_elses,
        "The count holds no object of another path prefix.",
        "store/6/77 store/3.9"
    )
    .needs(&[Capability::Statistics]),
    case!(
        counts_what_lies_beside_its_prefix_not,
        "The count holds no key beside the resource prefix, however much it begins like it.",
        "store/6/77 store/3.9"
    )
    .needs(&[Capability::Statistics, Capability::RawBytes]),
    case!(
        counts_no_expired_objects,
        "An object that has expired is not counted any more.",
        "store/6/77"
    )
    .needs(&[
        Capability::Statistics,
        Capability::TimeToLive,
        Capability::Watch,
    ]),
    case!(
        counts_unreadable_objects,
        "Objects that cannot be read are counted.",
        "store/6/77"
    )
    .needs(&[Capability::Statistics, Capability::Transformer]),
];

async fn expect_count(context: &Context, count: i64) -> Verdict {
    let stats = context.store().stats().await?;
    expect_eq("the number of objects", stats.object_count, count)
}

async fn follows_creations_and_deletions(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    expect_count(context, 0).await?;
    context.create(&pod("test-ns", "foo")).await?;
    expect_count(context, 1).await?;
    context.create(&pod("test-ns", "bar")).await?;
    expect_count(context, 2).await?;
    context.update(&at, |pod| pod.label("a", "1")).await?;
    let refused = context
        .store()
        .create(&at, &pod("test-ns", "foo"), None)
        .await;
    refused.expect_exists()?;
    expect_count(context, 2).await?;
    context.delete(&at).await?;
    expect_count(context, 1).await?;
    let refused = context
        .store()
        .delete(&at, DeleteOptions::default(), &mut AcceptAll)
        .await;
    refused.expect_not_found()?;
    expect_count(context, 1).await?;
    context.write(&pod("test-ns", "foo")).await?;
    expect_count(context, 2).await?;
    context.delete(&at).await?;
    context.delete(&key("test-ns", "bar")).await?;
    expect_count(context, 0).await
}

async fn counts_at_every_depth(context: &Context) -> Verdict {
    for at in [
        "/pods/",
        "/pods/a",
        "/pods/a/",
        "/pods//a",
        "/pods/a/b",
        "/pods/a/b/c",
    ] {
        context.create_at(at, &pod("", "a")).await?;
    }
    expect_count(context, 6).await
}

async fn counts_nobody_elses(context: &Context) -> Verdict {
    context.create(&pod("test-ns", "foo")).await?;
    let other = context.open_another().await?;
    let verdict = async {
        for name in ["a", "b"] {
            let (at, pod) = (key("test-ns", name), pod("test-ns", name));
            other.store.create(&at, &pod, None).await?;
        }
        let stats = other.store.stats().await?;
        expect_eq(
            "the number of the other store's objects",
            stats.object_count,
            2,
        )?;
        expect_count(context, 1).await
    };
    let verdict = verdict.await;
    other.close().await;
    verdict
}

async fn counts_what_lies_beside_its_prefix_not(context: &Context) -> Verdict {
    context.create(&pod("test-ns", "foo")).await?;
    for beside in ["pods", "podskey", "pods.apps/key", "pods-/key", "pods0"] {
        context.raw_put_beside(beside, b"beside".to_vec()).await?;
    }
    expect_count(context, 1).await?;
    let list = context.list("/pods/").await?;
    expect_eq("the number of listed objects", list.items.len(), 1)
}

async fn counts_unreadable_objects(context: &Context) -> Verdict {
    context.create(&pod("test-ns", "foo")).await?;
    context.create(&pod("test-ns", "bar")).await?;
    context.transformer().fail_reads(Some("/foo"));
    expect_count(context, 2).await
}

async fn counts_no_expired_objects(context: &Context) -> Verdict {
    context.create(&pod("test-ns", "permanent")).await?;
    let short = context.create_for(&pod("test-ns", "short"), 1).await?;
    context.expect_expiry(&short).await?;
    expect_count(context, 1).await
}
