use super::scenario::{
    Expected::{Added, Deleted, Modified, Nothing},
    Scenario,
    Shape::{Assigned, Claiming, Plain, Running},
    alone, below, play,
};
use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, row_of, sourced},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    tells_of_what_is_selected_in_scope,
    "A watch of all namespaces, of one, or of one object tells exactly of the changes that its selector is about.",
    "backend/6.14"
)
.needs(&[Capability::Watch])];

const ROWS: &[Row] = &sourced(&SCENARIOS);

const ON_BAR1: super::scenario::Shape = Assigned("bar1");
const ON_BAR2: super::scenario::Shape = Assigned("bar2");

#[rustfmt::skip]
const SCENARIOS: [(&str, &str, Scenario); 17] = [
    ("all", "backend/6.14/1", below("/pods/", "", &[
        ("ns1/foo1", Plain, Added), ("ns2/foo2", Plain, Added),
        ("ns1/foo1", Running, Modified), ("ns2/foo2", Running, Modified),
    ])),
    ("by-namespace", "backend/6.14/2", below("/pods/", "metadata.namespace=ns1", &[
        ("ns1/foo1", Plain, Added), ("ns2/foo1", Plain, Nothing),
        ("ns1/foo1", Running, Modified), ("ns2/foo1", Running, Nothing), ("ns1/foo1", Plain, Modified),
    ])),
    ("by-node", "backend/6.14/3", below("/pods/", "spec.nodeName=bar1", &[
        ("ns1/foo1", Plain, Nothing), ("ns2/foo2", Plain, Nothing),
        ("ns1/foo1", ON_BAR1, Added), ("ns2/foo2", ON_BAR1, Added),
    ])),
    ("by-other-nodes", "backend/6.14/4", below("/pods/", "spec.nodeName!=bar1", &[
        ("ns1/foo1", Plain, Added), ("ns1/foo2", Plain, Added),
        ("ns1/foo1", Running, Modified), ("ns1/foo1", ON_BAR1, Deleted),
    ])),
    ("namespace", "backend/6.14/5", below("/pods/ns1/", "", &[
        ("ns1/foo1", Plain, Added), ("ns2/foo1", Plain, Nothing), ("ns1/foo2", Plain, Added),
        ("ns1/foo1", Running, Modified), ("ns2/foo1", Running, Nothing), ("ns1/foo2", Running, Modified),
    ])),
    ("namespace-by-itself", "backend/6.14/6", below("/pods/ns1/", "metadata.namespace=ns1", &[
        ("ns1/foo1", Plain, Added), ("ns2/foo1", Plain, Nothing), ("ns1/foo1", Running, Modified),
    ])),
    ("namespace-by-another", "backend/6.14/7", below("/pods/ns1/", "metadata.namespace=ns2", &[
        ("ns1/foo1", Plain, Nothing), ("ns2/foo1", Plain, Nothing),
        ("ns1/foo1", Running, Nothing), ("ns2/foo1", Running, Nothing), ("ns1/foo3", Claiming("ns2"), Added),
    ])),
    ("namespace-by-node", "backend/6.14/8", below("/pods/ns1/", "spec.nodeName=bar2", &[
        ("ns1/foo1", Plain, Nothing), ("ns1/foo1", ON_BAR1, Nothing),
        ("ns2/foo1", ON_BAR2, Nothing), ("ns1/foo1", ON_BAR2, Added),
    ])),
    ("namespace-by-other-nodes", "backend/6.14/9", below("/pods/ns2/", "spec.nodeName!=bar1", &[
        ("ns1/foo1", Plain, Nothing), ("ns2/foo1", Plain, Added),
        ("ns2/foo1", ON_BAR1, Deleted), ("ns2/foo1", ON_BAR2, Added),
    ])),
    ("by-name", "backend/6.14/10", below("/pods/", "metadata.name=foo1", &[
        ("ns1/foo1", Plain, Added), ("ns2/foo1", Plain, Added), ("ns1/foo2", Plain, Nothing),
        ("ns1/foo1", Running, Modified), ("ns1/foo1", ON_BAR1, Modified),
    ])),
    ("by-name-and-namespace", "backend/6.14/11", below("/pods/", "metadata.name=foo1,metadata.namespace=ns1", &[
        ("ns1/foo1", Plain, Added), ("ns1/foo2", Plain, Nothing), ("ns2/foo1", Plain, Nothing),
        ("ns1/foo1", Running, Modified), ("ns1/foo1", ON_BAR1, Modified),
    ])),
    ("by-name-and-node", "backend/6.14/12", below("/pods/", "metadata.name=foo1,spec.nodeName=bar1", &[
        ("ns1/foo1", Plain, Nothing), ("ns1/foo1", Running, Nothing), ("ns1/foo1", ON_BAR1, Added),
    ])),
    ("by-name-and-other-nodes", "backend/6.14/15", below("/pods/", "spec.nodeName!=bar1,metadata.name=foo1", &[
        ("ns1/foo1", Plain, Added), ("ns1/foo2", Plain, Nothing), ("ns1/foo1", Running, Modified),
        ("ns1/foo1", ON_BAR1, Deleted), ("ns1/foo1", ON_BAR2, Added),
    ])),
    ("one-by-name", "backend/6.14/16", alone("/pods/ns1/foo1", "metadata.name=foo1", &[
        ("ns1/foo1", Plain, Added), ("ns1/foo2", Plain, Nothing),
        ("ns1/foo1", Running, Modified), ("ns1/foo1", ON_BAR1, Modified),
    ])),
    ("one-by-name-and-namespace", "backend/6.14/17", alone("/pods/ns1/foo2", "metadata.name=foo2,metadata.namespace=ns1", &[
        ("ns1/foo1", Plain, Nothing), ("ns1/foo2", Plain, Added),
        ("ns1/foo1", Running, Nothing), ("ns1/foo2", ON_BAR1, Modified),
    ])),
    ("one-by-all-three", "backend/6.14/18", alone("/pods/ns1/foo1", "metadata.name=foo1,metadata.namespace=ns1,spec.nodeName=bar1", &[
        ("ns1/foo1", Plain, Nothing), ("ns1/foo2", Plain, Nothing), ("ns2/foo1", Plain, Nothing),
        ("ns1/foo1", Running, Nothing), ("ns1/foo1", ON_BAR1, Added),
    ])),
    ("one-by-other-nodes", "backend/6.14/19", alone("/pods/ns1/foo2", "spec.nodeName!=bar1,metadata.name=foo2,metadata.namespace=ns1", &[
        ("ns1/foo1", Plain, Nothing), ("ns2/foo2", Plain, Nothing), ("ns1/foo2", Plain, Added),
        ("ns1/foo2", Running, Modified), ("ns1/foo2", ON_BAR1, Deleted),
    ])),
];

async fn tells_of_what_is_selected_in_scope(context: &Context, row: usize) -> Verdict {
    play(context, row_of(&SCENARIOS, row)).await
}
