use crate::{
    case,
    cases::levels::{
        Levels,
        Object::{FirstBarAssigned, SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo},
        Request, judge_latest, list,
    },
    harness::{Capability, Case, Context, Row, Verdict, names, row_of},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    all_begin_at_the_latest_state,
    "Whichever version a first page must not be older than, if any, it holds the same: the latest state up to its limit.",
    "store/3.7.2"
)
.needs(&[Capability::Paging])];

const ROWS: &[Row] = &names(&REQUESTS);

#[rustfmt::skip]
const REQUESTS: [(&str, Request); 7] = [
    ("one_of_two", list("/pods/second/").limit(1).gives(&[SecondBar]).then("bar\0", Some(1))),
    ("two_of_five", list("/pods/").limit(2).gives(&[FirstBarAssigned, SecondBar]).then("second/bar\0", Some(3))),
    ("five_of_five", list("/pods/").limit(5).gives(&[FirstBarAssigned, SecondBar, SecondFoo, ThirdBarfoo, ThirdFoo])),
    ("rare_object", list("/pods/").limit(1).fields("metadata.name=barfoo").gives(&[ThirdBarfoo])
        .then("third/barfoo\0", None)),
    ("ends_with_the_last_key", list("/pods/").limit(2).fields("metadata.name=foo").gives(&[SecondFoo, ThirdFoo])),
    ("limit_of_all_keys", list("/pods/").limit(5).fields("metadata.name=foo").gives(&[SecondFoo, ThirdFoo])),
    ("nothing_selected", list("/pods/").limit(1).fields("metadata.name=baz")),
];

async fn all_begin_at_the_latest_state(context: &Context, row: usize) -> Verdict {
    let levels = Levels::write(context).await?;
    judge_latest(context, &levels, row_of(&REQUESTS, row)).await
}
