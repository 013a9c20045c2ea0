use futures::{FutureExt, future::BoxFuture};
use storeproof::storage::{
    AcceptAll, DeleteOptions, Error, GetOptions, ListOptions, Preconditions, Result, UpdateOptions,
};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Case, Context, ErrorExpectations, RecordedUpdate, Row, Verdict, delete_if, expect_eq,
        names, row_of, unexpected, update_if,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        say_what_they_are_and_of_which_key,
        "Each error of a store is of exactly one kind, and its text tells the kind and the full key.",
        "store/6/85 store/2.4"
    ),
    case!(
        the_future_is_told_whole,
        "A version in the future is refused with code, reason, cause and no delay before trying again.",
        "store/6/14 store/2.4.4"
    ),
];

const ROWS: &[Row] = &names(&ERRORS);

/// What fails: an operation on `foo`, which is there with UID `A`, or on `missing`.
type Failing = for<'a> fn(&'a Context) -> BoxFuture<'a, Result<Option<Pod>>>;

/// The kind, the text with `{key}` where the full key of the object stands, the object, the operation.
type Expected = (&'static str, &'static str, &'static str, Failing);

const NOT_FOUND: &str = "StorageError: key not found, Code: 1, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: <nil>";
const EXISTS: &str =
    "StorageError: key exists, Code: 2, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: <nil>";
const OTHER: &str = "StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: \
     Precondition failed: UID in precondition: B, UID in object meta: A";
#[rustfmt::skip]
const ERRORS: [(&str, Expected); 7] = [
    ("get-missing", ("not found", NOT_FOUND, "missing", |context| get(context).boxed())),
    ("update-missing", ("not found", NOT_FOUND, "missing", |context| {
        update(context, "missing", UpdateOptions::default()).boxed()
    })),
    ("delete-missing", ("not found", NOT_FOUND, "missing", |context| {
        delete(context, "missing", DeleteOptions::default()).boxed()
    })),
    ("create-existing", ("exists", EXISTS, "foo", |context| {
        create(context, pod("test-ns", "foo")).boxed()
    })),
    ("create-versioned", ("plain", "resourceVersion should not be set on objects to be created", "new", |context| {
        create(context, pod("test-ns", "new").at("1")).boxed()
    })),
    ("update-another", ("invalid object", OTHER, "foo", |context| {
        update(context, "foo", update_if(Preconditions::uid("B"))).boxed()
    })),
    ("delete-another", ("invalid object", OTHER, "foo", |context| {
        delete(context, "foo", delete_if(Preconditions::uid("B"))).boxed()
    })),
];

async fn get(context: &Context) -> Result<Option<Pod>> {
    let at = key("test-ns", "missing");
    context.store().get(&at, &GetOptions::default()).await
}

async fn create(context: &Context, pod: Pod) -> Result<Option<Pod>> {
    let at = key("test-ns", pod.name());
    context.store().create(&at, &pod, None).await.map(Some)
}

async fn update(context: &Context, name: &str, options: UpdateOptions<Pod>) -> Result<Option<Pod>> {
    let mut update = RecordedUpdate::to(&pod("test-ns", name));
    let at = key("test-ns", name);
    let updated = context.store().guaranteed_update(&at, options, &mut update);
    updated.await.map(Some)
}

async fn delete(context: &Context, name: &str, options: DeleteOptions<Pod>) -> Result<Option<Pod>> {
    let at = key("test-ns", name);
    context.store().delete(&at, options, &mut AcceptAll).await
}

/// The kinds that the error is of.
fn kinds(error: &Error) -> Vec<&'static str> {
    let kinds = [
        ("not found", error.is_not_found()),
        ("exists", error.is_exists()),
        ("conflict", error.is_conflict()),
        ("invalid object", error.is_invalid_object()),
        ("unreachable", error.is_unreachable()),
        ("timeout", error.is_timeout()),
        ("corrupt object", error.is_corrupt_object()),
        ("internal", error.is_internal()),
        ("invalid", error.is_invalid()),
        ("expired", error.is_expired()),
        ("too large", error.is_resource_version_too_large()),
        ("status", error.status().is_some()),
    ];
    let of = kinds.into_iter().filter(|(_, holds)| *holds);
    let mut of: Vec<_> = of.map(|(kind, _)| kind).collect();
    if of.is_empty() {
        of.push("plain");
    }
    of
}

async fn say_what_they_are_and_of_which_key(context: &Context, row: usize) -> Verdict {
    context.create(&pod("test-ns", "foo").uid("A")).await?;
    let (kind, text, name, failing) = row_of(&ERRORS, row);
    let error = failing(context).await.expect_failure(kind, |_| true)?;
    expect_eq("the kinds of the error", kinds(&error), vec![*kind])?;
    let full = context.full_key(&key("test-ns", name))?;
    expect_eq(
        "the error's text",
        error.to_string(),
        text.replace("{key}", &full),
    )
}

async fn the_future_is_told_whole(context: &Context) -> Verdict {
    context.create(&pod("test-ns", "foo")).await?;
    let (at, ahead) = (key("test-ns", "foo"), i64::MAX.to_string());
    let get = GetOptions {
        resource_version: ahead.clone(),
        ..GetOptions::default()
    };
    let single = ListOptions {
        resource_version: ahead,
        recursive: false,
        ..ListOptions::default()
    };
    let got = context.store().get(&at, &get).await;
    let listed = context.store().get_list(&at, &single).await;
    for error in [got.expect_too_large()?, listed.expect_too_large()?] {
        expect_eq("the kinds", kinds(&error), vec!["too large", "status"])?;
        let Some(status) = error.status() else {
            return Err(unexpected("a status", error.to_string()));
        };
        expect_eq("the reason", status.reason.as_deref(), Some("Timeout"))?;
        let details = status.details.clone().unwrap_or_default();
        let causes = details.causes.unwrap_or_default();
        let causes = causes
            .iter()
            .map(|cause| (cause.reason.as_deref(), cause.message.as_deref()));
        expect_eq(
            "the causes",
            causes.collect::<Vec<_>>(),
            vec![(
                Some("ResourceVersionTooLarge"),
                Some("Too large resource version"),
            )],
        )?;
        let delay = details.retry_after_seconds.unwrap_or_default();
        expect_eq("the delay before trying again", delay, 0)?;
    }
    Ok(())
}
