use crate::{
    case,
    cases::levels::{
        Levels, Moment,
        Object::{
            FirstBar, FirstBarAssigned, SecondBar, SecondBaz, SecondFoo, ThirdBarfoo, ThirdFoo,
        },
        Refusal, Request, judge, list,
    },
    harness::{Capability, Case, Context, Row, Verdict, row_of, sourced},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows LATEST_ROWS,
        shows_the_latest_state,
        "A list without version, at version 0, and not older than any version there was shows the latest state.",
        "store/5.3.15"
    ),
    case!(
        rows EXACT_ROWS,
        shows_an_earlier_state,
        "A list at exactly an earlier version shows every object as it was then, and that version.",
        "store/5.3.15"
    )
    .needs(&[Capability::ExactReads]),
    case!(
        rows LATER_ROWS,
        shows_the_state_after_foreign_writes,
        "A list at exactly the version of a write elsewhere shows the objects as they were then, and that version.",
        "store/5.3.15"
    )
    .needs(&[Capability::ExactReads, Capability::RevisionBump]),
    case!(
        rows REFUSED_ROWS,
        refuses_what_makes_no_sense,
        "A list at what is no version, at one in the future, or with an unknown match is refused in the contract's words.",
        "store/5.3.15"
    ),
    case!(
        rows NEXT_ROWS,
        refuses_the_next_version,
        "A list at exactly the version that the next write will have is refused with 504.",
        "store/5.3.15"
    )
    .needs(&[Capability::ExactReads])
    .exclusive(),
];

const LATEST_ROWS: &[Row] = &sourced(&LATEST);

