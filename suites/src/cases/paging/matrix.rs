use crate::{
    case,
    cases::levels::{
        Levels, Moment,
        Object::{
            FirstBar, FirstBarAssigned, SecondBar, SecondBaz, SecondFoo, ThirdBarfoo, ThirdFoo,
        },
        Pin, Request, judge, judge_latest, list,
    },
    harness::{Capability, Case, Context, Row, Verdict, names, row_of},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows LATEST_ROWS,
        begins_at_the_latest_state,
        "A first page holds what is selected up to its limit; a next one begins right after the last key that was evaluated.",
        "store/5.3.15"
    )
    .needs(&[Capability::Paging]),
    case!(
        rows EXACT_ROWS,
        begins_at_an_earlier_state,
        "A first page at exactly a version, which a version with a limit means too, is of the state of then.",
        "store/5.3.15 store/6/50"
    )
    .needs(&[Capability::Paging, Capability::ExactReads]),
    case!(
        rows CONTINUED_ROWS,
        goes_on_where_the_token_says,
        "A continued page begins at the token's key, in the state of the token's revision or in the latest.",
        "store/5.3.15"
    )
    .needs(&[Capability::Paging, Capability::ExactReads]),
    case!(
        rows BUMPED_ROWS,
        begins_after_foreign_writes,
        "Pages at the version of a write elsewhere are of the state of then, and carry that version.",
        "store/5.3.15/72 store/5.3.15/80"
    )
    .needs(&[
        Capability::Paging,
        Capability::ExactReads,
        Capability::RevisionBump,
    ]),
];

const LATEST_ROWS: &[Row] = &names(&LATEST);

