use std::sync::Arc;

use storeproof::storage::{SelectionPredicate, Store, WatchOptions};
use storeproof_fixtures::objects::{Pod, PodExt, attributes, everything, fields, key, labels, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, Row, Verdict, expect_eq, row_of, sourced, version_of},
};

const NEEDS: &[Capability] = &[Capability::Watch];

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        is_bounded_by_its_key,
        "A recursive watch is of what lies below its key and a plain one of exactly its key, nothing that begins alike.",
        "backend/9/72"
    )
    .needs(NEEDS),
    case!(
        of_another_store_is_apart,
        "A watch tells of nothing that is written below another store's path prefix.",
        "backend/9/72"
    )
    .needs(NEEDS),
    case!(
        demands_labels_and_fields,
        "With both selectors an object begins and ceases to match by either of them.",
        "backend/9/50"
    )
    .needs(NEEDS),
    case!(
        takes_missing_attributes_for_no_match,
        "An object whose attributes cannot be had does not match, and the watch goes on.",
        "backend/9/62"
    )
    .needs(NEEDS),
    case!(
        ignores_limit_and_token,
        "Limit and continue token of the predicate mean nothing to a watch.",
        "backend/6.18"
    )
    .needs(NEEDS),
];

const ROWS: &[Row] = &sourced(&BOUNDS);

/// The watched key, whether recursively, and which of the written keys it is about. All of them are written in order.
type Bounds = (&'static str, bool, &'static [&'static str]);

const WRITTEN: [&str; 6] = [
    "/pods/a/b",
    "/pods/a/b/c",
    "/pods/a/bc",
    "/pods/a-bad/b",
    "/pods/ab/b",
    "/pods/a",
];

#[rustfmt::skip]
const BOUNDS: [(&str, &str, Bounds); 6] = [
    ("all", "backend/9/72", ("/pods/", true, &WRITTEN)),
    ("all-without-slash", "backend/9/72 backend/6.22/collection", ("/pods", true, &WRITTEN)),
    ("namespace", "backend/9/72", ("/pods/a/", true, &BELOW_A)),
    ("namespace-without-slash", "backend/9/72 backend/6.22/namespace", ("/pods/a", true, &BELOW_A)),
    ("object", "backend/9/72", ("/pods/a/b", false, &["/pods/a/b"])),
    ("object-recursively", "backend/9/72 backend/6.22/object", ("/pods/a/b", true, &["/pods/a/b/c"])),
];

const BELOW_A: [&str; 3] = ["/pods/a/b", "/pods/a/b/c", "/pods/a/bc"];

async fn is_bounded_by_its_key(context: &Context, row: usize) -> Verdict {
    let (at, recursive, wanted) = *row_of(&BOUNDS, row);
    let options = WatchOptions {
        resource_version: context.current().await?.to_string(),
        predicate: everything(),
        recursive,
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with(at, options).await?;
    // Twice, so that an event too many behind the last wanted one is seen.
    for round in ["1", "2"] {
        for written in WRITTEN {
            let bare = pod("any", &format!("{round}{}", written.replace('/', "-")));
            let created = context.store().create(written, &bare, None).await?;
            let deleted = context
                .store()
                .delete(
                    written,
                    Default::default(),
                    &mut storeproof::storage::AcceptAll,
                )
                .await?;
            if wanted.contains(&written) {
                watch.expect_added(&created).await?;
                watch.expect_deleted(&deleted.unwrap_or_default()).await?;
            }
        }
    }
    Ok(())
}

async fn of_another_store_is_apart(context: &Context) -> Verdict {
    let other = context.open_another().await?;
    let start = context.current().await?;
    let mut watch = context.watch("/pods/", start).await?;
    let foreign: &Arc<dyn Store<Pod>> = &other.store;
    foreign
        .create(&key("ns", "foo"), &pod("ns", "foo"), None)
        .await?;
    let own = context.create(&pod("ns", "foo")).await?;
    watch.expect_added(&own).await?;
    other.close().await;
    let deleted = context.delete(&key("ns", "foo")).await?;
    watch.expect_deleted(&deleted).await
}

async fn demands_labels_and_fields(context: &Context) -> Verdict {
    let predicate = SelectionPredicate {
        field: fields("spec.nodeName=n1").field,
        ..labels(&[("app", "web")])
    };
    let options = WatchOptions {
        resource_version: context.current().await?.to_string(),
        predicate,
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with("/pods/ns", options).await?;
    let bare = pod("ns", "foo");
    context.write(&bare.clone().node("n1")).await?;
    let both = context
        .write(&bare.clone().node("n1").label("app", "web"))
        .await?;
    watch.expect_added(&both).await?;
    let moved = context
        .write(&bare.clone().node("n2").label("app", "web"))
        .await?;
    watch.expect_deleted(&both.at(moved.version())).await?;
    let back = context
        .write(&bare.clone().node("n1").label("app", "web"))
        .await?;
    watch.expect_added(&back).await?;
    let unlabelled = context.write(&bare.node("n1")).await?;
    watch.expect_deleted(&back.at(unlabelled.version())).await
}

async fn takes_missing_attributes_for_no_match(context: &Context) -> Verdict {
    let predicate = SelectionPredicate {
        attributes: Arc::new(|pod: &Pod| match pod.name() {
            "hidden" => Err("no attributes".into()),
            _ => Ok(attributes(pod)),
        }),
        ..fields("spec.nodeName!=elsewhere")
    };
    let options = WatchOptions {
        resource_version: context.current().await?.to_string(),
        predicate,
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with("/pods/ns", options).await?;
    context.create(&pod("ns", "hidden")).await?;
    context.delete(&key("ns", "hidden")).await?;
    let created = context.create(&pod("ns", "shown")).await?;
    watch.expect_added(&created).await
}

async fn ignores_limit_and_token(context: &Context) -> Verdict {
    let first = context.create(&pod("ns", "a")).await?;
    let predicate = SelectionPredicate {
        limit: 1,
        continue_token: "no token".to_owned(),
        ..everything()
    };
    let options = WatchOptions {
        predicate,
        ..WatchOptions::default()
    };
    let second = context.create(&pod("ns", "b")).await?;
    let mut watch = context.watch_with("/pods/ns", options).await?;
    watch.expect_added(&first).await?;
    watch.expect_added(&second).await?;
    let third = context.create(&pod("ns", "c")).await?;
    expect_eq(
        "its order",
        version_of(&third)? > version_of(&second)?,
        true,
    )?;
    watch.expect_added(&third).await
}
