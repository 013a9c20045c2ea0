//! The form of stored values may change under a store (backend §8.2, §9.7 rows 104 and 105).

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use k8s_openapi::api::core::v1::Pod;
use storeproof::{
    codec::{AnyForm, Cbor, Codec, Form, Json},
    memory::{Space, Store},
    storage::{GetOptions, KeySpace, Store as _, Update, UpdateOptions, update_with},
    value::Identity,
};

const KEY: &str = "/pods/a";
const STORED: &str = "/registry/pods/a";

fn store(space: &Space, codec: AnyForm<Pod>) -> Store<Pod> {
    let keys = KeySpace::new("/registry", "/pods").expect("a prefix");
    Store::new(space.clone(), keys, Arc::new(codec), Arc::new(Identity))
}

async fn get(store: &Store<Pod>) -> Pod {
    let got = store.get(KEY, &GetOptions::default()).await;
    got.expect("readable").expect("it is there")
}

/// An update that changes nothing.
async fn touch(store: &Store<Pod>) -> Pod {
    let mut nothing =
        update_with(|current: Option<Pod>, _| Ok(Update::from(current.expect("it is there"))));
    let updated = store.guaranteed_update(KEY, UpdateOptions::default(), &mut nothing);
    updated.await.expect("readable")
}

fn form(store: &Store<Pod>) -> Option<Form> {
    let (value, _) = store.raw_get(STORED).expect("it is there");
    Form::of(&value)
}

fn pod() -> Pod {
    let mut pod = Pod::default();
    pod.metadata.name = Some("a".to_owned());
    pod
}

#[tokio::test]
async fn another_form_is_written_once_by_an_update_that_changes_nothing() {
    let space = Space::new();
    let (json, cbor) = (
        store(&space, AnyForm::writing(Json)),
        store(&space, AnyForm::writing(Cbor)),
    );
    let created = json.create(KEY, &pod(), None).await.expect("a new name");
    assert_eq!(form(&json), Some(Form::Json));
    assert_eq!(get(&cbor).await, created, "every form is read");
    let rewritten = touch(&cbor).await;
    assert_eq!(form(&cbor), Some(Form::Cbor));
    assert_ne!(
        rewritten.metadata.resource_version,
        created.metadata.resource_version
    );
    assert_eq!(touch(&cbor).await, rewritten, "nothing is left to do");
    assert_eq!(get(&json).await, rewritten);
}

#[tokio::test]
async fn values_in_base64_are_read_and_written_without() {
    let store = store(&Space::new(), AnyForm::writing(Json));
    let mut bytes = Vec::new();
    Json.encode(&pod(), &mut bytes).expect("a Pod");
    store.raw_put(STORED, STANDARD.encode(bytes));
    assert_eq!(get(&store).await.metadata.name.as_deref(), Some("a"));
    touch(&store).await;
    assert_eq!(form(&store), Some(Form::Json));
}

#[tokio::test]
async fn a_value_of_no_form_is_an_error_with_its_reason() {
    let store = store(&Space::new(), AnyForm::writing(Json));
    for (value, reason) in [
        ("", "the value is empty"),
        (
            "k8s:enc:aescbc:v1:key:",
            "identity transformer tried to read encrypted data",
        ),
        ("kind: Pod", "the value is neither JSON, protobuf nor CBOR"),
    ] {
        store.raw_put(STORED, value);
        let error = store.get(KEY, &GetOptions::default()).await;
        let error = error.expect_err(reason).to_string();
        assert!(error.contains(reason), "{error}");
    }
}
