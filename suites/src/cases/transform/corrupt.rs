use storeproof::storage::{
    AcceptAll, DeleteOptions, Error, GetOptions, ListOptions, StorageError, UpdateOptions,
};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedUpdate, RecordedValidation, Row,
        Verdict, expect_eq, expect_that, names, row_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        is_told_by_get,
        "A get of an object that cannot be read tells of a corrupt object at the key as it was given, and what failed.",
        "store/3.11"
    )
    .needs(NEEDS),
    case!(
        rows ROWS,
        is_marked_for_updates_and_deletions,
        "Updates and deletions of a corrupt object fail with its mark behind the error that they always have, and it stays.",
        "store/3.11"
    )
    .needs(NEEDS),
    case!(
        does_not_come_of_an_outage,
        "A value that nobody can be asked about is no corrupt object: reads fail as internal, and nobody deletes it.",
        "store/3.11 store/5.3.22"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[
    Capability::Transformer,
    Capability::Codec,
    Capability::CorruptObjects,
];

const ROWS: &[Row] = &names(&DAMAGES);

/// How an object becomes corrupt and sound again, what is said of it, and whether updates and deletions call it internal.
struct Damage {
    befall: fn(&Context, bool),
    words: fn(&Pod) -> String,
    internal: bool,
}

const DAMAGES: [(&str, Damage); 2] = [
    (
        "transformer",
        Damage {
            befall: |context, fail| context.transformer().fail_reads(fail.then_some("/foo")),
            words: |_| "data from the storage is not transformable revision=0: ".to_owned(),
            internal: true,
        },
    ),
    (
        "codec",
        Damage {
            befall: |context, fail| context.codec().fail_decoding(fail),
            words: |pod| format!("object not decodable revision={}: ", pod.version()),
            internal: false,
        },
    ),
];

async fn is_told_by_get(context: &Context, row: usize) -> Verdict {
    let (at, damage) = (key("test-ns", "foo"), row_of(&DAMAGES, row));
    let stored = context.create(&pod("test-ns", "foo")).await?;
    (damage.befall)(context, true);
    for ignore_not_found in [false, true] {
        let options = GetOptions {
            ignore_not_found,
            ..GetOptions::default()
        };
        let error = context.store().get(&at, &options).await.expect_corrupt()?;
        let named = match &error {
            Error::Storage(StorageError { key, .. }) => key.as_str(),
            _ => "",
        };
        expect_eq("the key in the error", named, at.as_str())?;
        let words = (damage.words)(&stored);
        let text = format!("Code: 7, Key: {at}, ResourceVersion: 0, AdditionalErrorMsg: {words}");
        Err::<(), _>(error).expect_text(&text)?;
    }
    (damage.befall)(context, false);
    context.expect_stored(&at, &stored).await
}

async fn is_marked_for_updates_and_deletions(context: &Context, row: usize) -> Verdict {
    let (at, damage) = (key("test-ns", "foo"), row_of(&DAMAGES, row));
    let stored = context.create(&pod("test-ns", "foo")).await?;
    (damage.befall)(context, true);
    let mut update = RecordedUpdate::to(&stored.clone().label("a", "1"));
    let mut validation = RecordedValidation::accepting();
    let store = context.store();
    let updated = store
        .guaranteed_update(&at, UpdateOptions::default(), &mut update)
        .await;
    let deleted = store
        .delete(&at, DeleteOptions::default(), &mut validation)
        .await;
    (damage.befall)(context, false);
    let kind = "marked as corrupt, and no verdict";
    let holds = |error: &Error| {
        error.is_corrupt_object()
            && error.code().is_none()
            && error.is_internal() == damage.internal
    };
    updated.expect_failure(kind, holds)?;
    deleted.expect_failure(kind, holds)?;
    expect_eq("calls of the update", update.calls(), 0)?;
    expect_eq("calls of the validation", validation.calls(), 0)?;
    context.expect_stored(&at, &stored).await
}

async fn does_not_come_of_an_outage(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    context.transformer().make_unavailable(["/foo".to_owned()]);
    let store = context.store();
    let got = store.get(&at, &GetOptions::default()).await;
    let listed = store.get_list("/pods/", &ListOptions::default()).await;
    let mut update = RecordedUpdate::to(&stored);
    let updated = store
        .guaranteed_update(&at, UpdateOptions::default(), &mut update)
        .await;
    let unsafely = DeleteOptions {
        expect_transform_or_decode_error: true,
        ..DeleteOptions::default()
    };
    let deleted = store.delete(&at, unsafely, &mut AcceptAll).await;
    context.transformer().make_unavailable(None);
    let errors = [
        got.expect_internal()?,
        listed.expect_internal()?,
        updated.expect_internal()?,
        deleted.expect_internal()?,
    ];
    for error in errors {
        expect_that(
            !error.is_corrupt_object(),
            "nothing is marked as corrupt",
            format!("{error:?}"),
        )?;
    }
    context.expect_stored(&at, &stored).await
}
