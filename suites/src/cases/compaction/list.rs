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
        Capability, Case, Context, ErrorExpectations, Row, Verdict, expect_eq, names, row_of,
        version_of,
    },
};

const NEEDS: &[Capability] = &[Capability::Compaction, Capability::ExactReads];

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        loses_what_is_older,
        "After a compaction its version and all later ones can be listed, earlier ones are refused with 410.",
        "store/5.3.15 store/6/61 IFC-04"
    )
    .needs(&[
        Capability::Compaction,
        Capability::ExactReads,
        Capability::Paging,
    ])
    .exclusive(),
    case!(
        refuses_one_object_of_then,
        "A plain list at exactly a compacted version is refused with 410, as a list: a token beside it counts for nothing.",
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

const ROWS: &[Row] = &names(&REQUESTS);

/// History is compacted at the first write.
#[rustfmt::skip]
const REQUESTS: [(&str, Request); 9] = [
    ("exactly-before", list("/pods/").exactly(Moment::Before).fails(Refusal::ExpiredList)),
    ("exactly-before-below-a-key", list("/pods/first/").exactly(Moment::Before).fails(Refusal::ExpiredList)),
    ("exactly-before-with-limit", list("/pods/").exactly(Moment::Before).limit(1).fails(Refusal::ExpiredList)),
    ("before-with-limit", list("/pods/").at(Moment::Before).limit(1).fails(Refusal::ExpiredList)),
    ("continued-before", list("/pods/").limit(1).from("first/bar\0", Pin::At(Moment::Before))
        .fails(Refusal::ExpiredPages)),
    ("exactly-then", list("/pods/").exactly(Moment::First).gives(&[FirstBar])),
    ("continued-then", list("/pods/").limit(1).from("first/bar\0", Pin::At(Moment::First))),
    ("exactly-after", list("/pods/").exactly(Moment::Second).gives(&[FirstBar, SecondBar])),
    ("not-older-than-before", list("/pods/first/").not_older_than(Moment::Before).gives(&[FirstBarAssigned])),
];

async fn loses_what_is_older(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    context.compact(levels.version(Moment::First)).await?;
    judge(context, &levels, row_of(&REQUESTS, row)).await
}

async fn refuses_one_object_of_then(context: &Context) -> Verdict {
    let first = context.create(&pod("ns", "a")).await?;
    let second = context.create(&pod("ns", "b")).await?;
    context.compact(version_of(&second)?).await?;
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
