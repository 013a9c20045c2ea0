use crate::{
    case,
    cases::levels::{
        Levels, Moment,
        Object::{
            FirstBar, FirstBarAssigned, SecondBar, SecondBaz, SecondFoo, ThirdBarfoo, ThirdFoo,
        },
        Request, judge, list,
    },
    harness::{Capability, Case, Context, Row, Verdict, row_of, sourced},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows LATEST_ROWS,
        is_of_the_latest_state,
        "A first page holds what is selected up to its limit; a next one begins right after the last key that was evaluated.",
        "store/5.3.15"
    )
    .needs(&[Capability::Paging]),
    case!(
        rows EXACT_ROWS,
        is_of_an_earlier_state,
        "A first page at exactly a version, which a version with a limit means too, is of the state of then.",
        "store/5.3.15"
    )
    .needs(&[Capability::Paging, Capability::ExactReads]),
    case!(
        rows LATER_ROWS,
        is_of_the_state_after_foreign_writes,
        "A first page at exactly the version of a write elsewhere is of the state of then, and carries that version.",
        "store/5.3.15"
    )
    .needs(&[
        Capability::Paging,
        Capability::ExactReads,
        Capability::RevisionBump,
    ]),
];

const LATEST_ROWS: &[Row] = &sourced(&LATEST);

#[rustfmt::skip]
const LATEST: [(&str, &str, Request); 19] = [
    ("limit", "store/5.3.15/c20", list("/pods/second/").limit(1).gives(&[SecondBar]).then("bar\0", Some(1))),
    ("limit_current_or_newer", "store/5.3.15/c23", list("/pods/second/").not_older_than(Moment::Eighth).limit(1)
        .gives(&[SecondBar]).then("bar\0", Some(1))),
    ("limit_zero", "store/5.3.15/c24", list("/pods/second/").version("0").limit(1)
        .gives(&[SecondBar]).then("bar\0", Some(1))),
    ("limit_zero_or_newer", "store/5.3.15/c25", list("/pods/second/").not_older_than_text("0").limit(1)
        .gives(&[SecondBar]).then("bar\0", Some(1))),
    ("one_selected_fills_the_page", "store/5.3.15/c32", list("/pods/").limit(1).fields("metadata.name=barfoo")
        .gives(&[ThirdBarfoo]).then("third/barfoo\0", None)),
    ("one_selected_fills_the_page_current_or_newer", "store/5.3.15/c33",
        list("/pods/").not_older_than(Moment::Eighth).limit(1).fields("metadata.name=barfoo")
        .gives(&[ThirdBarfoo]).then("third/barfoo\0", None)),
    ("one_selected_of_all", "store/5.3.15/c34",
        list("/pods/").limit(2).fields("metadata.name=barfoo").gives(&[ThirdBarfoo])),
    ("one_selected_of_all_current_or_newer", "store/5.3.15/c35",
        list("/pods/").not_older_than(Moment::Eighth).limit(2).fields("metadata.name=barfoo").gives(&[ThirdBarfoo])),
    ("one_selected_of_all_zero", "store/5.3.15/c36",
        list("/pods/").version("0").limit(2).fields("metadata.name=barfoo").gives(&[ThirdBarfoo])),
    ("two_selected_at_the_start", "store/5.3.15/c37", list("/pods/").limit(2).fields("metadata.name=bar")
        .gives(&[FirstBarAssigned, SecondBar]).then("second/bar\0", None)),
    ("two_selected_at_the_start_current_or_newer", "store/5.3.15/c38",
        list("/pods/").not_older_than(Moment::Eighth).limit(2).fields("metadata.name=bar")
        .gives(&[FirstBarAssigned, SecondBar]).then("second/bar\0", None)),
    ("two_selected_up_to_the_end", "store/5.3.15/c39",
        list("/pods/").limit(2).fields("metadata.name=foo").gives(&[SecondFoo, ThirdFoo])),
    ("two_selected_up_to_the_end_current_or_newer", "store/5.3.15/c40",
        list("/pods/").not_older_than(Moment::Eighth).limit(2).fields("metadata.name=foo")
        .gives(&[SecondFoo, ThirdFoo])),
    ("limit_of_all_two_selected", "store/5.3.15/c44",
        list("/pods/").limit(5).fields("metadata.name=foo").gives(&[SecondFoo, ThirdFoo])),
    ("limit_of_all_two_selected_current_or_newer", "store/5.3.15/c45",
        list("/pods/").not_older_than(Moment::Eighth).limit(5).fields("metadata.name=foo")
        .gives(&[SecondFoo, ThirdFoo])),
    ("limit_of_all_one_selected", "store/5.3.15/c46",
        list("/pods/").limit(5).fields("metadata.name=barfoo").gives(&[ThirdBarfoo])),
    ("limit_of_all_one_selected_current_or_newer", "store/5.3.15/c47",
        list("/pods/").not_older_than(Moment::Eighth).limit(5).fields("metadata.name=barfoo").gives(&[ThirdBarfoo])),
    ("limit_of_all_updated_selected_current_or_newer", "store/5.3.15/c50",
        list("/pods/").not_older_than(Moment::Eighth).limit(5).fields("spec.nodeName=fakeNode")
        .gives(&[FirstBarAssigned])),
    ("limit_of_all_deleted_selected_current_or_newer", "store/5.3.15/c51",
        list("/pods/").not_older_than(Moment::Eighth).limit(5).fields("metadata.name=baz")),
];

