use std::sync::Arc;

use storeproof::{
    storage::{AcceptAll, DeleteOptions, GetOptions, ListOptions, UpdateOptions},
    value::AesGcm,
};
use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Fault, RecordedUpdate, RecordedValidation,
        Verdict, expect_eq, expect_that, update_suggesting, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        writes_are_bound_to_the_full_key,
        "Creation and update write one value each, bound to the full key with its path prefix.",
        "store/6/82 backend/7.1"
    )
    .needs(&[Capability::Transformer]),
    case!(
        reads_are_bound_to_the_full_key,
        "Get, list, update and deletion read values bound to the full key they were written for.",
        "store/6/82 backend/7.1"
    )
    .needs(&[Capability::Transformer]),
    case!(
        what_a_conflict_brings_back_is_bound_too,
        "What an update or a deletion reads because it lost against another is bound to the full key as well.",
        "store/6/82 store/3.2"
    )
    .needs(&[Capability::Transformer]),
    case!(
        events_are_bound_to_the_full_key,
        "Watches read current and previous values bound to the full key they were written for.",
        "store/6/82 backend/7.1"
    )
    .needs(&[Capability::Transformer, Capability::Watch]),
    case!(
        a_write_is_not_read_back,
        "Neither a creation nor an update passes what it has just written through the transformer again.",
        "store/3.2 store/5.3.28"
    )
    .needs(&[Capability::Transformer]),
    case!(
        reads_and_deletions_write_no_value,
        "Get, list and deletion pass no value through the transformer on its way in.",
        "store/6/83"
    )
    .needs(&[Capability::Transformer]),
    case!(
        what_the_transformer_writes_is_at_rest,
        "Exactly what the transformer makes of an object is at rest, and changes with the transformer.",
        "backend/7.1"
    )
    .needs(&[Capability::Transformer, Capability::RawBytes]),
    case!(
        a_value_moved_to_another_key_cannot_be_read,
        "An encrypted value that is copied to another key cannot be read there, on any way out.",
        "store/6/82 backend/7.1"
    )
    .needs(&[Capability::Transformer, Capability::RawBytes]),
];

async fn writes_are_bound_to_the_full_key(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let full = context.full_key(&at)?;
    context.create(&pod("test-ns", "foo")).await?;
    let written = context.transformer().take_writes();
    expect_eq("what the creation wrote", written, vec![full.clone()])?;
    context.update(&at, |pod| pod.label("a", "1")).await?;
    let written = context.transformer().take_writes();
    expect_eq("what the update wrote", written, vec![full])
}

async fn reads_are_bound_to_the_full_key(context: &Context) -> Verdict {
    let (at, other) = (key("test-ns", "foo"), key("test-ns", "goo"));
    let (full, full_other) = (context.full_key(&at)?, context.full_key(&other)?);
    context.create(&pod("test-ns", "foo")).await?;
    context.create(&pod("test-ns", "goo")).await?;
    let read = |what: &str, expected: &[&String]| {
        let read = context.transformer().take_reads();
        expect_eq(
            &format!("what {what} read"),
            read.iter().collect::<Vec<_>>(),
            expected,
        )
    };
    context.transformer().take_reads();
    context.get(&at).await?;
    read("get", &[&full])?;
    let single = ListOptions {
        recursive: false,
        ..ListOptions::default()
    };
    context.list_with(&at, single).await?;
    read("a list of one", &[&full])?;
    context.list("/pods/").await?;
    let mut listed = context.transformer().take_reads();
    listed.sort();
    expect_eq("what list read", listed, vec![full.clone(), full_other])?;
    context.update(&at, |pod| pod.label("a", "1")).await?;
    read("update", &[&full])?;
    context.delete(&at).await?;
    let deleting = context.transformer().take_reads();
    expect_that(
        !deleting.is_empty() && deleting.iter().all(|read| *read == full),
        format!("the deletion reads {full} alone"),
        format!("it reads {deleting:?}"),
    )
}

async fn what_a_conflict_brings_back_is_bound_too(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let full = context.full_key(&at)?;
    let theirs = async |label| {
        let updated = context.update(&at, |pod| pod.label(label, "1")).await;
        context.transformer().take_reads();
        updated.map(drop)
    };
    let created = context.create(&pod("test-ns", "foo")).await?;
    let mut update =
        RecordedUpdate::changing(&created, |pod| pod.label("mine", "1")).meanwhile(theirs("a"));
    let options = UpdateOptions::default();
    let store = context.store();
    store.guaranteed_update(&at, options, &mut update).await?;
    let mut read = context.transformer().take_reads();
    let mut validation = RecordedValidation::accepting().meanwhile(theirs("b"));
    let options = DeleteOptions::default();
    store.delete(&at, options, &mut validation).await?;
    let deleting = context.transformer().take_reads();
    let again = !read.is_empty() && !deleting.is_empty();
    read.extend(deleting);
    expect_that(
        again && read.iter().all(|read| *read == full),
        format!("both read {full} once more, and nothing else"),
        format!("they read {read:?}"),
    )
}

