use super::scenario::{
    Expected::{Added, Deleted, Modified, Nothing},
    Scenario,
    Shape::{Assigned, Gone, Labelled, LabelledAssigned, Plain, Running},
    alone, below, play,
};
use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, row_of, sourced},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    follow_the_selection,
    "A change is told as ADDED where the object begins to match, MODIFIED where it goes on to, and as DELETED with the previous object at the version of the change where it ceases to.",
    "backend/6.1"
)
.needs(&[Capability::Watch])];

const ROWS: &[Row] = &sourced(&SCENARIOS);

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

const MATCHES_FOR_A_WHILE: &[super::scenario::Step] = steps![
    ("test-ns/foo", Plain, Nothing),
    ("test-ns/foo", Running, Nothing),
    ("test-ns/foo", Labelled, Added),
    ("test-ns/foo", LabelledAssigned("bar"), Modified),
    ("test-ns/foo", Plain, Deleted),
    ("test-ns/foo", Running, Nothing),
    ("test-ns/foo", Labelled, Added),
];

/// What is there loses its node, then its label, and goes. Each selector sees it leave at another step.
macro_rules! leaving {
    ($first:expr, $second:expr, $third:expr) => {
        steps![
            ("test-ns/foo", LabelledAssigned("bar"), Added),
            ("test-ns/foo", Labelled, $first),
            ("test-ns/foo", Plain, $second),
            ("test-ns/foo", Gone, $third),
            ("test-ns/foo", LabelledAssigned("bar"), Added),
        ]
    };
}

#[rustfmt::skip]
const SCENARIOS: [(&str, &str, Scenario); 16] = [
    ("created", "backend/6.1/1", below(NS, "", CREATED)),
    ("created-alone", "backend/6.1/1", alone(FOO, "", CREATED)),
    ("begins-to-match", "backend/6.1/2 backend/9/50", below(NS, "spec.nodeName=bar", BEGINS_TO_MATCH)),
    ("begins-to-match-alone", "backend/6.1/2 backend/9/50", alone(FOO, "spec.nodeName=bar", BEGINS_TO_MATCH)),
    ("updated", "backend/6.1/3 IFC-08", below(NS, "", UPDATED)),
    ("updated-alone", "backend/6.1/3 IFC-08", alone(FOO, "", UPDATED)),
    ("ceases-to-match", "backend/6.1/4 backend/9/50", below(NS, "spec.nodeName!=bar", CEASES_TO_MATCH)),
    ("ceases-to-match-alone", "backend/6.1/4 backend/9/50", alone(FOO, "spec.nodeName!=bar", CEASES_TO_MATCH)),
    ("in-and-out", "backend/6.1/5 backend/6.24/filtering", below(NS, "label:select", IN_AND_OUT)),
    ("in-and-out-alone", "backend/6.1/5 backend/6.24/filtering", alone(FOO, "label:select", IN_AND_OUT)),
    ("deleted-unseen", "backend/9/50", below(NS, "label:select", DELETED_UNSEEN)),
    ("deleted-unseen-alone", "backend/9/50", alone(FOO, "label:select", DELETED_UNSEEN)),
    ("matches-for-a-while", "backend/6.24/filtering", below(NS, "label:select", MATCHES_FOR_A_WHILE)),
    ("leaves-at-its-end", "backend/6.24/delete-events", below(NS, "", leaving!(Modified, Modified, Deleted))),
    ("leaves-with-its-label", "backend/6.24/delete-events", below(NS, "label:select", leaving!(Modified, Deleted, Nothing))),
    ("leaves-with-its-node", "backend/6.24/delete-events", below(NS, "spec.nodeName=bar", leaving!(Deleted, Nothing, Nothing))),
];

async fn follow_the_selection(context: &Context, row: usize) -> Verdict {
    play(context, row_of(&SCENARIOS, row)).await
}