async fn is_of_the_latest_state(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge(context, &levels, row_of(&LATEST, row)).await
}

const EXACT_ROWS: &[Row] = &sourced(&EXACT);

#[rustfmt::skip]
const EXACT: [(&str, &str, Request); 13] = [
    ("limit_current", "store/5.3.15/c21", list("/pods/second/").at(Moment::Eighth).shows(Moment::Eighth).limit(1)
        .gives(&[SecondBar]).then("bar\0", Some(1))),
    ("limit_exact_current", "store/5.3.15/c22", list("/pods/second/").exactly(Moment::Eighth).limit(1)
        .gives(&[SecondBar]).then("bar\0", Some(1))),
    ("limit_exact_before_creation", "store/5.3.15/c26", list("/pods/second/").exactly(Moment::First).limit(1)),
    ("limit_exact_after_creation", "store/5.3.15/c27",
        list("/pods/second/").exactly(Moment::Second).limit(1).gives(&[SecondBar])),
    ("one_exact_second_write", "store/5.3.15/c65", list("/pods/").exactly(Moment::Second).limit(1)
        .gives(&[FirstBar]).then("first/bar\0", Some(1))),
    ("two_exact_third_write", "store/5.3.15/c66", list("/pods/").exactly(Moment::Third).limit(2)
        .gives(&[FirstBar, SecondBar]).then("second/bar\0", Some(1))),
    ("four_exact_fourth_write", "store/5.3.15/c67", list("/pods/").exactly(Moment::Fourth).limit(4)
        .gives(&[FirstBar, SecondBar, SecondFoo, ThirdBarfoo])),
    ("one_exact_fifth_write", "store/5.3.15/c68", list("/pods/").exactly(Moment::Fifth).limit(1)
        .gives(&[FirstBar]).then("first/bar\0", Some(4))),
    ("two_exact_sixth_write", "store/5.3.15/c69", list("/pods/").exactly(Moment::Sixth).limit(2)
        .gives(&[FirstBar, SecondBar]).then("second/bar\0", Some(4))),
    ("four_exact_seventh_write", "store/5.3.15/c70", list("/pods/").exactly(Moment::Seventh).limit(4)
        .gives(&[FirstBarAssigned, SecondBar, SecondBaz, SecondFoo]).then("second/foo\0", Some(2))),
    ("eight_exact_eighth_write", "store/5.3.15/c71", list("/pods/").exactly(Moment::Eighth).limit(8)
        .gives(&[FirstBarAssigned, SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("earlier_version_and_limit", "store/3.7.2", list("/pods/").at(Moment::Second).shows(Moment::Second).limit(5)
        .gives(&[FirstBar, SecondBar])),
    ("exact_selected_by_field_of_then", "store/3.7.6",
        list("/pods/").exactly(Moment::Sixth).limit(1).fields("metadata.name=baz")
        .gives(&[SecondBaz]).then("second/baz\0", None)),
];

async fn is_of_an_earlier_state(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge(context, &levels, row_of(&EXACT, row)).await
}

const LATER_ROWS: &[Row] = &sourced(&LATER);

#[rustfmt::skip]
const LATER: [(&str, &str, Request); 1] = [
    ("one_exact_after_writes", "store/5.3.15/c72", list("/pods/").exactly(Moment::Later).limit(1)
        .gives(&[FirstBarAssigned]).then("first/bar\0", Some(4))),
];

async fn is_of_the_state_after_foreign_writes(context: &Context, row: usize) -> Verdict {
    let mut levels = Levels::write(context).await?;
    levels.later(context.bump().await?);
    judge(context, &levels, row_of(&LATER, row)).await
}
