use storeproof::storage::{
    AcceptAll, DeleteOptions, Error, GetOptions, ListOptions, UpdateOptions,
};
use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedUpdate, Verdict, expect_eq,
        expect_that, update_or_create, update_suggesting, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        a_failing_write_creates_nothing,
        "A value that cannot be transformed is an internal error of the creation, and nothing is stored.",
        "store/6/9"
    )
    .needs(&[Capability::Transformer]),
    case!(
        a_failing_write_changes_nothing,
        "A value that cannot be transformed is an internal error of the update, and the old object stays.",
        "store/6/9"
    )
    .needs(&[Capability::Transformer]),
    case!(
        an_unreadable_value_fails_every_operation_on_it,
        "Where corrupt objects are not told apart, a value that cannot be transformed back is an internal error of get, list, update and deletion, and stays.",
        "store/2.4.3 store/3.11"
    )
    .needs(&[Capability::Transformer])
    .without_unsafe_deletion(),
    case!(
        an_unreadable_value_is_not_missing,
        "A value that cannot be transformed back is an error also where a missing object would be ignored.",
        "store/2.4.3"
    )
    .needs(&[Capability::Transformer]),
    case!(
        a_version_to_come_is_told_first,
        "A get or list at a version to come is refused for that, though a value cannot be read.",
        "store/6/12 store/3.7.2"
    )
    .needs(&[Capability::Transformer]),
    case!(
        a_suggestion_does_not_hide_an_unreadable_value,
        "An update that changes nothing of its suggestion still finds that the stored value cannot be read.",
        "store/3.6"
    )
    .needs(&[Capability::Transformer]),
    case!(
        a_fresh_suggestion_replaces_an_unreadable_value,
        "An update that changes a fresh suggestion reads nothing, and so replaces a value that cannot be read.",
        "store/6/45"
    )
    .needs(&[Capability::Transformer, Capability::Suggestions]),
    case!(
        an_unreadable_value_leaves_others_alone,
        "One value that cannot be read keeps nobody from getting, listing, changing and deleting others.",
        "store/2.4.3"
    )
    .needs(&[Capability::Transformer]),
    case!(
        an_undecodable_value_fails_every_operation_on_it,
        "Where corrupt objects are not told apart, a value that cannot be decoded fails get, list, update and deletion with the codec's error, and stays.",
        "store/3.11 store/3.5"
    )
    .needs(&[Capability::Codec])
    .without_unsafe_deletion(),
    case!(
        a_watch_tells_of_an_unreadable_value,
        "A change whose value cannot be transformed back ends a watch with 500, after what came before it.",
        "store/2.3.2"
    )
    .needs(&[Capability::Transformer, Capability::Watch]),
];

async fn a_failing_write_creates_nothing(context: &Context) -> Verdict {
    let (at, wanted) = (key("test-ns", "foo"), pod("test-ns", "foo"));
    let mut update = RecordedUpdate::to(&wanted);
    context.transformer().fail_writes(true);
    let created = context.store().create(&at, &wanted, None).await;
    let options = update_or_create();
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    context.transformer().fail_writes(false);
    created.expect_internal()?;
    updated.expect_internal()?;
    context.expect_missing(&at).await
}

async fn a_failing_write_changes_nothing(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::changing(&stored, |pod| pod.label("a", "1"));
    context.transformer().fail_writes(true);
    let options = UpdateOptions::default();
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    context.transformer().fail_writes(false);
    updated.expect_internal()?;
    expect_eq("calls of the update", update.calls(), 1)?;
    context.expect_stored(&at, &stored).await
}

async fn an_unreadable_value_fails_every_operation_on_it(context: &Context) -> Verdict {
    let at = key("second", "baz");
    context.create(&pod("first", "bar")).await?;
    let stored = context.create(&pod("second", "baz")).await?;
    context.transformer().fail_reads(Some("/second/baz"));
    let store = context.store();
    store
        .get(&at, &GetOptions::default())
        .await
        .expect_internal()?;
    store
        .get_list("/pods/", &ListOptions::default())
        .await
        .expect_internal()?;
    let mut update = RecordedUpdate::changing(&stored, |pod| pod.label("a", "1"));
    let options = UpdateOptions::default();
    store
        .guaranteed_update(&at, options, &mut update)
        .await
        .expect_internal()?;
    expect_eq("calls of the update", update.calls(), 0)?;
    let options = DeleteOptions::default();
    store
        .delete(&at, options, &mut AcceptAll)
        .await
        .expect_internal()?;
    context.transformer().fail_reads(None);
    context.expect_stored(&at, &stored).await
}

