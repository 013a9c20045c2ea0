use std::sync::Arc;

use storeproof_fixtures::objects::{PodExt, key, pod};

use super::phrase::shown;
use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Keys, Verdict, expect_eq, expect_that,
        version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        objects_are_kept_by_a_store,
        "A store whose values pass the transformer keeps objects as ever: on get, list, watch, update and deletion.",
        "backend/7.1"
    )
    .needs(&[
        Capability::JudgedTransformer,
        Capability::Transformer,
        Capability::Watch,
    ]),
    case!(
        nothing_of_an_object_is_at_rest,
        "The bytes at rest show nothing of an object, neither once it was created nor once it was updated.",
        "backend/9/103"
    )
    .needs(&[
        Capability::JudgedTransformer,
        Capability::Secrecy,
        Capability::Transformer,
        Capability::RawBytes,
    ]),
    case!(
        an_object_cannot_be_moved_at_rest,
        "Bytes that were copied to another key of the store, beneath it, are no object there.",
        "backend/7.1 backend/9/93 store/6/82"
    )
    .needs(&[
        Capability::JudgedTransformer,
        Capability::Binding,
        Capability::Transformer,
        Capability::RawBytes,
    ]),
    case!(
        a_change_at_rest_is_noticed,
        "Bytes that were changed beneath the store are no object any more.",
        "backend/9/84"
    )
    .needs(&[
        Capability::JudgedTransformer,
        Capability::Authentication,
        Capability::Transformer,
        Capability::RawBytes,
    ]),
];

const SECRET: &str = "hunter2-pandas-are-the-best";

/// From now on the store's values pass the transformer with these keys.
pub(super) async fn take_up(context: &Context, keys: Keys) -> Verdict {
    let transformer = context.open_transformer(&keys).await?;
    context
        .trace()
        .note(format!("values pass {keys:?} from now on"));
    context.transformer().hand_over_to(transformer);
    Ok(())
}

async fn objects_are_kept_by_a_store(context: &Context) -> Verdict {
    take_up(context, Keys::of(1)).await?;
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let mut watch = context.watch("/pods/", version_of(&created)?).await?;
    context.expect_stored(&at, &created).await?;
    let updated = context.update(&at, |pod| pod.label("a", "1")).await?;
    let same = context.update(&at, |pod| pod).await?;
    expect_eq(
        "what an update that changes nothing returns",
        &same,
        &updated,
    )?;
    let list = context.list("/pods/").await?;
    expect_eq("the list", list.items, vec![updated.clone()])?;
    watch.expect_modified(&updated).await?;
    let deleted = context.delete(&at).await?;
    watch.expect_deleted(&deleted).await?;
    context.expect_missing(&at).await
}

async fn nothing_of_an_object_is_at_rest(context: &Context) -> Verdict {
    take_up(context, Keys::of(1)).await?;
    let at = key("test-ns", "foo");
    let secret = pod("test-ns", "foo").annotation("secret", SECRET);
    context.create(&secret).await?;
    expect_hidden(context, &at).await?;
    context.update(&at, |pod| pod.label("a", "1")).await?;
    expect_hidden(context, &at).await
}

/// The bytes at rest show nothing of the sample object, whatever form it has.
pub(super) async fn expect_hidden(context: &Context, at: &str) -> Verdict {
    let stored = context.raw_get(at).await?.unwrap_or_default();
    expect_that(!stored.is_empty(), "something is at rest", "nothing is")?;
    for word in [SECRET, "metadata", "test-ns", "spec"] {
        let shows = stored
            .windows(word.len())
            .any(|part| part == word.as_bytes());
        expect_that(
            !shows,
            format!("the bytes at rest do not show {word:?}"),
            format!("they do: {}", shown(&stored)),
        )?;
    }
    Ok(())
}

async fn an_object_cannot_be_moved_at_rest(context: &Context) -> Verdict {
    take_up(context, Keys::of(1)).await?;
    let (from, to) = (key("test-ns", "from"), key("test-ns", "to"));
    let original = context.create(&pod("test-ns", "from")).await?;
    context.create(&pod("test-ns", "to")).await?;
    let bytes = context.raw_get(&from).await?.unwrap_or_default();
    context.raw_put(&to, bytes).await?;
    let moved = context.store().get(&to, &Default::default()).await;
    moved.expect_unreadable()?;
    let listed = context
        .store()
        .get_list("/pods/", &Default::default())
        .await;
    listed.expect_unreadable()?;
    context.expect_stored(&from, &original).await
}

async fn a_change_at_rest_is_noticed(context: &Context) -> Verdict {
    take_up(context, Keys::of(1)).await?;
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo")).await?;
    let mut bytes = context.raw_get(&at).await?.unwrap_or_default();
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 1;
    }
    context.raw_put(&at, bytes).await?;
    let read = context.store().get(&at, &Default::default()).await;
    read.expect_unreadable().map(drop)
}

/// A transformer that the case puts together itself.
pub(super) fn take_up_own(
    context: &Context,
    transformer: Arc<dyn storeproof::value::Transformer>,
    what: &str,
) {
    context
        .trace()
        .note(format!("values pass {what} from now on"));
    context.transformer().hand_over_to(transformer);
}
