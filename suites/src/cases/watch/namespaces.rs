use super::scenario::{
    Expected::{Added, Deleted, Modified, Nothing},
    Scenario,
    Shape::{Assigned, Claiming, Plain, Running},
    alone, below, play,
};
use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, names, row_of},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    tells_of_what_is_selected_in_scope,
    "A watch of all namespaces, of one, or of one object tells exactly of the changes that its selector is about.",
    "backend/6.14"
)
.needs(&[Capability::Watch])];

const ROWS: &[Row] = &names(&SCENARIOS);

const ON_BAR1: super::scenario::Shape = Assigned("bar1");
const ON_BAR2: super::scenario::Shape = Assigned("bar2");

#[rustfmt::skip]
const SCENARIOS: [(&str, Scenario); 17] = [
    ("all", below("/pods/", "", &[
        ("ns1/foo1", Plain, Added), ("ns2/foo2", Plain, Added),
        ("ns1/foo1", Running, Modified), ("ns2/foo2", Running, Modified),
    ])),
    ("by-namespace", below("/pods/", "metadata.namespace=ns1", &[
        ("ns1/foo1", Plain, Added), ("ns2/foo1", Plain, Nothing),
        ("ns1/foo1", Running, Modified), ("ns2/foo1", Running, Nothing), ("ns1/foo1", Plain, Modified),
    ])),
    ("by-node", below("/pods/", "spec.nodeName=bar1", &[
        ("ns1/foo1", Plain, Nothing), ("ns2/foo2", Plain, Nothing),
        ("ns1/foo1", ON_BAR1, Added), ("ns2/foo2", ON_BAR1, Added),
    ])),
    ("by-other-nodes", below("/pods/", "spec.nodeName!=bar1", &[
        ("ns1/foo1", Plain, Added), ("ns1/foo2", Plain, Added),
        ("ns1/foo1", Running, Modified), ("ns1/foo1", ON_BAR1, Deleted),
    ])),
    ("namespace", below("/pods/ns1/", "", &[
        ("ns1/foo1", Plain, Added), ("ns2/foo1", Plain, Nothing), ("ns1/foo2", Plain, Added),
        ("ns1/foo1", Running, Modified), ("ns2/foo1", Running, Nothing), ("ns1/foo2", Running, Modified),
    ])),
    ("namespace-by-itself", below("/pods/ns1/", "metadata.namespace=ns1", &[
        ("ns1/foo1", Plain, Added), ("ns2/foo1", Plain, Nothing), ("ns1/foo1", Running, Modified),
    ])),
    ("namespace-by-another", below("/pods/ns1/", "metadata.namespace=ns2", &[
        ("ns1/foo1", Plain, Nothing), ("ns2/foo1", Plain, Nothing),
        ("ns1/foo1", Running, Nothing), ("ns2/foo1", Running, Nothing), ("ns1/foo3", Claiming("ns2"), Added),
    ])),
    ("namespace-by-node", below("/pods/ns1/", "spec.nodeName=bar2", &[
        ("ns1/foo1", Plain, Nothing), ("ns1/foo1", ON_BAR1, Nothing),
        ("ns2/foo1", ON_BAR2, Nothing), ("ns1/foo1", ON_BAR2, Added),
    ])),
    ("namespace-by-other-nodes", below("/pods/ns2/", "spec.nodeName!=bar1", &[
        ("ns1/foo1", Plain, Nothing), ("ns2/foo1", Plain, Added),
        ("ns2/foo1", ON_BAR1, Deleted), ("ns2/foo1", ON_BAR2, Added),
    ])),
    ("by-name", below("/pods/", "metadata.name=foo1", &[
        ("ns1/foo1", Plain, Added), ("ns2/foo1", Plain, Added), ("ns1/foo2", Plain, Nothing),
        ("ns1/foo1", Running, Modified), ("ns1/foo1", ON_BAR1, Modified),
    ])),
    ("by-name-and-namespace", below("/pods/", "metadata.name=foo1,metadata.namespace=ns1", &[
        ("ns1/foo1", Plain, Added), ("ns1/foo2", Plain, Nothing), ("ns2/foo1", Plain, Nothing),
        ("ns1/foo1", Running, Modified), ("ns1/foo1", ON_BAR1, Modified),
    ])),
    ("by-name-and-node", below("/pods/", "metadata.name=foo1,spec.nodeName=bar1", &[
        ("ns1/foo1", Plain, Nothing), ("ns1/foo1", Running, Nothing), ("ns1/foo1", ON_BAR1, Added),
    ])),
    ("by-name-and-other-nodes", below("/pods/", "spec.nodeName!=bar1,metadata.name=foo1", &[
        ("ns1/foo1", Plain, Added), ("ns1/foo2", Plain, Nothing), ("ns1/foo1", Running, Modified),
        ("ns1/foo1", ON_BAR1, Deleted), ("ns1/foo1", ON_BAR2, Added),
    ])),
    ("one-by-name", alone("/pods/ns1/foo1", "metadata.name=foo1", &[
        ("ns1/foo1", Plain, Added), ("ns1/foo2", Plain, Nothing),
        ("ns1/foo1", Running, Modified), ("ns1/foo1", ON_BAR1, Modified),
    ])),
    ("one-by-name-and-namespace", alone("/pods/ns1/foo2", "metadata.name=foo2,metadata.namespace=ns1", &[
        ("ns1/foo1", Plain, Nothing), ("ns1/foo2", Plain, Added),
        ("ns1/foo1", Running, Nothing), ("ns1/foo2", ON_BAR1, Modified),
    ])),
    ("one-by-all-three", alone("/pods/ns1/foo1", "metadata.name=foo1,metadata.namespace=ns1,spec.nodeName=bar1", &[
        ("ns1/foo1", Plain, Nothing), ("ns1/foo2", Plain, Nothing), ("ns2/foo1", Plain, Nothing),
        ("ns1/foo1", Running, Nothing), ("ns1/foo1", ON_BAR1, Added),
    ])),
    ("one-by-other-nodes", alone("/pods/ns1/foo2", "spec.nodeName!=bar1,metadata.name=foo2,metadata.namespace=ns1", &[
        ("ns1/foo1", Plain, Nothing), ("ns2/foo2", Plain, Nothing), ("ns1/foo2", Plain, Added),
        ("ns1/foo2", Running, Modified), ("ns1/foo2", ON_BAR1, Deleted),
    ])),
];

async fn tells_of_what_is_selected_in_scope(context: &Context, row: usize) -> Verdict {
    play(context, row_of(&SCENARIOS, row)).await
}