async fn an_unreadable_value_is_not_missing(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    context.transformer().fail_reads(Some(""));
    let store = context.store();
    let ignoring = GetOptions {
        ignore_not_found: true,
        ..GetOptions::default()
    };
    store.get(&at, &ignoring).await.expect_unreadable()?;
    let mut update = RecordedUpdate::to(&pod("test-ns", "foo").label("a", "1"));
    let options = update_or_create();
    store
        .guaranteed_update(&at, options, &mut update)
        .await
        .expect_internal()?;
    store
        .create(&at, &pod("test-ns", "foo"), None)
        .await
        .expect_exists()?;
    context.transformer().fail_reads(None);
    context.expect_stored(&at, &stored).await
}

async fn a_suggestion_does_not_hide_an_unreadable_value(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    context.transformer().fail_reads(Some(""));
    let mut update = RecordedUpdate::to(&stored);
    let options = update_suggesting(&stored);
    let refused = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    refused.expect_internal()?;
    context.transformer().fail_reads(None);
    context.expect_stored(&at, &stored).await
}

async fn an_unreadable_value_leaves_others_alone(context: &Context) -> Verdict {
    let at = key("first", "bar");
    let stored = context.create(&pod("first", "bar")).await?;
    context.create(&pod("second", "baz")).await?;
    context.transformer().fail_reads(Some("/second/baz"));
    context.expect_stored(&at, &stored).await?;
    let list = context.list("/pods/first/").await?;
    expect_eq("the readable objects", list.items, vec![stored])?;
    context.update(&at, |pod| pod.label("a", "1")).await?;
    context.delete(&at).await?;
    context.expect_missing(&at).await
}

async fn an_undecodable_value_fails_every_operation_on_it(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    context.codec().fail_decoding(true);
    let store = context.store();
    let mut update = RecordedUpdate::to(&stored.clone().label("a", "1"));
    let got = store.get(&at, &GetOptions::default()).await;
    let listed = store.get_list("/pods/", &ListOptions::default()).await;
    let updated = store
        .guaranteed_update(&at, update_or_create(), &mut update)
        .await;
    let deleted = store
        .delete(&at, DeleteOptions::default(), &mut AcceptAll)
        .await;
    context.codec().fail_decoding(false);
    let kind = "the codec's own error";
    let is_plain = |error: &Error| {
        error.code().is_none()
            && error.status().is_none()
            && !error.is_internal()
            && !error.is_corrupt_object()
    };
    got.expect_failure(kind, is_plain)?;
    listed.expect_failure(kind, is_plain)?;
    updated.expect_failure(kind, is_plain)?;
    deleted.expect_failure(kind, is_plain)?;
    expect_that(
        update.calls() == 0,
        "the update is not called without the object",
        format!("it was called {} times", update.calls()),
    )?;
    context.expect_stored(&at, &stored).await
}

async fn a_watch_tells_of_an_unreadable_value(context: &Context) -> Verdict {
    let first = context.create(&pod("first", "bar")).await?;
    let mut watch = context.watch("/pods/", version_of(&first)?).await?;
    context.transformer().fail_reads(Some("/second/baz"));
    let readable = context.create(&pod("first", "foo")).await?;
    context.create(&pod("second", "baz")).await?;
    context.create(&pod("third", "bar")).await?;
    watch.expect_added(&readable).await?;
    watch.expect_error_and_end(500).await.map(drop)
}

async fn a_fresh_suggestion_replaces_an_unreadable_value(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    context.transformer().fail_reads(Some("/foo"));
    let mut update = RecordedUpdate::changing(&stored, |pod| pod.label("a", "1"));
    let options = update_suggesting(&stored);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    context.transformer().fail_reads(None);
    update.expect_inputs(&[Some(&stored)])?;
    let wanted = stored.label("a", "1").at(updated.version());
    expect_eq("the updated object", &updated, &wanted)?;
    context.expect_stored(&at, &updated).await
}

async fn a_version_to_come_is_told_first(context: &Context) -> Verdict {
    context.create(&pod("test-ns", "foo")).await?;
    context.transformer().fail_reads(Some(""));
    let (at, ahead) = (key("test-ns", "foo"), i64::MAX.to_string());
    let get = GetOptions {
        resource_version: ahead.clone(),
        ..GetOptions::default()
    };
    context.store().get(&at, &get).await.expect_too_large()?;
    for recursive in [true, false] {
        let options = ListOptions {
            resource_version: ahead.clone(),
            recursive,
            ..ListOptions::default()
        };
        let key = if recursive { "/pods/" } else { &at };
        let listed = context.store().get_list(key, &options).await;
        listed.expect_too_large()?;
    }
    Ok(())
}
