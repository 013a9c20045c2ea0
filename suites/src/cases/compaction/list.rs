use storeproof::storage::{ListOptions, ResourceVersionMatch};
use storeproof_fixtures::objects::{PodExt, pod};

use crate::{
    case,
    cases::levels::{
        Levels, Moment,
        Object::{FirstBar, FirstBarAssigned, SecondBar},
        Pin, Refusal, Request, judge, list,
    },
    harness::{
        Capability, Case, Context, ErrorExpectations, Row, Verdict, expect_eq, expect_items,
        row_of, sourced, version_of,
    },
};

const NEEDS: &[Capability] = &[Capability::Compaction, Capability::ExactReads];

pub(super) const CASES: &[Case] = &[
    case!(
        rows LIST_ROWS,
        loses_what_is_older,
        "After a compaction its version and all later ones can be listed, earlier ones are refused with 410.",
        "store/5.3.15 store/6/61 IFC-04"
    )
    .needs(NEEDS)
    .exclusive(),
    case!(
        rows PAGE_ROWS,
        loses_pages_of_what_is_older,
        "After a compaction pages of earlier versions are refused with 410, those that were begun with another token.",
        "store/5.3.15 store/6/61"
    )
    .needs(&[
        Capability::Compaction,
        Capability::ExactReads,
        Capability::Paging,
    ])
    .exclusive(),
    case!(
        refuses_one_object_of_then,
        "A plain list at exactly the compacted version succeeds; before it is refused with 410, as a list: a token beside it counts for nothing.",
        "store/6/50 store/3.7.2"
    )
    .needs(NEEDS)
    .exclusive(),
    case!(
        says_what_expired,
        "The refusal of a compacted version has code 410, reason Expired, its text and no continue token.",
        "store/6/51 store/6/85 IFC-04"
    )
    .needs(NEEDS)
    .exclusive(),
];

const LIST_ROWS: &[Row] = &sourced(&LISTS);

/// History is compacted at the first write.
#[rustfmt::skip]
const LISTS: [(&str, &str, Request); 5] = [
    ("exact_before_first_write_below_a_key", "store/5.3.15/c9",
        list("/pods/first/").exactly(Moment::Before).fails(Refusal::ExpiredList)),
    ("exact_before_first_write", "store/5.3.15/c54", list("/pods/").exactly(Moment::Before).fails(Refusal::ExpiredList)),
    ("exact_first_write", "store/6/61", list("/pods/").exactly(Moment::First).gives(&[FirstBar])),
    ("exact_second_write", "store/6/61", list("/pods/").exactly(Moment::Second).gives(&[FirstBar, SecondBar])),
    ("before_first_write_or_newer", "store/3.7.2",
        list("/pods/first/").not_older_than(Moment::Before).gives(&[FirstBarAssigned])),
];

const PAGE_ROWS: &[Row] = &sourced(&PAGES);

#[rustfmt::skip]
const PAGES: [(&str, &str, Request); 4] = [
    ("continued_before_first_write", "store/5.3.15/c73",
        list("/pods/").limit(1).from("first/bar\0", Pin::At(Moment::Before)).fails(Refusal::ExpiredPages)),
    ("limit_exact_before_first_write", "store/3.7.2",
        list("/pods/").exactly(Moment::Before).limit(1).fails(Refusal::ExpiredList)),
    ("limit_before_first_write", "store/3.7.2",
        list("/pods/").at(Moment::Before).limit(1).fails(Refusal::ExpiredList)),
    ("continued_first_write", "store/6/61", list("/pods/").limit(1).from("first/bar\0", Pin::At(Moment::First))),
];

async fn loses_what_is_older(context: &Context, row: usize) -> Verdict {
    after_compaction(context, row_of(&LISTS, row)).await
}

async fn loses_pages_of_what_is_older(context: &Context, row: usize) -> Verdict {
    after_compaction(context, row_of(&PAGES, row)).await
}

async fn after_compaction(context: &Context, request: &Request) -> Verdict {
    let levels = Levels::write(context).await?;
    context.compact(levels.version(Moment::First)).await?;
    judge(context, &levels, request).await
}

async fn refuses_one_object_of_then(context: &Context) -> Verdict {
    let first = context.create(&pod("ns", "a")).await?;
    let second = context.create(&pod("ns", "b")).await?;
    context.compact(version_of(&second)?).await?;
    let mut options = exactly(second.version());
    options.recursive = false;
    let list = context.list_with("/pods/ns/a", options).await?;
    expect_items(&list, std::slice::from_ref(&first))?;
    for token in [String::new(), context.token("/pods/", "ns/a", 1)?] {
        let mut options = exactly(first.version());
        options.recursive = false;
        options.predicate.continue_token = token;
        let answer = context.store().get_list("/pods/ns/a", &options).await;
        let error = answer.expect_expired()?;
        Err::<(), _>(error).expect_text("The resourceVersion for the provided list is too old")?;
    }
    Ok(())
}

fn exactly(version: &str) -> ListOptions<storeproof_fixtures::objects::Pod> {
    ListOptions {
        resource_version: version.to_owned(),
        resource_version_match: ResourceVersionMatch::Exact,
        ..ListOptions::default()
    }
}

async fn says_what_expired(context: &Context) -> Verdict {
    let first = context.create(&pod("ns", "a")).await?;
    let second = context.create(&pod("ns", "b")).await?;
    context.compact(version_of(&second)?).await?;
    let answer = context
        .store()
        .get_list("/pods/", &exactly(first.version()))
        .await;
    let error = answer.expect_expired()?;
    expect_eq(
        "the error's text",
        error.to_string(),
        "The resourceVersion for the provided list is too old.",
    )?;
    let token = error
        .status()
        .and_then(|status| status.metadata.continue_.clone());
    expect_eq("the continue token", token.unwrap_or_default(), "")
}
