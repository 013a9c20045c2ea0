use storeproof::storage::{ListOptions, ResourceVersionMatch};
use storeproof_fixtures::objects::{Pod, everything, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, expect_items, names, row_of},
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

const ROWS: &[Row] = &names(&BOUNDS);

const BOUNDS: [(&str, Bounds); 8] = [
    ("resource-alone", ("/pods/", false, &[])),
    ("resource", ("/pods/", true, &[0, 1, 2])),
    ("namespace-alone", ("/pods/test-ns/", false, &[])),
    ("namespace", ("/pods/test-ns/", true, &[0, 1])),
    ("object-alone", ("/pods/test-ns/foo", false, &[0])),
    ("object", ("/pods/test-ns/foo", true, &[])),
    ("longer-object-alone", ("/pods/test-ns/foobar", false, &[1])),
    ("longer-object", ("/pods/test-ns/foobar", true, &[])),
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

async fn judge(context: &Context, row: usize, ways: &[(&str, ResourceVersionMatch)]) -> Verdict {
    let created = seed(context).await?;
    let latest = created
        .iter()
        .rev()
        .find_map(|pod| pod.metadata.resource_version.clone())
        .unwrap_or_default();
    let (at, recursive, wanted) = *row_of(&BOUNDS, row);
    let wanted: Vec<Pod> = wanted
        .iter()
        .filter_map(|index| created.get(*index).cloned())
        .collect();
    for (version, matching) in ways {
        let options = ListOptions {
            resource_version: version.replace("latest", &latest),
            resource_version_match: matching.clone(),
            predicate: everything(),
            recursive,
        };
        expect_items(&context.list_with(at, options).await?, &wanted)?;
    }
    Ok(())
}

async fn bounds_a_list(context: &Context, row: usize) -> Verdict {
    let ways = [
        ("", ResourceVersionMatch::Unset),
        ("0", ResourceVersionMatch::NotOlderThan),
        ("latest", ResourceVersionMatch::NotOlderThan),
    ];
    judge(context, row, &ways).await
}

async fn bounds_an_exact_list(context: &Context, row: usize) -> Verdict {
    judge(context, row, &[("latest", ResourceVersionMatch::Exact)]).await
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
