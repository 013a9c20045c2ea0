use storeproof::storage::{ListOptions, ResourceVersionMatch};
use storeproof_fixtures::objects::{Pod, PodExt, everything, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, expect_items, row_of, sourced},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        bounds_a_list,
        "A recursive list holds what lies below its key and a plain one the object at its key, nothing that begins alike.",
        "store/5.3.21"
    ),
    case!(
        rows ROWS,
        bounds_a_list_of_any_version,
        "A list that is not older than version 0 has the same bounds as one without a version.",
        "store/5.3.21"
    ),
    case!(
        rows ROWS,
        bounds_an_exact_list,
        "A list at exactly a version has the same bounds as one at the latest.",
        "store/5.3.21"
    )
    .needs(&[Capability::ExactReads]),
    case!(
        keeps_siblings_apart,
        "A namespace is listed without those whose names begin with its name.",
        "store/6/68"
    ),
];

/// A key, whether it is listed recursively, and which of the three objects that yields.
type Bounds = (&'static str, bool, &'static [usize]);

const ROWS: &[Row] = &sourced(&BOUNDS);

#[rustfmt::skip]
const BOUNDS: [(&str, &str, Bounds); 8] = [
    ("resource_alone", "store/5.3.21/c1", ("/pods/", false, &[])),
    ("resource", "store/5.3.21/c2", ("/pods/", true, &[0, 1, 2])),
    ("namespace_alone", "store/5.3.21/c3", ("/pods/test-ns/", false, &[])),
    ("namespace", "store/5.3.21/c4", ("/pods/test-ns/", true, &[0, 1])),
    ("object_alone", "store/5.3.21/c5", ("/pods/test-ns/foo", false, &[0])),
    ("object", "store/5.3.21/c6", ("/pods/test-ns/foo", true, &[])),
    ("longer_object_alone", "store/5.3.21/c7", ("/pods/test-ns/foobar", false, &[1])),
    ("longer_object", "store/5.3.21/c8", ("/pods/test-ns/foobar", true, &[])),
];

async fn seed(context: &Context) -> Verdict<Vec<Pod>> {
    let mut created = Vec::new();
    for (namespace, name) in [
        ("test-ns", "foo"),
        ("test-ns", "foobar"),
        ("test-ns2", "baz"),
    ] {
        created.push(context.create(&pod(namespace, name)).await?);
    }
    Ok(created)
}

/// Lists at a version, which is that of the last write where none is given.
async fn judge(
    context: &Context,
    row: usize,
    version: Option<&str>,
    matching: ResourceVersionMatch,
) -> Verdict {
    let created = seed(context).await?;
    let latest = created.last().map(PodExt::version).unwrap_or_default();
    let (at, recursive, wanted) = *row_of(&BOUNDS, row);
    let wanted: Vec<Pod> = wanted
        .iter()
        .filter_map(|index| created.get(*index).cloned())
        .collect();
    let options = ListOptions {
        resource_version: version.unwrap_or(latest).to_owned(),
        resource_version_match: matching,
        predicate: everything(),
        recursive,
    };
    expect_items(&context.list_with(at, options).await?, &wanted)
}

async fn bounds_a_list(context: &Context, row: usize) -> Verdict {
    judge(context, row, Some(""), ResourceVersionMatch::Unset).await
}

async fn bounds_a_list_of_any_version(context: &Context, row: usize) -> Verdict {
    judge(context, row, Some("0"), ResourceVersionMatch::NotOlderThan).await
}

async fn bounds_an_exact_list(context: &Context, row: usize) -> Verdict {
    judge(context, row, None, ResourceVersionMatch::Exact).await
}

async fn keeps_siblings_apart(context: &Context) -> Verdict {
    let inside = context.create(&pod("ns", "x")).await?;
    for sibling in ["ns-bad", "ns.bad", "ns0", "n", "nt"] {
        context.create(&pod(sibling, "x")).await?;
    }
    for at in ["/pods/ns", "/pods/ns/"] {
        expect_items(&context.list(at).await?, std::slice::from_ref(&inside))?;
    }
    Ok(())
}
