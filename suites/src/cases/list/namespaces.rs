use storeproof_fixtures::objects::{Pod, PodExt, fields, key_of, pod};

use crate::{
    case,
    harness::{Case, Context, Row, Verdict, expect_items, row_of, selecting, sourced},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    holds_what_is_selected_in_scope,
    "A list of a namespace or of all holds what its field selector selects there, in the order of keys.",
    "store/5.3.37"
)];

/// A list and the objects there are, written `name@namespace:node+phase`.
struct Scope {
    /// The namespace that is listed; all where empty.
    namespace: &'static str,
    fields: &'static str,
    /// Those that are listed, and those that are not.
    selected: &'static [&'static str],
    others: &'static [&'static str],
}

const fn all(fields: &'static str, selected: &'static [&str], others: &'static [&str]) -> Scope {
    within("", fields, selected, others)
}

const fn within(
    namespace: &'static str,
    fields: &'static str,
    selected: &'static [&str],
    others: &'static [&str],
) -> Scope {
    Scope {
        namespace,
        fields,
        selected,
        others,
    }
}

const ROWS: &[Row] = &sourced(&SCOPES);

#[rustfmt::skip]
const SCOPES: [(&str, &str, Scope); 18] = [
    ("all", "store/5.3.37/c0", all("", &["foo1@ns1", "foo2@ns2"], &[])),
    ("by_namespace", "store/5.3.37/c1", all("metadata.namespace=ns1", &["foo1@ns1"], &["foo1@ns2"])),
    ("by_node", "store/5.3.37/c2", all("spec.nodeName=bar1", &["foo1@ns1:bar1"], &["foo2@ns2:bar2"])),
    ("by_other_nodes", "store/5.3.37/c3", all("spec.nodeName!=bar1", &["foo2@ns2:bar2"], &["foo1@ns1:bar1"])),
    ("namespace", "store/5.3.37/c4", within("ns1", "", &["foo1@ns1", "foo2@ns1"], &["foo1@ns2"])),
    ("namespace_by_itself", "store/5.3.37/c5", within("ns1", "metadata.namespace=ns1", &["foo1@ns1"], &["foo1@ns2"])),
    ("namespace_by_another", "store/5.3.37/c6",
        within("ns1", "metadata.namespace=ns2", &[], &["foo1@ns1", "foo1@ns2", "foo2@ns1+Running", "foo2@ns2+Running"])),
    ("namespace_by_node", "store/5.3.37/c7",
        within("ns1", "spec.nodeName=bar2", &["foo2@ns1:bar2"], &["foo1@ns1:bar1", "foo1@ns2:bar2"])),
    ("namespace_by_other_nodes", "store/5.3.37/c8",
        within("ns2", "spec.nodeName!=bar1", &["foo1@ns2", "foo2@ns2:bar2"], &["foo1@ns1", "foo3@ns2:bar1"])),
    ("by_name", "store/5.3.37/c9", all("metadata.name=foo1", &["foo1@ns1", "foo1@ns2"], &["foo2@ns1"])),
    ("by_name_and_namespace", "store/5.3.37/c10",
        all("metadata.name=foo1,metadata.namespace=ns1", &["foo1@ns1"], &["foo2@ns1", "foo1@ns2"])),
    ("by_name_and_node", "store/5.3.37/c11", all("metadata.name=foo1,spec.nodeName=bar1", &["foo1@ns1:bar1"], &[])),
    ("by_name_and_node_among_others", "store/6/57",
        all("metadata.name=foo1,spec.nodeName=bar1", &["foo1@ns1:bar1"], &["foo1@ns2", "foo2@ns1:bar1"])),
    ("by_name_and_other_nodes", "store/5.3.37/c12",
        all("spec.nodeName!=bar1,metadata.name=foo1", &["foo1@ns1", "foo1@ns3:bar2"],
            &["foo2@ns1", "foo1@ns2:bar1", "foo2@ns2:bar1", "foo2@ns3:bar2"])),
    ("namespace_by_name", "store/5.3.37/c13",
        within("ns1", "metadata.name=foo1", &["foo1@ns1"], &["foo2@ns1", "foo1@ns2", "foo2@ns2"])),
    ("namespace_by_name_and_itself", "store/5.3.37/c14",
        within("ns1", "metadata.name=foo1,metadata.namespace=ns1", &["foo1@ns1"],
            &["foo2@ns1", "foo1@ns2", "foo2@ns2"])),
    ("namespace_by_all_three", "store/5.3.37/c15",
        within("ns2", "metadata.name=foo2,metadata.namespace=ns2,spec.nodeName=bar1", &["foo2@ns2:bar1"],
            &["foo1@ns1", "foo2@ns1", "foo1@ns2", "foo1@ns3:bar1", "foo2@ns3:bar1"])),
    ("namespace_by_name_and_other_nodes", "store/5.3.37/c16",
        within("ns2", "spec.nodeName!=bar2,metadata.name=foo1,metadata.namespace=ns2", &["foo1@ns2:bar1"],
            &["foo1@ns1", "foo2@ns1", "foo2@ns2:bar2", "foo1@ns3:bar2"])),
];

/// Creates an object from its short form.
async fn create(context: &Context, short: &str) -> Verdict<Pod> {
    let (short, phase) = short.split_once('+').unwrap_or((short, ""));
    let (short, node) = short.split_once(':').unwrap_or((short, ""));
    let (name, namespace) = short.split_once('@').unwrap_or((short, "default"));
    let mut pod = pod(namespace, name);
    if !node.is_empty() {
        pod = pod.node(node);
    }
    if !phase.is_empty() {
        pod = pod.phase(phase);
    }
    context.create(&pod).await
}

async fn holds_what_is_selected_in_scope(context: &Context, row: usize) -> Verdict {
    let scope = row_of(&SCOPES, row);
    for other in scope.others {
        create(context, other).await?;
    }
    let mut selected = Vec::new();
    for one in scope.selected {
        selected.push(create(context, one).await?);
    }
    selected.sort_by_key(key_of);
    let at = format!("/pods/{}", scope.namespace);
    let list = context
        .list_with(&at, selecting(fields(scope.fields)))
        .await?;
    expect_items(&list, &selected)
}
