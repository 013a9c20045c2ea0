use storeproof_fixtures::objects::{Pod, PodExt, fields, key_of, pod};

use crate::{
    case,
    harness::{Case, Context, Row, Verdict, expect_items, names, row_of, selecting},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    holds_what_is_selected_in_scope,
    "A list of a namespace or of all holds what its field selector selects there, in the order of keys.",
    "store/5.3.37"
)];

/// A list and the objects there are, written `name@namespace:node`.
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

const ROWS: &[Row] = &names(&SCOPES);

#[rustfmt::skip]
const SCOPES: [(&str, Scope); 17] = [
    ("all", all("", &["foo1@ns1", "foo2@ns2"], &[])),
    ("by-namespace", all("metadata.namespace=ns1", &["foo1@ns1"], &["foo1@ns2"])),
    ("by-node", all("spec.nodeName=bar1", &["foo1@ns1:bar1"], &["foo2@ns2:bar2"])),
    ("by-other-nodes", all("spec.nodeName!=bar1", &["foo2@ns2:bar2"], &["foo1@ns1:bar1"])),
    ("namespace", within("ns1", "", &["foo1@ns1", "foo2@ns1"], &["foo1@ns2"])),
    ("namespace-by-itself", within("ns1", "metadata.namespace=ns1", &["foo1@ns1"], &["foo1@ns2"])),
    ("namespace-by-another",
        within("ns1", "metadata.namespace=ns2", &[], &["foo1@ns1", "foo1@ns2", "foo2@ns1", "foo2@ns2"])),
    ("namespace-by-node",
        within("ns1", "spec.nodeName=bar2", &["foo2@ns1:bar2"], &["foo1@ns1:bar1", "foo1@ns2:bar2"])),
    ("namespace-by-other-nodes",
        within("ns2", "spec.nodeName!=bar1", &["foo1@ns2", "foo2@ns2:bar2"], &["foo1@ns1", "foo3@ns2:bar1"])),
    ("by-name", all("metadata.name=foo1", &["foo1@ns1", "foo1@ns2"], &["foo2@ns1"])),
    ("by-name-and-namespace",
        all("metadata.name=foo1,metadata.namespace=ns1", &["foo1@ns1"], &["foo2@ns1", "foo1@ns2"])),
    ("by-name-and-node", all("metadata.name=foo1,spec.nodeName=bar1", &["foo1@ns1:bar1"], &["foo1@ns2"])),
    ("by-name-and-other-nodes",
        all("spec.nodeName!=bar1,metadata.name=foo1", &["foo1@ns1", "foo1@ns3:bar2"],
            &["foo2@ns1", "foo1@ns2:bar1", "foo2@ns2:bar1", "foo2@ns3:bar2"])),
    ("namespace-by-name",
        within("ns1", "metadata.name=foo1", &["foo1@ns1"], &["foo2@ns1", "foo1@ns2", "foo2@ns2"])),
    ("namespace-by-name-and-itself",
        within("ns1", "metadata.name=foo1,metadata.namespace=ns1", &["foo1@ns1"],
            &["foo2@ns1", "foo1@ns2", "foo2@ns2"])),
    ("namespace-by-all-three",
        within("ns2", "metadata.name=foo2,metadata.namespace=ns2,spec.nodeName=bar1", &["foo2@ns2:bar1"],
            &["foo1@ns1", "foo2@ns1", "foo1@ns2", "foo1@ns3:bar1", "foo2@ns3:bar1"])),
    ("namespace-by-name-and-other-nodes",
        within("ns2", "spec.nodeName!=bar2,metadata.name=foo1,metadata.namespace=ns2", &["foo1@ns2:bar1"],
            &["foo1@ns1", "foo2@ns1", "foo2@ns2:bar2", "foo1@ns3:bar2"])),
];

/// Creates an object from its short form.
async fn create(context: &Context, short: &str) -> Verdict<Pod> {
    let (name, place) = short.split_once('@').unwrap_or((short, "default"));
    let pod = match place.split_once(':') {
        Some((namespace, node)) => pod(namespace, name).node(node),
        None => pod(place, name),
    };
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
