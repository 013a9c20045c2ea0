use storeproof_fixtures::objects::{PodExt, key, key_of, pod};

use crate::{
    case,
    harness::{Case, Context, Row, Verdict, expect_eq, names, row_of},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        keys_that_look_alike_stay_apart,
        "Keys are compared byte by byte: two that look alike hold two objects.",
        "store/1.7.3 store/6/72 store/6/73"
    ),
    case!(
        the_longest_names_are_kept_whole,
        "Keys of the longest namespace and names that Kubernetes allows are told apart by their last byte.",
        "store/6/73"
    ),
    case!(
        the_key_is_the_address_not_the_name,
        "An object lives at the key it was created at, whatever its name and namespace say, now or after an update.",
        "store/1.7.2"
    ),
    case!(
        an_object_may_live_at_the_resource_prefix,
        "The resource prefix is a key like any other, and its object belongs to the collection.",
        "store/6/68"
    ),
];

const ROWS: &[Row] = &names(&PAIRS);

const PAIRS: [(&str, (&str, &str)); 10] = [
    ("trailing_slash", ("/pods/foo/bar", "/pods/foo/bar/")),
    ("double_slash", ("/pods/foo", "/pods//foo")),
    ("inner_double_slash", ("/pods/foo/bar", "/pods/foo//bar")),
    ("letter_case", ("/pods/foo/bar", "/pods/foo/Bar")),
    ("percent_encoding", ("/pods/foo/bar", "/pods/foo%2Fbar")),
    ("dots", ("/pods/foo/bar", "/pods/foo/bar..")),
    ("blank", ("/pods/foo/bar", "/pods/foo/bar ")),
    (
        "unicode_form",
        ("/pods/foo/caf\u{e9}", "/pods/foo/cafe\u{301}"),
    ),
    ("object_and_folder", ("/pods/foo", "/pods/foo/bar")),
    ("glob", ("/pods/foo/bar", "/pods/foo/ba*")),
];

async fn keys_that_look_alike_stay_apart(context: &Context, row: usize) -> Verdict {
    let &(first, second) = row_of(&PAIRS, row);
    let one = context.create_at(first, &pod("foo", "one")).await?;
    let two = context.create_at(second, &pod("foo", "two")).await?;
    context.expect_stored(first, &one).await?;
    context.expect_stored(second, &two).await?;
    let two = context
        .update(second, |pod| pod.label("changed", "yes"))
        .await?;
    context.expect_stored(first, &one).await?;
    context.delete(first).await?;
    context.expect_missing(first).await?;
    context.expect_stored(second, &two).await
}

async fn the_longest_names_are_kept_whole(context: &Context) -> Verdict {
    let (namespace, stem) = ("n".repeat(63), "x".repeat(252));
    let one = context
        .create(&pod(&namespace, &format!("{stem}1")))
        .await?;
    let two = context
        .create(&pod(&namespace, &format!("{stem}2")))
        .await?;
    context.expect_stored(&key_of(&one), &one).await?;
    context.expect_stored(&key_of(&two), &two).await?;
    context.expect_missing(&key(&namespace, &stem)).await
}

async fn the_key_is_the_address_not_the_name(context: &Context) -> Verdict {
    let at = key("here", "stays");
    let created = context.create_at(&at, &pod("there", "else")).await?;
    context.expect_stored(&at, &created).await?;
    context.expect_missing(&key("there", "else")).await?;
    let renamed = context.update(&at, |_| pod("new", "name")).await?;
    context.expect_stored(&at, &renamed).await?;
    context.expect_missing(&key("new", "name")).await?;
    let list = context.list("/pods/here").await?;
    expect_eq("the objects there", list.items, vec![renamed])?;
    context.delete(&at).await?;
    let left = context.list("/pods/").await?;
    expect_eq("what is left", left.items, vec![])
}

async fn an_object_may_live_at_the_resource_prefix(context: &Context) -> Verdict {
    let at_prefix = context.create_at("/pods/", &pod("", "prefix")).await?;
    let below = context.create_at("/pods/name", &pod("", "name")).await?;
    context.expect_stored("/pods/", &at_prefix).await?;
    let list = context.list("/pods/").await?;
    expect_eq("the collection", list.items, vec![at_prefix, below])?;
    context
        .update("/pods/", |pod| pod.label("changed", "yes"))
        .await?;
    context.delete("/pods/").await?;
    context.expect_missing("/pods/").await
}
