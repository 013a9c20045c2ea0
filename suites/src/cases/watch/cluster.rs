use super::scenario::{
    Expected::{Added, Deleted, Modified, Nothing},
    Scenario,
    Shape::{Assigned, Plain, Running},
    alone, below, play,
};
use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, row_of, sourced},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    tells_of_objects_without_namespace,
    "A watch of objects without namespace, of all or of one, tells exactly of the changes that its selector is about.",
    "backend/6.13"
)
.needs(&[Capability::Watch])];

const ROWS: &[Row] = &sourced(&SCENARIOS);

const SCENARIOS: [(&str, &str, Scenario); 6] = [
    (
        "all",
        "backend/6.13/1",
        below(
            "/pods/",
            "",
            &[
                ("foo1", Plain, Added),
                ("foo1", Running, Modified),
                ("foo2", Assigned("bar1"), Added),
            ],
        ),
    ),
    (
        "by-node",
        "backend/6.13/2",
        below(
            "/pods/",
            "spec.nodeName=bar1",
            &[("foo1", Plain, Nothing), ("foo1", Assigned("bar1"), Added)],
        ),
    ),
    (
        "by-other-nodes",
        "backend/6.13/3",
        below(
            "/pods/",
            "spec.nodeName!=bar1",
            &[
                ("foo1", Plain, Added),
                ("foo2", Plain, Added),
                ("foo1", Running, Modified),
                ("foo1", Assigned("bar1"), Deleted),
            ],
        ),
    ),
    (
        "one-by-name",
        "backend/6.13/4",
        alone(
            "/pods/foo1",
            "metadata.name=foo1",
            &[
                ("foo1", Plain, Added),
                ("foo2", Plain, Nothing),
                ("foo1", Running, Modified),
                ("foo2", Running, Nothing),
                ("foo1", Plain, Modified),
            ],
        ),
    ),
    (
        "one-by-name-and-node",
        "backend/6.13/5",
        alone(
            "/pods/foo1",
            "metadata.name=foo1,spec.nodeName=bar1",
            &[
                ("foo1", Plain, Nothing),
                ("foo2", Plain, Nothing),
                ("foo1", Running, Nothing),
                ("foo2", Running, Nothing),
                ("foo1", Assigned("bar1"), Added),
            ],
        ),
    ),
    (
        "one-by-name-and-other-nodes",
        "backend/6.13/6",
        alone(
            "/pods/foo1",
            "spec.nodeName!=bar1,metadata.name=foo1",
            &[
                ("foo1", Plain, Added),
                ("foo2", Plain, Nothing),
                ("foo1", Running, Modified),
                ("foo1", Assigned("bar1"), Deleted),
                ("foo2", Assigned("bar1"), Nothing),
                ("foo1", Plain, Added),
            ],
        ),
    ),
];

async fn tells_of_objects_without_namespace(context: &Context, row: usize) -> Verdict {
    play(context, row_of(&SCENARIOS, row)).await
}