#[rustfmt::skip]
const LATEST: [(&str, &str, Request); 15] = [
    ("below_a_key", "store/5.3.15/c4", list("/pods/first/").gives(&[FirstBarAssigned])),
    ("below_a_key_zero", "store/5.3.15/c5", list("/pods/first/").version("0").gives(&[FirstBarAssigned])),
    ("below_a_key_zero_or_newer", "store/5.3.15/c10",
        list("/pods/first/").not_older_than_text("0").gives(&[FirstBarAssigned])),
    ("below_a_key_before_first_write_or_newer", "store/5.3.15/c12",
        list("/pods/first/").not_older_than(Moment::Before).gives(&[FirstBarAssigned])),
    ("below_a_key_current", "store/5.3.15/c14", list("/pods/first/").at(Moment::Eighth).gives(&[FirstBarAssigned])),
    ("below_a_key_current_or_newer", "store/5.3.15/c16",
        list("/pods/first/").not_older_than(Moment::Eighth).gives(&[FirstBarAssigned])),
    ("no_object", "store/5.3.15/c17", list("/pods/non-existing/")),
    ("no_object_selected", "store/5.3.15/c18", list("/pods/first/").fields("metadata.name!=bar")),
    ("no_object_selected_current_or_newer", "store/5.3.15/c19",
        list("/pods/first/").not_older_than(Moment::Eighth).fields("metadata.name!=bar")),
    ("one_level", "store/5.3.15/c30", list("/pods/second/").gives(&[SecondBar, SecondFoo])),
    ("one_level_current_or_newer", "store/5.3.15/c31",
        list("/pods/second/").not_older_than(Moment::Eighth).gives(&[SecondBar, SecondFoo])),
    ("all_levels", "store/5.3.15/c48",
        list("/pods/").gives(&[FirstBarAssigned, SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("all_levels_current_or_newer", "store/5.3.15/c49", list("/pods/").not_older_than(Moment::Eighth)
        .gives(&[FirstBarAssigned, SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("nothing_without_trailing_slash", "store/5.3.15/c52", list("/pods/empty")),
    ("nothing_without_trailing_slash_zero", "store/5.3.15/c53", list("/pods/empty").version("0")),
];

async fn shows_the_latest_state(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge(context, &levels, row_of(&LATEST, row)).await
}

const EXACT_ROWS: &[Row] = &sourced(&EXACT);

#[rustfmt::skip]
const EXACT: [(&str, &str, Request); 14] = [
    ("exact_before_update", "store/5.3.15/c6", list("/pods/first/").exactly(Moment::First).gives(&[FirstBar])),
    ("exact_before_creation", "store/5.3.15/c7", list("/pods/second/").exactly(Moment::First)),
    ("exact_after_creation", "store/5.3.15/c8", list("/pods/second/").exactly(Moment::Second).gives(&[SecondBar])),
    ("exact_current", "store/5.3.15/c15", list("/pods/first/").exactly(Moment::Eighth).gives(&[FirstBarAssigned])),
    ("exact_first_write", "store/5.3.15/c55", list("/pods/").exactly(Moment::First).gives(&[FirstBar])),
    ("exact_second_write", "store/5.3.15/c56", list("/pods/").exactly(Moment::Second).gives(&[FirstBar, SecondBar])),
    ("exact_third_write", "store/5.3.15/c57",
        list("/pods/").exactly(Moment::Third).gives(&[FirstBar, SecondBar, SecondFoo])),
    ("exact_fourth_write", "store/5.3.15/c58",
        list("/pods/").exactly(Moment::Fourth).gives(&[FirstBar, SecondBar, SecondFoo, ThirdBarfoo])),
    ("exact_fifth_write", "store/5.3.15/c59",
        list("/pods/").exactly(Moment::Fifth).gives(&[FirstBar, SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("exact_sixth_write", "store/5.3.15/c60", list("/pods/").exactly(Moment::Sixth)
        .gives(&[FirstBar, SecondBar, SecondBaz, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("exact_seventh_write", "store/5.3.15/c61", list("/pods/").exactly(Moment::Seventh)
        .gives(&[FirstBarAssigned, SecondBar, SecondBaz, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("exact_eighth_write", "store/5.3.15/c62", list("/pods/").exactly(Moment::Eighth)
        .gives(&[FirstBarAssigned, SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("exact_before_first_write", "store/3.7.2", list("/pods/").exactly(Moment::Before)),
    ("exact_selected_by_field_of_then", "store/3.7.6", list("/pods/first/").exactly(Moment::Sixth)
        .fields("spec.nodeName=").gives(&[FirstBar])),
];

async fn shows_an_earlier_state(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge(context, &levels, row_of(&EXACT, row)).await
}

const LATER_ROWS: &[Row] = &sourced(&LATER);

#[rustfmt::skip]
const LATER: [(&str, &str, Request); 1] = [
    ("exact_after_writes", "store/5.3.15/c63", list("/pods/").exactly(Moment::Later)
        .gives(&[FirstBarAssigned, SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo])),
];

async fn shows_the_state_after_foreign_writes(context: &Context, row: usize) -> Verdict {
    let mut levels = Levels::write(context).await?;
    levels.later(context.bump().await?);
    judge(context, &levels, row_of(&LATER, row)).await
}

const REFUSED_ROWS: &[Row] = &sourced(&REFUSED);

#[rustfmt::skip]
const REFUSED: [(&str, &str, Request); 5] = [
    ("letters", "store/5.3.15/c1", list("/pods/").version("abc").fails(Refusal::NoVersion)),
    ("too_high", "store/5.3.15/c3", list("/pods/").version("9223372036854775807").fails(Refusal::Future)),
    ("zero_unknown_match", "store/5.3.15/c11",
        list("/pods/first/").version("0").matching_unknown().fails(Refusal::UnknownMatch)),
    ("before_first_write_unknown_match", "store/5.3.15/c13",
        list("/pods/first/").at(Moment::Before).matching_unknown().fails(Refusal::UnknownMatch)),
    ("negative", "store/5.3.15/c86", list("/pods/").version("-1").fails(Refusal::NoVersion)),
];

async fn refuses_what_makes_no_sense(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge(context, &levels, row_of(&REFUSED, row)).await
}

const NEXT_ROWS: &[Row] = &sourced(&NEXT);

const NEXT: [(&str, &str, Request); 1] = [(
    "exact_future",
    "store/5.3.15/c64",
    list("/pods/").exactly(Moment::Later).fails(Refusal::Future),
)];

async fn refuses_the_next_version(context: &Context, row: usize) -> Verdict {
    let mut levels = Levels::write(context).await?;
    levels.later(context.current().await?.next());
    judge(context, &levels, row_of(&NEXT, row)).await
}
