use std::collections::BTreeMap;

use serde_json::{Value, json};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, Fault, Verdict, expect_eq, expect_items, expect_that,
        unexpected, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        everything_in_an_object_survives,
        "Whatever an object holds comes back as it was, from create, get and list, and the store adds nothing.",
        "store/1.3"
    ),
    case!(
        what_is_empty_stays_empty,
        "Maps and lists without entries come back as such, and not as ones that are not there.",
        "store/1.3"
    ),
    case!(
        a_large_object_survives,
        "An object of half a megabyte is stored whole.",
        "store/6/70"
    ),
    case!(
        self_links_are_not_kept,
        "The self link of a created object is not stored, and not returned.",
        "store/6/5"
    ),
    case!(
        versions_and_self_links_are_not_at_rest,
        "Neither the resource version nor the self link is in the stored bytes, after creation and after an update.",
        "store/5.3.1/successful-create store/6/5 store/6/43"
    )
    .needs(&[
        Capability::RawBytes,
        Capability::Codec,
        Capability::Transformer,
    ]),
    case!(
        a_version_at_rest_counts_for_nothing,
        "Where the stored bytes hold a version all the same, the object has that of its last write nevertheless.",
        "store/3.3 store/1.2"
    )
    .needs(&[
        Capability::RawBytes,
        Capability::Codec,
        Capability::Transformer,
    ]),
];

fn rich() -> Verdict<Pod> {
    let value = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "rich",
            "namespace": "test-ns",
            "uid": "0a4b7e1c-4b7d-4f5a-9a44-3b1f0e0a6f11",
            "generation": 9_007_199_254_740_993_i64,
            "creationTimestamp": "2024-02-29T23:59:59Z",
            "deletionTimestamp": "2024-03-01T00:00:30Z",
            "deletionGracePeriodSeconds": 0,
            "labels": {"app.kubernetes.io/name": "", "z": "1", "a": "2"},
            "annotations": {"text": "line one\nline two\t\"quoted\" \\ \u{1f980} \u{7f} é"},
            "finalizers": ["example.com/first", "example.com/second"],
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "owner",
                "uid": "u", "controller": true, "blockOwnerDeletion": false}],
            "managedFields": [{"manager": "m", "operation": "Update", "apiVersion": "v1",
                "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata": {"f:labels": {".": {}}}}}]
        },
        "spec": {
            "nodeName": "node-1",
            "terminationGracePeriodSeconds": 0,
            "containers": [{"name": "c", "image": "i", "args": ["", "-x"],
                "resources": {"limits": {"cpu": "0.50", "memory": "1Gi"}},
                "ports": [{"containerPort": 80}, {"containerPort": 65535}]}],
            "tolerations": [{"operator": "Exists", "tolerationSeconds": -1}]
        },
        "status": {"phase": "Running", "startTime": "1970-01-01T00:00:00Z"}
    });
    serde_json::from_value(value)
        .map_err(|error| Fault::Broken(format!("The case made a bad object: {error}")))
}

async fn everything_in_an_object_survives(context: &Context) -> Verdict {
    let wanted = rich()?;
    let created = context.create(&wanted).await?;
    let wanted = wanted.at(created.version());
    expect_eq("the created object", &created, &wanted)?;
    context
        .expect_stored(&key("test-ns", "rich"), &wanted)
        .await?;
    let list = context.list("/pods/").await?;
    expect_eq("the listed objects", list.items, vec![wanted])
}

async fn what_is_empty_stays_empty(context: &Context) -> Verdict {
    let mut empty = pod("test-ns", "foo");
    empty.metadata.labels = Some(BTreeMap::new());
    empty.metadata.annotations = Some(BTreeMap::new());
    empty.metadata.finalizers = Some(Vec::new());
    let created = context.create(&empty).await?;
    let wanted = empty.at(created.version());
    expect_eq("the created object", &created, &wanted)?;
    context.expect_stored(&key("test-ns", "foo"), &wanted).await
}

async fn a_large_object_survives(context: &Context) -> Verdict {
    let mut large = pod("test-ns", "large");
    for part in 0..8_u8 {
        let text: String = (0..65_536_u32)
            .map(|at| char::from(b'a' + u8::try_from((at + u32::from(part)) % 26).unwrap_or(0)))
            .collect();
        large = large.annotation(&format!("part-{part}"), &text);
    }
    let created = context.create(&large).await?;
    let stored = context.get(&key("test-ns", "large")).await?;
    let wanted = large.at(created.version());
    if created == wanted && stored == wanted {
        return Ok(());
    }
    Err(unexpected(
        "the object of half a megabyte comes back as it was",
        "it comes back changed",
    ))
}

fn with_self_link(mut pod: Pod) -> Pod {
    pod.metadata.self_link = Some("/api/v1/somewhere".to_owned());
    pod
}

async fn self_links_are_not_kept(context: &Context) -> Verdict {
    let plain = pod("test-ns", "foo");
    let created = context.create(&with_self_link(plain.clone())).await?;
    let wanted = plain.at(created.version());
    expect_eq("the created object", &created, &wanted)?;
    context.expect_stored(&key("test-ns", "foo"), &wanted).await
}

async fn versions_and_self_links_are_not_at_rest(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context
        .create(&with_self_link(pod("test-ns", "foo")))
        .await?;
    expect_clean(context, &at, None).await?;
    let changed = with_self_link(created.label("changed", "yes"));
    let updated = context.update(&at, |_| changed.clone()).await?;
    version_of(&updated)?;
    expect_clean(context, &at, Some("yes")).await
}

/// The bytes at rest are the object, label and all, without version and self link.
async fn expect_clean(context: &Context, at: &str, label: Option<&str>) -> Verdict {
    let stored = context.raw_get(at).await?.unwrap_or_default();
    let json = stored.strip_prefix(b"test!").unwrap_or_default();
    let value: Value = serde_json::from_slice(json)
        .map_err(|error| unexpected("the stored bytes are `test!` and JSON", error.to_string()))?;
    let empty = |field: &str| match value.pointer(field) {
        None | Some(Value::Null) => true,
        Some(found) => found == "",
    };
    expect_eq(
        "no version at rest",
        empty("/metadata/resourceVersion"),
        true,
    )?;
    expect_eq("no self link at rest", empty("/metadata/selfLink"), true)?;
    let found = value
        .pointer("/metadata/labels/changed")
        .and_then(Value::as_str);
    expect_eq("the label at rest", found, label)
}

async fn a_version_at_rest_counts_for_nothing(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let stored = context.raw_get(&at).await?.unwrap_or_default();
    let stored = String::from_utf8_lossy(&stored);
    let marked = stored.replace(r#""name":"#, r#""resourceVersion":"1","name":"#);
    context.raw_put(&at, marked.into_bytes()).await?;
    let found = context.get(&at).await?;
    expect_that(
        version_of(&found)? > version_of(&created)?,
        format!("a version larger than {}", created.version()),
        found.version(),
    )?;
    let list = context.list("/pods/").await?;
    expect_items(&list, std::slice::from_ref(&found))?;
    let deleted = context.delete(&at).await?;
    expect_eq("the last state", &deleted, &found.at(deleted.version()))
}
