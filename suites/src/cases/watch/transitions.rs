use super::scenario::{
    Expected::{Added, Deleted, Modified, Nothing},
    Scenario,
    Shape::{Assigned, Gone, Labelled, LabelledAssigned, Plain, Running},
    alone, below, play,
};
use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, names, row_of},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    follow_the_selection,
    "A change is told as ADDED where the object begins to match, MODIFIED where it goes on to, and as DELETED with the previous object at the version of the change where it ceases to.",
    "backend/6.1 backend/9/50 IFC-08"
)
.needs(&[Capability::Watch])];

const ROWS: &[Row] = &names(&SCENARIOS);

const NS: &str = "/pods/test-ns";
const FOO: &str = "/pods/test-ns/foo";

/// The steps of every row begin with a write in a namespace whose name begins alike.
macro_rules! steps {
    ($($step:expr),* $(,)?) => {
        &[("test-ns-bad/foo", Plain, Nothing), $($step),*]
    };
}

const CREATED: &[super::scenario::Step] = steps![("test-ns/foo", Plain, Added)];
const BEGINS_TO_MATCH: &[super::scenario::Step] = steps![
    ("test-ns/foo", Plain, Nothing),
    ("test-ns/foo", Assigned("bar"), Added),
];
const UPDATED: &[super::scenario::Step] = steps![
    ("test-ns/foo", Plain, Added),
    ("test-ns/foo", Assigned("bar"), Modified),
];
const CEASES_TO_MATCH: &[super::scenario::Step] = steps![
    ("test-ns/foo", Plain, Added),
    ("test-ns/foo", Assigned("bar"), Deleted),
];
const IN_AND_OUT: &[super::scenario::Step] = steps![
    ("test-ns/foo", Labelled, Added),
    ("test-ns/foo", Plain, Deleted),
    ("test-ns/foo", Labelled, Added),
    ("test-ns/foo", LabelledAssigned("bar"), Modified),
    ("test-ns/foo", Gone, Deleted),
];
const DELETED_UNSEEN: &[super::scenario::Step] = steps![
    ("test-ns/foo", Plain, Nothing),
    ("test-ns/foo", Running, Nothing),
    ("test-ns/foo", Gone, Nothing),
    ("test-ns/foo", Labelled, Added),
    ("test-ns/foo", Gone, Deleted),
    ("test-ns/foo", Plain, Nothing),
    ("test-ns/foo", Labelled, Added),
];

const SCENARIOS: [(&str, Scenario); 12] = [
    ("created", below(NS, "", CREATED)),
    ("created-alone", alone(FOO, "", CREATED)),
    (
        "begins-to-match",
        below(NS, "spec.nodeName=bar", BEGINS_TO_MATCH),
    ),
    (
        "begins-to-match-alone",
        alone(FOO, "spec.nodeName=bar", BEGINS_TO_MATCH),
    ),
    ("updated", below(NS, "", UPDATED)),
    ("updated-alone", alone(FOO, "", UPDATED)),
    (
        "ceases-to-match",
        below(NS, "spec.nodeName!=bar", CEASES_TO_MATCH),
    ),
    (
        "ceases-to-match-alone",
        alone(FOO, "spec.nodeName!=bar", CEASES_TO_MATCH),
    ),
    ("in-and-out", below(NS, "label:select", IN_AND_OUT)),
    ("in-and-out-alone", alone(FOO, "label:select", IN_AND_OUT)),
    ("deleted-unseen", below(NS, "label:select", DELETED_UNSEEN)),
    (
        "deleted-unseen-alone",
        alone(FOO, "label:select", DELETED_UNSEEN),
    ),
];

async fn follow_the_selection(context: &Context, row: usize) -> Verdict {
    play(context, row_of(&SCENARIOS, row)).await
}
