use storeproof::storage::{Error, ResourceVersion, StorageError, UpdateOptions};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedUpdate, Refusal, Verdict, expect_eq,
        expect_that, update_or_create, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        stores_what_the_update_returns,
        "An update gets the stored object with its version; what it returns is stored whole, at a larger version.",
        "store/6/34"
    ),
    case!(
        a_missing_object_is_not_found,
        "Updating a missing object is refused in the name of the full key, without asking the update.",
        "store/3.6"
    ),
    case!(
        a_missing_object_can_be_created,
        "Where a missing object is to be ignored, the update gets nothing at no version, and its object is created.",
        "store/6/33"
    ),
    case!(
        an_empty_object_can_be_created,
        "An update that makes an empty object of nothing creates it: an empty object is something.",
        "store/3.6 store/6/33"
    ),
    case!(
        a_returned_version_is_ignored,
        "A version or self link in the object that an update returns is ignored, even one that is none.",
        "store/6/43"
    ),
    case!(
        an_error_of_the_update_comes_back_untouched,
        "An error of the update ends it at once, is handed back as it is, and nothing is written.",
        "store/6/35"
    ),
    case!(
        a_verdict_of_the_update_is_no_verdict_of_the_store,
        "A conflict or not-found error that the update itself returns is handed back, not acted upon.",
        "store/6/35"
    ),
    case!(
        an_update_is_one_event,
        "An update that writes is told to watches exactly once, as MODIFIED with the object that was returned.",
        "store/6/40"
    )
    .needs(&[Capability::Watch]),
    case!(
        encoding_failure_writes_nothing,
        "An object that cannot be encoded is refused by an update, and the old one stays.",
        "store/6/9"
    )
    .needs(&[Capability::Codec]),
    case!(
        an_object_that_cannot_be_read_back_is_updated,
        "Where the updated object cannot be read back the update fails, and is there all the same.",
        "store/3.6"
    )
    .needs(&[Capability::Codec]),
];

async fn stores_what_the_update_returns(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context
        .create(&pod("test-ns", "foo").uid("A").label("old", "1"))
        .await?;
    let wanted = pod("test-ns", "foo").uid("A").annotation("version", "2");
    let mut update = RecordedUpdate::to(&wanted);
    let options = UpdateOptions::default();
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    update.expect_inputs(&[Some(&created)])?;
    expect_eq(
        "the version it was told",
        update.versions(),
        [version_of(&created)?],
    )?;
    expect_that(
        version_of(&updated)? > version_of(&created)?,
        format!("the new version is larger than {}", created.version()),
        updated.version(),
    )?;
    let version = updated.version().to_owned();
    expect_eq("the updated object", &updated, &wanted.at(&version))?;
    context.expect_stored(&at, &updated).await
}

async fn a_missing_object_is_not_found(context: &Context) -> Verdict {
    let at = key("test-ns", "missing");
    let mut update = RecordedUpdate::to(&pod("test-ns", "missing"));
    let options = UpdateOptions::default();
    let refused = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    let error = refused.expect_not_found()?;
    context.expect_verdict_on(&at, &error)?;
    expect_eq("calls of the update", update.calls(), 0)?;
    context.expect_missing(&at).await
}

async fn a_missing_object_can_be_created(context: &Context) -> Verdict {
    let at = key("test-ns", "new");
    let wanted = pod("test-ns", "new").label("a", "b");
    let mut update = RecordedUpdate::to(&wanted);
    let options = update_or_create();
    let created = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    update.expect_inputs(&[None])?;
    expect_eq(
        "the version it was told",
        update.versions(),
        [ResourceVersion::UNSET],
    )?;
    version_of(&created)?;
    let version = created.version().to_owned();
    expect_eq("the created object", &created, &wanted.at(&version))?;
    context.expect_stored(&at, &created).await
}

