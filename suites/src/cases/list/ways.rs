use crate::{
    case,
    cases::levels::{
        Levels,
        Object::{FirstBarAssigned, SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo},
        Request, judge_latest, list,
    },
    harness::{Case, Context, Row, Verdict, names, row_of},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    all_show_the_latest_state,
    "Whichever version that is no newer than the store a list is bounded by, if any, it shows the same: the latest state.",
    "store/3.7.2"
)];

const ROWS: &[Row] = &names(&REQUESTS);

#[rustfmt::skip]
const REQUESTS: [(&str, Request); 8] = [
    ("no_object", list("/pods/non-existing/")),
    ("no_object_selected", list("/pods/first/").fields("metadata.name!=bar")),
    ("all_levels", list("/pods/").gives(&[FirstBarAssigned, SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("selected_by_updated_field", list("/pods/").fields("spec.nodeName=fakeNode").gives(&[FirstBarAssigned])),
    ("selected_by_former_field", list("/pods/first/").fields("spec.nodeName=")),
    ("deleted_object_selected", list("/pods/").fields("metadata.name=baz")),
    ("no_trailing_slash", list("/pods/second").gives(&[SecondBar, SecondFoo])),
    ("nothing_without_trailing_slash", list("/pods/empty")),
];

async fn all_show_the_latest_state(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge_latest(context, &levels, row_of(&REQUESTS, row)).await
}
