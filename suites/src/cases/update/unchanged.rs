use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ManagedFieldsEntry, OwnerReference};
use storeproof::storage::{Preconditions, UpdateOptions};
use storeproof_fixtures::objects::{Pod, PodExt, key, key_of, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, RecordedUpdate, Row, Verdict, expect_eq, expect_that, names,
        row_of, update_if, update_suggesting, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        nothing_changes_nothing_is_written,
        "An update that changes nothing returns the object at the version it has, and writes nothing.",
        "store/6/40 store/6/41"
    )
    .needs(&[Capability::Watch]),
    case!(
        the_version_is_that_of_the_object,
        "An update that changes nothing returns the object's own version, also where others were written since.",
        "store/6/40 IFC-06"
    ),
    case!(
        version_and_self_link_are_no_change,
        "An update that changes only the resource version or the self link changes nothing.",
        "store/3.6"
    ),
    case!(
        rows CHANGE_ROWS,
        the_smallest_change_is_written,
        "A change in any one field of the object is a change: it is written, and comes back.",
        "store/3.6"
    ),
    case!(
        a_condition_that_holds_is_no_change,
        "An update that changes nothing under a condition that holds writes nothing either.",
        "store/3.6"
    ),
    case!(
        a_fresh_suggestion_is_no_change,
        "An update that returns the suggestion, which is what is stored, writes nothing.",
        "store/3.6"
    ),
    case!(
        an_outdated_suggestion_hides_no_change,
        "An update that returns what was suggested still writes it where something else is stored by now.",
        "store/6/39"
    ),
    case!(
        a_forged_suggestion_is_never_answered,
        "An update that returns its input changes nothing, though the suggestion at the current version was a fake.",
        "store/6/39"
    ),
    case!(
        what_is_not_written_is_not_sealed,
        "An update that changes nothing passes no value through the transformer on its way in, and needs none to succeed.",
        "store/3.6 store/6/41"
    )
    .needs(&[Capability::Transformer]),
    case!(
        other_bytes_for_the_same_object_are_rewritten,
        "Bytes that are not what the codec writes now, or stale, are rewritten by an update that changes nothing, once.",
        "store/5.3.31"
    )
    .needs(&[Capability::Transformer, Capability::Codec]),
];

const CHANGE_ROWS: &[Row] = &names(&CHANGES);

type Change = fn(Pod) -> Pod;

const CHANGES: [(&str, Change); 14] = [
    ("label_removed", |mut pod| {
        pod.metadata.labels = None;
        pod
    }),
    ("label_value", |pod| pod.label("a", "B")),
    ("annotation", |pod| pod.annotation("a", "")),
    ("uid", |pod| pod.uid("A")),
    ("generation", |mut pod| {
        pod.metadata.generation = Some(0);
        pod
    }),
    ("finalizer", |mut pod| {
        pod.metadata.finalizers = Some(vec!["example.com/wait".to_owned()]);
        pod
    }),
    ("grace_period", |mut pod| {
        pod.metadata.deletion_grace_period_seconds = Some(0);
        pod
    }),
    ("owner", |mut pod| {
        pod.metadata.owner_references = Some(vec![OwnerReference::default()]);
        pod
    }),
    ("manager", |mut pod| {
        pod.metadata.managed_fields = Some(vec![ManagedFieldsEntry::default()]);
        pod
    }),
    ("generated_name", |mut pod| {
        pod.metadata.generate_name = Some("foo-".to_owned());
        pod
    }),
    // What is there and empty is not what is not there.
    ("labels_emptied", |mut pod| {
        pod.metadata.labels = Some(BTreeMap::new());
        pod
    }),
    ("empty_list", |mut pod| {
        pod.metadata.finalizers = Some(Vec::new());
        pod
    }),
    ("spec", |pod| pod.node("n")),
    ("status", |pod| pod.phase("Running")),
];

async fn the_smallest_change_is_written(context: &Context, row: usize) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context
        .create(&pod("test-ns", "foo").label("a", "b"))
        .await?;
    let change = row_of(&CHANGES, row);
    let updated = context.update(&at, change).await?;
    expect_that(
        version_of(&updated)? > version_of(&stored)?,
        format!(
            "it is written at a version larger than {}",
            stored.version()
        ),
        updated.version(),
    )?;
    let wanted = change(stored).at(updated.version());
    expect_eq("the updated object", &updated, &wanted)?;
    context.expect_stored(&at, &updated).await
}

