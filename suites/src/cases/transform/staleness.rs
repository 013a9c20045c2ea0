use storeproof::storage::UpdateOptions;
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, RecordedUpdate, Verdict, expect_eq, expect_that,
        update_suggesting, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        a_stale_value_is_rewritten_once,
        "An update that changes nothing rewrites a stale value exactly once, and no more when it is fresh.",
        "store/6/48"
    )
    .needs(&[Capability::Transformer, Capability::Watch]),
    case!(
        a_suggestion_does_not_hide_a_stale_value,
        "An update that returns a fresh suggestion still rewrites the stored value where it is stale.",
        "store/6/49"
    )
    .needs(&[Capability::Transformer]),
    case!(
        a_conflict_does_not_hide_a_stale_value,
        "An update that lost against another and has nothing left to change still rewrites the value where it is stale.",
        "store/3.6 store/6/48 store/6/49"
    )
    .needs(&[Capability::Transformer]),
    case!(
        reads_rewrite_nothing,
        "Reading a stale value, alone, in a list or in a watch, does not rewrite it.",
        "store/6/83"
    )
    .needs(&[Capability::Transformer, Capability::Watch]),
    case!(
        a_stale_value_is_read_as_it_is,
        "A stale value is returned, changed and deleted like any other.",
        "store/3.2"
    )
    .needs(&[Capability::Transformer]),
];

async fn a_stale_value_is_rewritten_once(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let mut watch = context.watch("/pods/", version_of(&created)?).await?;
    context.transformer().set_stale(true);
    let rewritten = context.update(&at, |pod| pod).await?;
    expect_that(
        version_of(&rewritten)? > version_of(&created)?,
        format!(
            "it is rewritten at a version larger than {}",
            created.version()
        ),
        rewritten.version(),
    )?;
    expect_eq("the object", &rewritten, &created.at(rewritten.version()))?;
    context.transformer().set_stale(false);
    let same = context.update(&at, |pod| pod).await?;
    expect_eq("the object once it is fresh", &same, &rewritten)?;
    let other = context.create(&pod("test-ns", "other")).await?;
    watch.expect_modified(&rewritten).await?;
    watch.expect_added(&other).await
}

async fn a_suggestion_does_not_hide_a_stale_value(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    context.transformer().set_stale(true);
    let mut update = RecordedUpdate::to(&created);
    let options = update_suggesting(&created);
    let rewritten = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    expect_that(
        version_of(&rewritten)? > version_of(&created)?,
        format!(
            "it is rewritten at a version larger than {}",
            created.version()
        ),
        rewritten.version(),
    )?;
    context.transformer().set_stale(false);
    let mut update = RecordedUpdate::to(&rewritten);
    let options = update_suggesting(&rewritten);
    let same = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    expect_eq("the object once it is fresh", &same, &rewritten)
}

async fn reads_rewrite_nothing(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    context.transformer().set_stale(true);
    let mut watch = context.watch("/pods/", version_of(&created)?).await?;
    context.expect_stored(&at, &created).await?;
    let list = context.list("/pods/").await?;
    expect_eq(
        "the listed objects",
        &list.items,
        std::slice::from_ref(&created),
    )?;
    let other = context.create(&pod("test-ns", "other")).await?;
    watch.expect_added(&other).await?;
    context.expect_stored(&at, &created).await?;
    let written = context.transformer().take_writes().len();
    expect_eq("how many values were written", written, 2)
}

async fn a_stale_value_is_read_as_it_is(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    context.transformer().set_stale(true);
    context.expect_stored(&at, &created).await?;
    let mut update = RecordedUpdate::changing(&created, |pod| pod.label("a", "1"));
    let options = UpdateOptions::default();
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    expect_eq("calls of the update", update.calls(), 1)?;
    let wanted = created.clone().label("a", "1").at(updated.version());
    expect_eq("the updated object", &updated, &wanted)?;
    let deleted = context.delete(&at).await?;
    expect_eq("the last state", &deleted, &updated.at(deleted.version()))
}

async fn a_conflict_does_not_hide_a_stale_value(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let change = |pod: Pod| pod.label("same", "1");
    let mut update = RecordedUpdate::changing(&created, change).meanwhile(async {
        context.update(&at, change).await?;
        context.transformer().set_stale(true);
        Ok(())
    });
    let options = UpdateOptions::default();
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    let [_, theirs] = update.versions() else {
        return expect_eq("calls of the update", update.calls(), 2);
    };
    expect_that(
        version_of(&updated)? > *theirs,
        format!("it is rewritten at a version larger than {theirs}"),
        updated.version(),
    )?;
    let wanted = change(created).at(updated.version());
    expect_eq("the object", &updated, &wanted)
}
