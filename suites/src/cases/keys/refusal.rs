use std::fmt::Debug;

use storeproof::storage::{
    DeleteOptions, Error, GetOptions, ListOptions, UpdateOptions, WatchOptions,
};
use storeproof_fixtures::objects::{PodExt, RESOURCE_PREFIX, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedUpdate, RecordedValidation, Row,
        Verdict, expect_eq, row_of, sourced,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        refused_by_every_operation,
        "A bad key is refused by every operation in the contract's words, before any other argument is looked at.",
        "store/5.3.39"
    ),
    case!(
        dot_segments_are_refused_anywhere,
        "A key with a `.` or `..` segment is refused wherever the segment stands, also outside the resource.",
        "store/1.7.3 store/6/71"
    ),
    case!(
        the_bare_prefix_is_a_collection_only,
        "The resource prefix without its slash names the whole collection, and no object.",
        "store/5.3.39/c4"
    ),
    case!(
        the_bare_prefix_is_no_object_to_watch,
        "The resource prefix without its slash is watched as the whole collection, and not as an object.",
        "store/5.3.39/c4"
    )
    .needs(&[Capability::Watch]),
    case!(
        rows ROWS,
        refused_by_watches,
        "A bad key is refused by a watch at once, before its version is looked at.",
        "store/5.3.39"
    )
    .needs(&[Capability::Watch]),
];

const ROWS: &[Row] = &sourced(&BAD_KEYS);

/// Key, and what is wrong with it. `lacks` stands for the text that names the resource prefix.
#[rustfmt::skip]
const BAD_KEYS: [(&str, &str, (&str, &str)); 18] = [
    ("empty", "store/5.3.39/c1", ("", "empty")),
    ("slash", "store/5.3.39/c1", ("/", "empty")),
    ("dot", "store/5.3.39/c2", (".", "invalid")),
    ("dot_dot", "store/5.3.39/c2", ("..", "invalid")),
    ("prefix_without_slashes", "store/5.3.39/c3", ("pods", "lacks")),
    ("half_the_prefix", "store/1.7.3", ("/pod", "lacks")),
    ("sibling", "store/5.3.39/c5", ("/pods.apps", "lacks")),
    ("foreign_folder", "store/5.3.39/c6", ("/foo/", "lacks")),
    ("foreign_object", "store/5.3.39/c6", ("/foo", "lacks")),
    ("leading_dot_dot", "store/6/71", ("../pods/name", "invalid")),
    ("inner_dot_dot", "store/6/71 backend/6.23/invalid-keys", ("/pods/foo/../name", "invalid")),
    ("trailing_dot_dot", "store/6/71", ("/pods/foo/..", "invalid")),
    ("inner_dot", "store/6/71", ("/pods/./name", "invalid")),
    ("trailing_dot", "store/6/71", ("/pods/foo/.", "invalid")),
    ("foreign_with_dot", "store/6/71", ("/foo/./name", "invalid")),
    ("foreign", "store/6/71", ("/foo/name", "lacks")),
    ("without_leading_slash", "store/6/71", ("pods/foo/name", "lacks")),
    ("sibling_resource", "store/6/71", ("/pods.apps/foo/name", "lacks")),
];

const DOTTED: &[&str] = &[
    "/pods/foo/bar/../a.b.c/",
    "/pods/..",
    "/pods/../",
    "/pods/foo/bar/..",
    "/pods/../foo/bar",
    "/pods/../foo",
    "/pods/foo/bar/../",
    "/pods/.",
    "/pods/./",
    "/pods/foo/./bar/",
    "/foo/bar/../a.b.c/",
    "/..",
    "../",
    "/foo/bar/..",
    "../foo/bar",
    "/../foo",
    "/foo/bar/../",
    "/.",
    "./",
    "/./",
    "/foo/.",
    "./bar",
    "/foo/./bar/",
];

