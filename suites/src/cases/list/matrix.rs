use crate::{
    case,
    cases::levels::{
        Levels, Moment,
        Object::{
            FirstBar, FirstBarAssigned, SecondBar, SecondBaz, SecondFoo, ThirdBarfoo, ThirdFoo,
        },
        Request, judge, judge_latest, list,
    },
    harness::{Capability, Case, Context, Row, Verdict, names, row_of},
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
        shows_the_state_after_foreign_writes,
        "A list at exactly the version of a write elsewhere shows the objects as they were then, and that version.",
        "store/5.3.15/63"
    )
    .needs(&[Capability::ExactReads, Capability::RevisionBump]),
];

const LATEST_ROWS: &[Row] = &names(&LATEST);

const LATEST: [(&str, Request); 10] = [
    (
        "one-object",
        list("/pods/first/").gives(&[FirstBarAssigned]),
    ),
    ("no-object", list("/pods/non-existing/")),
    (
        "no-object-matches",
        list("/pods/first/").fields("metadata.name!=bar"),
    ),
    (
        "objects-of-one-level",
        list("/pods/second/").gives(&[SecondBar, SecondFoo]),
    ),
    (
        "all-levels",
        list("/pods/").gives(&[
            FirstBarAssigned,
            SecondBar,
            SecondFoo,
            ThirdBarfoo,
            ThirdFoo,
        ]),
    ),
    (
        "selected-by-updated-field",
        list("/pods/")
            .fields("spec.nodeName=fakeNode")
            .gives(&[FirstBarAssigned]),
    ),
    (
        "selected-by-former-field",
        list("/pods/first/").fields("spec.nodeName="),
    ),
    (
        "deleted-object-selected",
        list("/pods/").fields("metadata.name=baz"),
    ),
    (
        "no-trailing-slash",
        list("/pods/second").gives(&[SecondBar, SecondFoo]),
    ),
    ("nothing-without-trailing-slash", list("/pods/empty")),
];

async fn shows_the_latest_state(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge_latest(context, &levels, row_of(&LATEST, row)).await
}

const EXACT_ROWS: &[Row] = &names(&EXACT);

const EXACT: [(&str, Request); 14] = [
    (
        "before-the-update",
        list("/pods/first/")
            .exactly(Moment::First)
            .gives(&[FirstBar]),
    ),
    (
        "before-the-creation",
        list("/pods/second/").exactly(Moment::First),
    ),
    (
        "at-the-creation",
        list("/pods/second/")
            .exactly(Moment::Second)
            .gives(&[SecondBar]),
    ),
    (
        "before-the-first-write",
        list("/pods/").exactly(Moment::Before),
    ),
    (
        "now",
        list("/pods/first/")
            .exactly(Moment::Eighth)
            .gives(&[FirstBarAssigned]),
    ),
    (
        "after-write-1",
        list("/pods/").exactly(Moment::First).gives(&[FirstBar]),
    ),
    (
        "after-write-2",
        list("/pods/")
            .exactly(Moment::Second)
            .gives(&[FirstBar, SecondBar]),
    ),
    (
        "after-write-3",
        list("/pods/")
            .exactly(Moment::Third)
            .gives(&[FirstBar, SecondBar, SecondFoo]),
    ),
    (
        "after-write-4",
        list("/pods/").exactly(Moment::Fourth).gives(&[
            FirstBar,
            SecondBar,
            SecondFoo,
            ThirdBarfoo,
        ]),
    ),
    (
        "after-write-5",
        list("/pods/").exactly(Moment::Fifth).gives(&[
            FirstBar,
            SecondBar,
            SecondFoo,
            ThirdBarfoo,
            ThirdFoo,
        ]),
    ),
    (
        "after-write-6",
        list("/pods/").exactly(Moment::Sixth).gives(&[
            FirstBar,
            SecondBar,
            SecondBaz,
            SecondFoo,
            ThirdBarfoo,
            ThirdFoo,
        ]),
    ),
    (
        "after-the-update",
        list("/pods/").exactly(Moment::Seventh).gives(&[
            FirstBarAssigned,
            SecondBar,
            SecondBaz,
            SecondFoo,
            ThirdBarfoo,
            ThirdFoo,
        ]),
    ),
    (
        "after-the-deletion",
        list("/pods/").exactly(Moment::Eighth).gives(&[
            FirstBarAssigned,
            SecondBar,
            SecondFoo,
            ThirdBarfoo,
            ThirdFoo,
        ]),
    ),
    (
        "selected-by-field-of-then",
        list("/pods/first/")
            .exactly(Moment::Sixth)
            .fields("spec.nodeName=")
            .gives(&[FirstBar]),
    ),
];

async fn shows_an_earlier_state(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge(context, &levels, row_of(&EXACT, row)).await
}

async fn shows_the_state_after_foreign_writes(context: &Context) -> Verdict {
    let mut levels = Levels::write(context).await?;
    levels.bumped(context.bump().await?);
    let request = list("/pods/").exactly(Moment::Bumped).gives(&[
        FirstBarAssigned,
        SecondBar,
        SecondFoo,
        ThirdBarfoo,
        ThirdFoo,
    ]);
    judge(context, &levels, &request).await
}