async fn events_are_bound_to_the_full_key(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let full = context.full_key(&at)?;
    let created = context.create(&pod("test-ns", "foo")).await?;
    let updated = context.update(&at, |pod| pod.label("a", "1")).await?;
    let deleted = context.delete(&at).await?;
    let again = context.create(&pod("test-ns", "foo")).await?;
    context.transformer().take_reads();
    let before = version_of(&created)?;
    let mut watch = context.watch("/pods/", before).await?;
    watch.expect_modified(&updated).await?;
    watch.expect_deleted(&deleted).await?;
    watch.expect_added(&again).await?;
    let read = context.transformer().take_reads();
    expect_that(
        !read.is_empty() && read.iter().all(|read| *read == full),
        format!("the watch reads {full} alone"),
        format!("it reads {read:?}"),
    )
}

async fn a_write_is_not_read_back(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let read = context.transformer().take_reads();
    expect_eq("what the creation read", read, Vec::<String>::new())?;
    let mut update = RecordedUpdate::changing(&created, |pod| pod.label("a", "1"));
    let options = UpdateOptions::default();
    context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    let read = context.transformer().take_reads();
    expect_eq("how often the update read", read.len(), 1)?;
    let stored = context.get(&at).await?;
    context.transformer().take_reads();
    let mut update = RecordedUpdate::changing(&stored, |pod| pod.label("a", "2"));
    let options = update_suggesting(&stored);
    context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    let read = context.transformer().take_reads();
    expect_that(
        read.len() <= 1,
        "an update on a fresh suggestion reads once at most",
        format!("it reads {} times", read.len()),
    )
}

async fn reads_and_deletions_write_no_value(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo")).await?;
    context.transformer().set_stale(true);
    context.transformer().take_writes();
    context.get(&at).await?;
    context.list("/pods/").await?;
    context.delete(&at).await?;
    let written = context.transformer().take_writes();
    expect_eq("what was written", written, Vec::<String>::new())
}

async fn what_the_transformer_writes_is_at_rest(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo")).await?;
    let plain = context.raw_get(&at).await?.unwrap_or_default();
    let Some(document) = plain.strip_prefix(b"test!") else {
        return expect_eq(
            "the mark at rest",
            String::from_utf8_lossy(&plain),
            "test!…",
        );
    };
    context.transformer().set_mark("other!");
    context.raw_put(&at, [b"other!", document].concat()).await?;
    let moved = context.get(&at).await?;
    context.update(&at, |pod| pod.label("a", "1")).await?;
    let updated = context.raw_get(&at).await?.unwrap_or_default();
    expect_eq("the new mark at rest", updated.starts_with(b"other!"), true)?;
    expect_eq(
        "the object under the new mark",
        &moved,
        &pod("test-ns", "foo").at(moved.version()),
    )
}

async fn a_value_moved_to_another_key_cannot_be_read(context: &Context) -> Verdict {
    let (from, to) = (key("test-ns", "from"), key("test-ns", "to"));
    let cipher = AesGcm::new(&[7; 32]).map_err(|error| Fault::Broken(error.to_string()))?;
    context.transformer().seal_with(Arc::new(cipher));
    let original = context.create(&pod("test-ns", "from")).await?;
    context.create(&pod("test-ns", "to")).await?;
    let sealed = context.raw_get(&from).await?.unwrap_or_default();
    expect_that(
        !sealed.windows(7).any(|part| part == b"test-ns"),
        "the value at rest is encrypted",
        "it can be read by anybody",
    )?;
    context.raw_put(&to, sealed.clone()).await?;
    let store = context.store();
    store
        .get(&to, &GetOptions::default())
        .await
        .expect_unreadable()?;
    let listed = store.get_list("/pods/", &Default::default()).await;
    listed.expect_unreadable()?;
    let mut update = RecordedUpdate::to(&original);
    let options = UpdateOptions::default();
    store
        .guaranteed_update(&to, options, &mut update)
        .await
        .expect_internal()?;
    expect_eq("calls of the update", update.calls(), 0)?;
    store
        .delete(&to, DeleteOptions::default(), &mut AcceptAll)
        .await
        .expect_internal()?;
    expect_eq(
        "the value that was moved",
        context.raw_get(&to).await?,
        Some(sealed),
    )?;
    context.expect_stored(&from, &original).await
}