fn text(key: &str, problem: &str, recursive: bool) -> String {
    let slash = if recursive && !key.ends_with('/') {
        "/"
    } else {
        ""
    };
    match problem {
        "empty" => format!("empty key: {key:?}"),
        "lacks" => {
            format!(r#"invalid key: "{key}{slash}" lacks resource prefix: "{RESOURCE_PREFIX}""#)
        }
        _ => format!("invalid key: {key:?}"),
    }
}

fn plain<T: Debug>(what: &str, result: Result<T, impl Into<Error>>, text: &str) -> Verdict {
    let kind = format!("{what} answers with the plain error {text:?}");
    result
        .expect_failure(&kind, |error| {
            error.to_string() == text && error.code().is_none() && error.status().is_none()
        })
        .map(drop)
}

async fn refused_by_every_operation(context: &Context, row: usize) -> Verdict {
    let &(key, problem) = row_of(&BAD_KEYS, row);
    refuse(context, key, &text(key, problem, false)).await?;
    let everything = ListOptions {
        resource_version: "none".to_owned(),
        ..ListOptions::default()
    };
    let listed = context.store().get_list(key, &everything).await;
    plain("list", listed, &text(key, problem, true))
}

/// Every operation on a single object refuses, whatever else is wrong with its arguments.
async fn refuse(context: &Context, key: &str, text: &str) -> Verdict {
    let (store, bad) = (context.store(), pod("foo", "name").at("1"));
    let get = GetOptions {
        resource_version: "none".to_owned(),
        ..GetOptions::default()
    };
    let single = ListOptions {
        resource_version: "none".to_owned(),
        recursive: false,
        ..ListOptions::default()
    };
    let options = UpdateOptions {
        ignore_not_found: true,
        suggestion: Some(pod("foo", "name").at("none")),
        ..UpdateOptions::default()
    };
    let deletion = DeleteOptions {
        suggestion: Some(pod("foo", "name").at("none")),
        ..DeleteOptions::default()
    };
    let mut update = RecordedUpdate::to(&bad);
    let mut validation = RecordedValidation::refusing();
    plain("create", store.create(key, &bad, None).await, text)?;
    plain("get", store.get(key, &get).await, text)?;
    plain("list", store.get_list(key, &single).await, text)?;
    let updated = store.guaranteed_update(key, options, &mut update).await;
    plain("update", updated, text)?;
    let deleted = store.delete(key, deletion, &mut validation).await;
    plain("delete", deleted, text)?;
    expect_eq("calls of the update", update.calls(), 0)?;
    expect_eq("calls of the validation", validation.calls(), 0)
}

async fn dot_segments_are_refused_anywhere(context: &Context) -> Verdict {
    for key in DOTTED {
        refuse(context, key, &text(key, "invalid", false)).await?;
    }
    Ok(())
}

async fn the_bare_prefix_is_a_collection_only(context: &Context) -> Verdict {
    let inside = context.create(&pod("foo", "name")).await?;
    refuse(context, "/pods", &text("/pods", "lacks", false)).await?;
    let list = context.list("/pods").await?;
    expect_eq("the objects below /pods", list.items, vec![inside])
}

async fn refused_by_watches(context: &Context, row: usize) -> Verdict {
    let &(key, problem) = row_of(&BAD_KEYS, row);
    for recursive in [false, true] {
        let text = text(key, problem, recursive);
        refuse_watch(context, key, recursive, &text).await?;
    }
    Ok(())
}

async fn refuse_watch(context: &Context, key: &str, recursive: bool, text: &str) -> Verdict {
    let options = WatchOptions {
        resource_version: "none".to_owned(),
        recursive,
        ..WatchOptions::default()
    };
    plain("watch", context.store().watch(key, options).await, text)
}

async fn the_bare_prefix_is_no_object_to_watch(context: &Context) -> Verdict {
    refuse_watch(context, "/pods", false, &text("/pods", "lacks", false)).await?;
    let current = context.current().await?;
    let mut watch = context.watch("/pods", current).await?;
    let inside = context.create(&pod("foo", "name")).await?;
    watch.expect_added(&inside).await
}
