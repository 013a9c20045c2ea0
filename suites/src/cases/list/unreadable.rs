use storeproof::storage::ListOptions;
use storeproof_fixtures::objects::key;

use super::corrupt::{broken_list, fill};
use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, expect_eq, expect_that, names, row_of},
};

pub(super) const CASES: &[Case] = &[
    case!(
        ends_the_list,
        "Where corrupt objects are not told apart, the first value that cannot be transformed ends the list, by its full key.",
        "store/5.3.23"
    )
    .needs(&[Capability::Transformer])
    .without_unsafe_deletion(),
    case!(
        ends_the_list_with_the_error_of_the_codec,
        "Where corrupt objects are not told apart, the first value that cannot be decoded ends the list with the codec's error.",
        "store/3.7.7 store/3.11"
    )
    .needs(&[Capability::Codec])
    .without_unsafe_deletion(),
    case!(
        rows ROWS,
        comes_in_the_order_of_keys,
        "Of several errors in a long list the first by its key is told, with the objects before it.",
        "store/3.7.4"
    )
    .needs(&[Capability::Transformer])
    .without_unsafe_deletion(),
];

const ROWS: &[Row] = &names(&FIRST);

/// The first of several Pods among two hundred that cannot be read.
const FIRST: [(&str, usize); 3] = [("early", 3), ("in-the-middle", 101), ("last", 200)];

fn name(number: usize) -> String {
    format!("foo-{number:06}")
}

async fn ends_the_list(context: &Context) -> Verdict {
    fill(context, 7).await?;
    context.transformer().fail_reads_of([2, 4, 6].map(name));
    let (error, read) = broken_list(context, &ListOptions::default()).await?;
    let full = context.full_key(&key("ns", &name(2)))?;
    let expected = format!("unable to transform key {full:?}");
    expect_that(
        error.is_internal() && error.to_string().starts_with(&expected),
        format!("an internal error: {expected}…"),
        format!("{error:?}"),
    )?;
    expect_that(
        !error.is_corrupt_object(),
        "an error that is not marked as corruption",
        format!("{error:?}"),
    )?;
    expect_eq("the objects with the error", read, vec![name(1)])
}

async fn ends_the_list_with_the_error_of_the_codec(context: &Context) -> Verdict {
    fill(context, 7).await?;
    context.codec().fail_decoding_of([3, 4, 6].map(name));
    let (error, read) = broken_list(context, &ListOptions::default()).await?;
    expect_that(
        error.status().is_none() && !error.is_internal() && !error.is_corrupt_object(),
        "the codec's own error",
        format!("{error:?}"),
    )?;
    expect_eq("the objects with the error", read, vec![name(1), name(2)])
}

async fn comes_in_the_order_of_keys(context: &Context, row: usize) -> Verdict {
    let first = *row_of(&FIRST, row);
    fill(context, 200).await?;
    let unreadable = (first..=200).step_by(50).map(name);
    context.transformer().fail_reads_of(unreadable);
    let (error, read) = broken_list(context, &ListOptions::default()).await?;
    let full = context.full_key(&key("ns", &name(first)))?;
    let expected = format!("unable to transform key {full:?}");
    expect_that(
        error.to_string().starts_with(&expected),
        format!("{expected}…"),
        error.to_string(),
    )?;
    let before: Vec<_> = (1..first).map(name).collect();
    expect_eq("the objects with the error", read, before)
}
