use storeproof::storage::ResourceVersion;
use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{Case, Context, Verdict, expect_eq, expect_items, expect_that, version_of},
};

pub(super) const CASES: &[Case] = &[
    case!(
        follows_the_bytes_of_keys,
        "A list is in ascending order of the bytes of its keys, whatever the order of writes.",
        "store/6/54"
    ),
    case!(
        flattens_levels,
        "A list holds what lies below its key on every level, in the order of whole keys.",
        "store/6/68"
    ),
    case!(
        keeps_its_place_over_updates,
        "An object that is updated, or deleted and created again, stays at the place of its key.",
        "store/6/54"
    ),
    case!(
        shows_versions_of_objects,
        "Every object of a list carries the version of its own last write, none above the list's.",
        "store/6/59"
    ),
    case!(
        shows_whole_objects,
        "Objects of a list are equal to what a get returns.",
        "store/1.3"
    ),
];

async fn follows_the_bytes_of_keys(context: &Context) -> Verdict {
    // In ascending order of bytes: '-' before '.' before digits, capitals, '_', small letters, and the slash after '.'.
    let names = [
        "-z", "a", "a-b", "a.b", "a0", "a00", "a1", "a10", "a2", "aB", "a_b", "aa", "é",
    ];
    let mut created = Vec::new();
    for name in names.iter().rev() {
        created.insert(0, context.create(&pod("order", name)).await?);
    }
    let ascending = names.is_sorted_by_key(|name| name.as_bytes());
    debug_assert!(ascending, "the table itself is in order");
    expect_items(&context.list("/pods/").await?, &created)
}

async fn flattens_levels(context: &Context) -> Verdict {
    // A slash sorts after '-' and '.', so a namespace does not stay together with what begins like it.
    let mut created = Vec::new();
    for (namespace, name) in [
        ("a-b", "z"),
        ("a.b", "y"),
        ("a", "x"),
        ("a", "x-1"),
        ("a0", "w"),
    ] {
        created.push(context.create(&pod(namespace, name)).await?);
    }
    expect_items(&context.list("/pods/").await?, &created)
}

async fn keeps_its_place_over_updates(context: &Context) -> Verdict {
    for name in ["c", "a", "b"] {
        context.create(&pod("ns", name)).await?;
    }
    let a = context
        .update(&key("ns", "a"), |pod| pod.label("changed", "true"))
        .await?;
    context.delete(&key("ns", "b")).await?;
    let b = context.create(&pod("ns", "b")).await?;
    let c = context.get(&key("ns", "c")).await?;
    expect_items(&context.list("/pods/").await?, &[a, b, c])
}

async fn shows_versions_of_objects(context: &Context) -> Verdict {
    let first = context.create(&pod("ns", "first")).await?;
    context.create(&pod("ns", "second")).await?;
    let second = context
        .update(&key("ns", "second"), |pod| pod.label("changed", "true"))
        .await?;
    let list = context.list("/pods/").await?;
    expect_items(&list, &[first, second])?;
    let mut highest = ResourceVersion::UNSET;
    for item in &list.items {
        highest = highest.max(version_of(item)?);
    }
    expect_that(
        highest <= list.resource_version,
        format!(
            "no object is newer than its list, which is at {}",
            list.resource_version
        ),
        format!("an object is at {highest}"),
    )
}

async fn shows_whole_objects(context: &Context) -> Verdict {
    let full = pod("ns", "full")
        .uid("0b5e3e1f")
        .label("app", "web")
        .annotation("note", "<&> \u{2028} \"quoted\"")
        .node("node-1")
        .phase("Running");
    context.create(&full).await?;
    let got = context.get(&key("ns", "full")).await?;
    let list = context.list("/pods/ns/").await?;
    expect_eq("the listed objects", list.items, vec![got])
}
