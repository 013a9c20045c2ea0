use crate::{
    case,
    cases::levels::{
        Levels, Moment,
        Object::{SecondBar, SecondBaz, SecondFoo, ThirdBarfoo, ThirdFoo},
        Pin, Refusal, Request, judge, list,
    },
    harness::{Capability, Case, Context, Row, Verdict, row_of, sourced},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows PINNED_ROWS,
        is_of_the_state_of_its_token,
        "A next page begins at its token's key, in the state of the token's revision, and carries that version.",
        "store/5.3.15"
    )
    .needs(&[Capability::Paging, Capability::ExactReads]),
    case!(
        rows LATER_ROWS,
        is_of_the_state_after_foreign_writes,
        "A next page at the revision of a write elsewhere is of the state of then, and carries that version.",
        "store/5.3.15"
    )
    .needs(&[
        Capability::Paging,
        Capability::ExactReads,
        Capability::RevisionBump,
    ]),
    case!(
        rows LATEST_ROWS,
        is_of_the_latest_state_where_its_token_is_negative,
        "A token with a negative revision goes on at its key in the latest state.",
        "store/5.3.15"
    )
    .needs(&[Capability::Paging]),
    case!(
        rows REFUSED_ROWS,
        refuses_what_makes_no_sense,
        "A version beside a token, and a token without key or revision, are refused with 400 in the contract's words.",
        "store/5.3.15"
    )
    .needs(&[Capability::Paging]),
];

const PINNED_ROWS: &[Row] = &sourced(&PINNED);

#[rustfmt::skip]
const PINNED: [(&str, &str, Request); 12] = [
    ("at_the_key_itself", "store/5.3.15/c28", list("/pods/second/").limit(1).from("foo", Pin::At(Moment::Eighth))
        .gives(&[SecondFoo])),
    ("zero_at_the_key_itself", "store/5.3.15/c29", list("/pods/second/").version("0").limit(1)
        .from("foo", Pin::At(Moment::Eighth)).gives(&[SecondFoo])),
    ("last_page_ends_on_last_key", "store/5.3.15/c41", list("/pods/").limit(2).fields("metadata.name=foo")
        .from("third/barfoo", Pin::At(Moment::Eighth)).gives(&[ThirdFoo])),
    ("last_page_full", "store/5.3.15/c42", list("/pods/").limit(1).fields("metadata.name=foo")
        .from("third/barfoo", Pin::At(Moment::Eighth)).gives(&[ThirdFoo])),
    ("last_page_partial", "store/5.3.15/c43", list("/pods/").limit(2).fields("metadata.name=foo")
        .from("third/barfoo", Pin::At(Moment::Eighth)).gives(&[ThirdFoo])),
    ("first_write", "store/5.3.15/c74", list("/pods/").limit(1).from("first/bar\0", Pin::At(Moment::First))),
    ("second_write", "store/5.3.15/c75", list("/pods/").limit(1).from("first/bar\0", Pin::At(Moment::Second))
        .gives(&[SecondBar])),
    ("third_write", "store/5.3.15/c76", list("/pods/").limit(2).from("second/bar\0", Pin::At(Moment::Third))
        .gives(&[SecondFoo])),
    ("fifth_write", "store/5.3.15/c77", list("/pods/").limit(1).from("first/bar\0", Pin::At(Moment::Fifth))
        .gives(&[SecondBar]).then("second/bar\0", Some(3))),
    ("sixth_write", "store/5.3.15/c78", list("/pods/").limit(2).from("second/bar\0", Pin::At(Moment::Sixth))
        .gives(&[SecondBaz, SecondFoo]).then("second/foo\0", Some(2))),
    ("seventh_write", "store/5.3.15/c79", list("/pods/").limit(4).from("second/foo\0", Pin::At(Moment::Seventh))
        .gives(&[ThirdBarfoo, ThirdFoo])),
    ("without_a_limit", "store/3.7.2", list("/pods/").from("second/baz", Pin::At(Moment::Sixth))
        .gives(&[SecondBaz, SecondFoo, ThirdBarfoo, ThirdFoo])),
];

async fn is_of_the_state_of_its_token(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge(context, &levels, row_of(&PINNED, row)).await
}

const LATER_ROWS: &[Row] = &sourced(&LATER);

#[rustfmt::skip]
const LATER: [(&str, &str, Request); 1] = [
    ("after_writes", "store/5.3.15/c80", list("/pods/").limit(1).from("first/bar\0", Pin::At(Moment::Later))
        .gives(&[SecondBar]).then("second/bar\0", Some(3))),
];

async fn is_of_the_state_after_foreign_writes(context: &Context, row: usize) -> Verdict {
    let mut levels = Levels::write(context).await?;
    levels.later(context.bump().await?);
    judge(context, &levels, row_of(&LATER, row)).await
}

const LATEST_ROWS: &[Row] = &sourced(&LATEST);

#[rustfmt::skip]
const LATEST: [(&str, &str, Request); 3] = [
    ("from_second_object", "store/5.3.15/c81", list("/pods/").from("first/bar\0", Pin::Latest)
        .gives(&[SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("from_second_object_with_limit", "store/5.3.15/c82", list("/pods/").limit(2).from("first/bar\0", Pin::Latest)
        .gives(&[SecondBar, SecondFoo]).then("second/foo\0", Some(2))),
    ("from_fourth_object", "store/5.3.15/c83", list("/pods/").from("second/foo\0", Pin::Latest)
        .gives(&[ThirdBarfoo, ThirdFoo])),
];

async fn is_of_the_latest_state_where_its_token_is_negative(
    context: &Context,
    row: usize,
) -> Verdict {
    let levels = Levels::write(context).await?;
    judge(context, &levels, row_of(&LATEST, row)).await
}

const REFUSED_ROWS: &[Row] = &sourced(&REFUSED);

#[rustfmt::skip]
const REFUSED: [(&str, &str, Request); 3] = [
    ("version_beside_token", "store/5.3.15/c2", list("/pods/").limit(1).from("second/foo", Pin::At(Moment::Eighth))
        .version("1").fails(Refusal::VersionBesideToken)),
    ("empty_key", "store/5.3.15/c84", list("/pods/").from("", Pin::At(Moment::Eighth)).fails(Refusal::NoStart)),
    ("revision_zero", "store/5.3.15/c85", list("/pods/").from("first/bar\0", Pin::None).fails(Refusal::NoRevision)),
];

async fn refuses_what_makes_no_sense(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge(context, &levels, row_of(&REFUSED, row)).await
}