async fn a_returned_version_is_ignored(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let mut last = context.create(&pod("test-ns", "foo")).await?;
    for garbage in ["none", "0", "1", "9223372036854775807"] {
        let updated = context
            .update(&at, |pod| {
                let mut pod = pod.annotation("garbage", garbage).at(garbage);
                pod.metadata.self_link = Some("/somewhere".to_owned());
                pod
            })
            .await?;
        expect_that(
            version_of(&updated)? > version_of(&last)?,
            format!(
                "a version of the store's own, larger than {}",
                last.version()
            ),
            updated.version(),
        )?;
        let wanted = pod("test-ns", "foo").annotation("garbage", garbage);
        expect_eq(
            "the updated object",
            &updated,
            &wanted.at(updated.version()),
        )?;
        context.expect_stored(&at, &updated).await?;
        last = updated;
    }
    Ok(())
}

async fn an_error_of_the_update_comes_back_untouched(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::refusing();
    let options = UpdateOptions::default();
    Refusal::expect(
        context
            .store()
            .guaranteed_update(&at, options, &mut update)
            .await,
    )?;
    update.expect_inputs(&[Some(&stored)])?;
    context.expect_stored(&at, &stored).await?;
    let (missing, mut update) = (key("test-ns", "missing"), RecordedUpdate::refusing());
    let options = update_or_create();
    Refusal::expect(
        context
            .store()
            .guaranteed_update(&missing, options, &mut update)
            .await,
    )?;
    expect_eq("calls for the missing object", update.calls(), 1)?;
    context.expect_missing(&missing).await
}

async fn a_verdict_of_the_update_is_no_verdict_of_the_store(context: &Context) -> Verdict {
    use storeproof::storage::Code;
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    for code in [
        Code::ResourceVersionConflicts,
        Code::KeyNotFound,
        Code::KeyExists,
    ] {
        let mut update = RecordedUpdate::new(|_| Err(StorageError::new(code, "/elsewhere").into()));
        let options = update_or_create();
        let refused = context
            .store()
            .guaranteed_update(&at, options, &mut update)
            .await;
        let error = refused.expect_failure("the update's own verdict", |error| {
            error.code() == Some(code)
        })?;
        let about = match error {
            Error::Storage(error) => error.key,
            other => other.to_string(),
        };
        expect_eq("the key in the error", about.as_str(), "/elsewhere")?;
        expect_eq("calls of the update", update.calls(), 1)?;
        context.expect_stored(&at, &stored).await?;
    }
    Ok(())
}

async fn an_update_is_one_event(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let mut watch = context.watch("/pods/", version_of(&created)?).await?;
    let first = context.update(&at, |pod| pod.label("a", "1")).await?;
    let second = context.update(&at, |pod| pod.label("a", "2")).await?;
    let other = context.write(&pod("test-ns", "other")).await?;
    watch.expect_modified(&first).await?;
    watch.expect_modified(&second).await?;
    watch.expect_added(&other).await
}

async fn encoding_failure_writes_nothing(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::to(&pod("test-ns", "foo").label("a", "1"));
    context.codec().fail_encoding(true);
    let options = UpdateOptions::default();
    let refused = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    context.codec().fail_encoding(false);
    refused.expect_text("unable to encode the object")?;
    context.expect_stored(&at, &stored).await
}

async fn an_object_that_cannot_be_read_back_is_updated(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::new(|current| {
        context.codec().fail_decoding(true);
        let current = current.ok_or_else(Refusal::error)?;
        Ok(current.label("a", "1").into())
    });
    let failed = context
        .store()
        .guaranteed_update(&at, UpdateOptions::default(), &mut update)
        .await;
    context.codec().fail_decoding(false);
    failed.expect_text("unable to decode the stored object")?;
    let updated = context.get(&at).await?;
    let wanted = stored.label("a", "1").at(updated.version());
    expect_eq("the object", &updated, &wanted)
}

async fn an_empty_object_can_be_created(context: &Context) -> Verdict {
    let at = key("test-ns", "new");
    let mut update = RecordedUpdate::to(&Pod::default());
    let options = update_or_create();
    let created = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    let version = version_of(&created)?.to_string();
    expect_eq("the created object", &created, &Pod::default().at(&version))?;
    context.expect_stored(&at, &created).await
}
