use storeproof::storage::{ContinueToken, Error, List, ListOptions, SelectionPredicate};
use storeproof_fixtures::objects::{Pod, PodExt, cluster_pod, fields, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedUpdate, Verdict, expect_eq,
        expect_items, expect_that, page, selecting, unexpected, update_suggesting, version_of,
    },
};

const NEEDS: &[Capability] = &[Capability::Compaction, Capability::Paging];

pub(super) const CASES: &[Case] = &[
    case!(
        go_on_with_the_replacement_token,
        "A token of a compacted version is refused with 410 and another token, with which the walk goes on in the latest state.",
        "store/5.3.27"
    )
    .needs(NEEDS)
    .exclusive(),
    case!(
        begin_again_at_the_same_key,
        "The token in the refusal has revision -1 and the start of the refused one, with and without a selector.",
        "store/6/51 store/6/62 IFC-05"
    )
    .needs(NEEDS)
    .exclusive(),
    case!(
        go_on_at_the_compacted_version,
        "A token of exactly the version that history is compacted at still shows the state of then.",
        "store/6/61"
    )
    .needs(&[
        Capability::Compaction,
        Capability::Paging,
        Capability::ExactReads,
    ])
    .exclusive(),
];

async fn seed(context: &Context) -> Verdict {
    for (namespace, name) in [("first", "bar"), ("second", "bar"), ("second", "foo")] {
        context.create(&pod(namespace, name)).await?;
    }
    Ok(())
}

/// A page at version zero, which is what callers send with a token.
fn asking(limit: i64, token: &str) -> ListOptions<Pod> {
    ListOptions {
        resource_version: "0".to_owned(),
        ..page(limit, token)
    }
}

/// Replaces an object after the page by one that the caller also suggests, without a version, and compacts there;
/// returns its new state.
async fn overtake(context: &Context, first: &List<Pod>) -> Verdict<Pod> {
    let wanted = cluster_pod("foo").label("state", "new");
    let options = update_suggesting(&wanted);
    let mut update = RecordedUpdate::to(&wanted);
    let at = key("second", "foo");
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    expect_eq("the new state", &updated, &wanted.at(updated.version()))?;
    expect_that(
        version_of(&updated)? > first.resource_version,
        "the write comes after the page",
        format!("the write is at {}", updated.version()),
    )?;
    context.compact(version_of(&updated)?).await?;
    Ok(updated)
}

fn replacement(error: &Error) -> Verdict<String> {
    error
        .status()
        .and_then(|status| status.metadata.continue_.clone())
        .filter(|token| !token.is_empty())
        .ok_or_else(|| unexpected("the refusal holds a token to go on with", "it holds none"))
}

async fn go_on_with_the_replacement_token(context: &Context) -> Verdict {
    seed(context).await?;
    let second_bar = context.get(&key("second", "bar")).await?;
    let first_bar = context.get(&key("first", "bar")).await?;
    let first = context.list_with("/pods/", asking(1, "")).await?;
    expect_items(&first, &[first_bar])?;
    let second_foo = overtake(context, &first).await?;
    let answer = context
        .store()
        .get_list("/pods/", &asking(0, &first.continue_token))
        .await;
    let error = answer.expect_expired()?;
    let token = replacement(&error)?;
    Err::<(), _>(error).expect_text("The provided continue parameter is too old")?;
    let second = context.list_with("/pods/", asking(1, &token)).await?;
    expect_items(&second, &[second_bar])?;
    expect_that(
        second.resource_version >= version_of(&second_foo)?,
        "the second page is of the latest state",
        format!("it is at {}", second.resource_version),
    )?;
    let third = context
        .list_with("/pods/", asking(1, &second.continue_token))
        .await?;
    expect_items(&third, &[second_foo])?;
    expect_eq("the last token", &*third.continue_token, "")?;
    let version = second.resource_version;
    expect_eq("the third page's version", third.resource_version, version)
}

async fn begin_again_at_the_same_key(context: &Context) -> Verdict {
    seed(context).await?;
    let first = context.list_with("/pods/", asking(1, "")).await?;
    overtake(context, &first).await?;
    let prefix = context.full_prefix("/pods/")?;
    for selector in ["", "metadata.name=foo"] {
        let predicate = SelectionPredicate {
            limit: 1,
            continue_token: first.continue_token.clone(),
            ..fields(selector)
        };
        let answer = context
            .store()
            .get_list("/pods/", &selecting(predicate))
            .await;
        let token = replacement(&answer.expect_expired()?)?;
        let read = ContinueToken::decode(&token, &prefix)
            .map_err(|error| unexpected("the token can be read", error.to_string()))?;
        expect_eq("its start", &read.start, &format!("{prefix}first/bar\0"))?;
        expect_eq("its revision", read.revision, -1)?;
    }
    Ok(())
}

async fn go_on_at_the_compacted_version(context: &Context) -> Verdict {
    seed(context).await?;
    let second_bar = context.get(&key("second", "bar")).await?;
    let first = context.list_with("/pods/", asking(1, "")).await?;
    context.delete(&key("second", "bar")).await?;
    context.compact(first.resource_version).await?;
    let second = context
        .list_with("/pods/", asking(1, &first.continue_token))
        .await?;
    expect_items(&second, &[second_bar])
}