async fn nothing_changes_nothing_is_written(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context
        .create(&pod("test-ns", "foo").label("a", "b"))
        .await?;
    let mut watch = context.watch("/pods/", version_of(&stored)?).await?;
    // The store's own version is larger than the object's from here on.
    let other = context.create(&pod("test-ns", "other")).await?;
    for _ in 0..3 {
        let updated = context.update(&at, |pod| pod).await?;
        expect_eq("the result of the update", &updated, &stored)?;
    }
    let changed = context.update(&at, |pod| pod.label("a", "c")).await?;
    watch.expect_added(&other).await?;
    watch.expect_modified(&changed).await
}

async fn the_version_is_that_of_the_object(context: &Context) -> Verdict {
    let stored = context.create(&pod("test-ns", "foo")).await?;
    context.create(&pod("test-ns", "other")).await?;
    let updated = context.update(&key("test-ns", "foo"), |pod| pod).await?;
    expect_eq("the result of the update", &updated, &stored)
}

async fn version_and_self_link_are_no_change(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let change = |pod: Pod| {
        let mut pod = pod.at("1");
        pod.metadata.self_link = Some("/somewhere".to_owned());
        pod
    };
    let updated = context.update(&at, change).await?;
    expect_eq("the result of the update", &updated, &stored)?;
    context.expect_stored(&at, &stored).await
}

async fn a_condition_that_holds_is_no_change(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo").uid("A")).await?;
    let options = update_if(Preconditions::uid("A"));
    let mut update = RecordedUpdate::to(&stored);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    expect_eq("the result of the update", &updated, &stored)?;
    context.expect_stored(&at, &stored).await
}

async fn a_fresh_suggestion_is_no_change(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    context.create(&pod("test-ns", "other")).await?;
    let options = update_suggesting(&stored);
    let mut update = RecordedUpdate::changing(&stored, |pod| pod);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    expect_eq("the result of the update", &updated, &stored)?;
    update.expect_settled_on(&stored)?;
    context.expect_stored(&at, &stored).await
}

async fn what_is_not_written_is_not_sealed(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    context.transformer().take_writes();
    context.transformer().fail_writes(true);
    let updated = context.update(&at, |pod| pod).await?;
    expect_eq("the result of the update", &updated, &stored)?;
    let written = context.transformer().take_writes();
    expect_eq("what was written", written, Vec::<String>::new())
}

async fn an_outdated_suggestion_hides_no_change(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo")).await?;
    let current = context
        .update(&at, |pod| pod.label("changed", "yes"))
        .await?;
    let mut update = RecordedUpdate::to(&old);
    let options = update_suggesting(&old);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    expect_that(
        version_of(&updated)? > version_of(&current)?,
        format!(
            "the old state is written at a version larger than {}",
            current.version()
        ),
        updated.version(),
    )?;
    let version = updated.version().to_owned();
    expect_eq("the updated object", &updated, &old.at(&version))?;
    context.expect_stored(&at, &updated).await
}

async fn a_forged_suggestion_is_never_answered(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let forged = stored.clone().label("forged", "yes");
    let mut update = RecordedUpdate::changing(&stored, |pod| pod);
    let options = update_suggesting(&forged);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    expect_eq("the result of the update", &updated, &stored)?;
    context.expect_stored(&at, &stored).await
}

async fn other_bytes_for_the_same_object_are_rewritten(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    // Read with the usual mark, these bytes have a blank before the document.
    context.transformer().set_mark("test! ");
    let odd = context.create(&pod("test-ns", "foo")).await?;
    context.transformer().set_mark("test!");
    context.expect_stored(&at, &odd).await?;
    let canonical = unchanged(context, &odd).await?;
    expect_rewritten(&canonical, &odd)?;
    let again = unchanged(context, &canonical).await?;
    expect_eq("the result of the second update", &again, &canonical)?;
    context.transformer().set_stale(true);
    let fresh = unchanged(context, &canonical).await?;
    expect_rewritten(&fresh, &canonical)
}

/// Updates a Pod to what it is, on a suggestion of just that.
async fn unchanged(context: &Context, pod: &Pod) -> Verdict<Pod> {
    let mut update = RecordedUpdate::to(pod);
    let options = UpdateOptions {
        ignore_not_found: true,
        ..update_suggesting(pod)
    };
    Ok(context
        .store()
        .guaranteed_update(&key_of(pod), options, &mut update)
        .await?)
}

fn expect_rewritten(rewritten: &Pod, before: &Pod) -> Verdict {
    expect_that(
        version_of(rewritten)? > version_of(before)?,
        format!(
            "it is rewritten at a version larger than {}",
            before.version()
        ),
        rewritten.version(),
    )?;
    expect_eq(
        "the object",
        rewritten,
        &before.clone().at(rewritten.version()),
    )
}