#[rustfmt::skip]
const LATEST: [(&str, Request); 10] = [
    ("one-of-two", list("/pods/second/").limit(1).gives(&[SecondBar]).then("bar\0", Some(1))),
    ("two-of-five", list("/pods/").limit(2).gives(&[FirstBarAssigned, SecondBar]).then("second/bar\0", Some(3))),
    ("five-of-five", list("/pods/").limit(5).gives(&[FirstBarAssigned, SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("rare-object", list("/pods/").limit(1).fields("metadata.name=barfoo").gives(&[ThirdBarfoo])
        .then("third/barfoo\0", None)),
    ("rare-object-alone-on-its-page", list("/pods/").limit(2).fields("metadata.name=barfoo").gives(&[ThirdBarfoo])),
    ("full-of-selected-objects", list("/pods/").limit(2).fields("metadata.name=bar")
        .gives(&[FirstBarAssigned, SecondBar]).then("second/bar\0", None)),
    ("ends-with-the-last-key", list("/pods/").limit(2).fields("metadata.name=foo").gives(&[SecondFoo, ThirdFoo])),
    ("limit-of-all-keys", list("/pods/").limit(5).fields("metadata.name=foo").gives(&[SecondFoo, ThirdFoo])),
    ("limit-of-all-keys-rare-object", list("/pods/").limit(5).fields("metadata.name=barfoo").gives(&[ThirdBarfoo])),
    ("nothing-selected", list("/pods/").limit(1).fields("metadata.name=baz")),
];

async fn begins_at_the_latest_state(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge_latest(context, &levels, row_of(&LATEST, row)).await
}

const EXACT_ROWS: &[Row] = &names(&EXACT);

#[rustfmt::skip]
const EXACT: [(&str, Request); 13] = [
    ("version-and-limit", list("/pods/second/").at(Moment::Eighth).shows(Moment::Eighth).limit(1)
        .gives(&[SecondBar]).then("bar\0", Some(1))),
    ("earlier-version-and-limit", list("/pods/").at(Moment::Second).shows(Moment::Second).limit(5)
        .gives(&[FirstBar, SecondBar])),
    ("exactly-now", list("/pods/second/").exactly(Moment::Eighth).limit(1)
        .gives(&[SecondBar]).then("bar\0", Some(1))),
    ("before-the-creation", list("/pods/second/").exactly(Moment::First).limit(1)),
    ("at-the-creation", list("/pods/second/").exactly(Moment::Second).limit(1).gives(&[SecondBar])),
    ("one-after-write-2", list("/pods/").exactly(Moment::Second).limit(1)
        .gives(&[FirstBar]).then("first/bar\0", Some(1))),
    ("two-after-write-3", list("/pods/").exactly(Moment::Third).limit(2)
        .gives(&[FirstBar, SecondBar]).then("second/bar\0", Some(1))),
    ("four-after-write-4", list("/pods/").exactly(Moment::Fourth).limit(4)
        .gives(&[FirstBar, SecondBar, SecondFoo, ThirdBarfoo])),
    ("one-after-write-5", list("/pods/").exactly(Moment::Fifth).limit(1)
        .gives(&[FirstBar]).then("first/bar\0", Some(4))),
    ("two-after-write-6", list("/pods/").exactly(Moment::Sixth).limit(2)
        .gives(&[FirstBar, SecondBar]).then("second/bar\0", Some(4))),
    ("four-after-the-update", list("/pods/").exactly(Moment::Seventh).limit(4)
        .gives(&[FirstBarAssigned, SecondBar, SecondBaz, SecondFoo]).then("second/foo\0", Some(2))),
    ("eight-after-the-deletion", list("/pods/").exactly(Moment::Eighth).limit(8)
        .gives(&[FirstBarAssigned, SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("selected-by-field-of-then", list("/pods/").exactly(Moment::Sixth).limit(1).fields("metadata.name=baz")
        .gives(&[SecondBaz]).then("second/baz\0", None)),
];

async fn begins_at_an_earlier_state(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge(context, &levels, row_of(&EXACT, row)).await
}

const CONTINUED_ROWS: &[Row] = &names(&CONTINUED);

#[rustfmt::skip]
const CONTINUED: [(&str, Request); 14] = [
    ("at-the-key-itself", list("/pods/second/").limit(1).from("foo", Pin::At(Moment::Eighth)).gives(&[SecondFoo])),
    ("at-version-zero", list("/pods/second/").version("0").limit(1).from("foo", Pin::At(Moment::Eighth))
        .gives(&[SecondFoo])),
    ("last-page-not-full", list("/pods/").limit(2).fields("metadata.name=foo")
        .from("third/barfoo", Pin::At(Moment::Eighth)).gives(&[ThirdFoo])),
    ("last-page-full", list("/pods/").limit(1).fields("metadata.name=foo")
        .from("third/barfoo", Pin::At(Moment::Eighth)).gives(&[ThirdFoo])),
    ("nothing-follows-then", list("/pods/").limit(1).from("first/bar\0", Pin::At(Moment::First))),
    ("one-follows-then", list("/pods/").limit(1).from("first/bar\0", Pin::At(Moment::Second)).gives(&[SecondBar])),
    ("after-write-3", list("/pods/").limit(2).from("second/bar\0", Pin::At(Moment::Third)).gives(&[SecondFoo])),
    ("after-write-5", list("/pods/").limit(1).from("first/bar\0", Pin::At(Moment::Fifth))
        .gives(&[SecondBar]).then("second/bar\0", Some(3))),
    ("after-write-6", list("/pods/").limit(2).from("second/bar\0", Pin::At(Moment::Sixth))
        .gives(&[SecondBaz, SecondFoo]).then("second/foo\0", Some(2))),
    ("after-the-update", list("/pods/").limit(4).from("second/foo\0", Pin::At(Moment::Seventh))
        .gives(&[ThirdBarfoo, ThirdFoo])),
    ("without-a-limit", list("/pods/").from("second/baz", Pin::At(Moment::Sixth))
        .gives(&[SecondBaz, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("latest", list("/pods/").from("first/bar\0", Pin::Latest)
        .gives(&[SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("latest-with-limit", list("/pods/").limit(2).from("first/bar\0", Pin::Latest)
        .gives(&[SecondBar, SecondFoo]).then("second/foo\0", Some(2))),
    ("latest-further-on", list("/pods/").from("second/foo\0", Pin::Latest).gives(&[ThirdBarfoo, ThirdFoo])),
];

async fn goes_on_where_the_token_says(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge(context, &levels, row_of(&CONTINUED, row)).await
}

const BUMPED_ROWS: &[Row] = &names(&BUMPED);

#[rustfmt::skip]
const BUMPED: [(&str, Request); 2] = [
    ("first-page", list("/pods/").exactly(Moment::Bumped).limit(1)
        .gives(&[FirstBarAssigned]).then("first/bar\0", Some(4))),
    ("continued", list("/pods/").limit(1).from("first/bar\0", Pin::At(Moment::Bumped))
        .gives(&[SecondBar]).then("second/bar\0", Some(3))),
];

async fn begins_after_foreign_writes(context: &Context, row: usize) -> Verdict {
    let mut levels = Levels::write(context).await?;
    levels.bumped(context.bump().await?);
    judge(context, &levels, row_of(&BUMPED, row)).await
}
