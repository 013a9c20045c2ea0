use storeproof::storage::{Error, ResourceVersion, Status, UpdateOptions};
use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedUpdate, Refusal, Verdict, expect_eq,
        expect_that, update_suggesting, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        a_fresh_suggestion_is_used,
        "An update on a suggestion that is what is stored is carried out, and called at most twice.",
        "store/5.3.33"
    ),
    case!(
        a_fresh_suggestion_spares_the_read,
        "An update on a suggestion that is what is stored reads no stored value.",
        "store/6/22 store/3.6"
    )
    .needs(&[Capability::Transformer, Capability::Suggestions]),
    case!(
        an_outdated_suggestion_loses_no_change,
        "An update on an outdated suggestion ends up on what is stored, and keeps what was changed since.",
        "store/5.3.33 store/6/34"
    ),
    case!(
        an_error_on_an_outdated_suggestion_is_not_final,
        "An update that refuses an outdated suggestion, as a conflict for instance, is asked once more with what is stored.",
        "store/5.3.33 store/6/35"
    ),
    case!(
        an_error_on_what_is_stored_is_final,
        "An update that refuses both an outdated suggestion and what is stored ends with its error; nothing is written.",
        "store/6/35"
    ),
    case!(
        an_error_on_a_fresh_suggestion_is_final,
        "An update that refuses a fresh suggestion ends with its error after at most one more call.",
        "store/5.3.33 store/6/35"
    ),
    case!(
        a_deleted_suggestion_is_not_found,
        "An update on the suggestion of a deleted object fails as not found, whatever it does, and does not bring it back.",
        "store/6/37"
    ),
    case!(
        a_deleted_suggestion_can_be_ignored,
        "Where a missing object is to be ignored, an update on a deleted suggestion ends up starting from nothing.",
        "store/6/37"
    ),
    case!(
        a_recreated_object_is_not_its_suggestion,
        "An update on the suggestion of an object that was deleted and created again ends up on the new one.",
        "store/5.3.33"
    ),
    // The interface does not say what such a suggestion means; to treat it as none is the only safe reading.
    case!(
        a_suggestion_without_version_is_none,
        "A suggestion without a version, or at 0, proves nothing: the update works on what is stored, if there is something.",
        "store/6/24 store/3.6"
    ),
    case!(
        a_suggestion_that_cannot_be_placed_is_refused,
        "A suggestion whose version is no version ends the update before it is called.",
        "store/2.4.5 store/3.6"
    )
    .needs(&[Capability::Suggestions]),
];

async fn a_fresh_suggestion_is_used(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::changing(&stored, |pod| pod.label("a", "1"));
    let options = update_suggesting(&stored);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    update.expect_settled_on(&stored)?;
    let last = update.versions().last().copied();
    expect_eq("the version it was told", last, Some(version_of(&stored)?))?;
    let wanted = stored.label("a", "1").at(updated.version());
    expect_eq("the updated object", &updated, &wanted)?;
    context.expect_stored(&at, &updated).await
}

async fn a_fresh_suggestion_spares_the_read(context: &Context) -> Verdict {
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::changing(&stored, |pod| pod.label("a", "1"));
    let options = update_suggesting(&stored);
    context.transformer().take_reads();
    context
        .store()
        .guaranteed_update(&key("test-ns", "foo"), options, &mut update)
        .await?;
    let read = context.transformer().take_reads();
    expect_eq("the keys whose values are read", read, Vec::<String>::new())
}

async fn an_outdated_suggestion_loses_no_change(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context
        .create(&pod("test-ns", "foo").label("gone", "1"))
        .await?;
    let change = |_| pod("test-ns", "foo").label("theirs", "1");
    let current = context.update(&at, change).await?;
    let mut update = RecordedUpdate::changing(&old, |pod| pod.label("mine", "1"));
    let options = update_suggesting(&old);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    update.expect_settled_on(&current)?;
    let last = update.versions().last().copied();
    expect_eq(
        "the version it was told last",
        last,
        Some(version_of(&current)?),
    )?;
    let wanted = current.label("mine", "1").at(updated.version());
    expect_eq("the updated object", &updated, &wanted)?;
    context.expect_stored(&at, &updated).await
}

async fn an_error_on_an_outdated_suggestion_is_not_final(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo")).await?;
    let current = context.update(&at, |pod| pod.label("theirs", "1")).await?;
    let mut update = RecordedUpdate::new(|pod| match pod {
        Some(pod) if pod.metadata.labels.is_some() => Ok(pod.label("mine", "1").into()),
        _ => Err(Error::Status(Box::new(conflict()))),
    });
    let options = update_suggesting(&old);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    update.expect_settled_on(&current)?;
    let wanted = current.label("mine", "1").at(updated.version());
    expect_eq("the updated object", &updated, &wanted)
}

/// What a caller answers to an object of another version than its own.
fn conflict() -> Status {
    Status {
        status: Some("Failure".to_owned()),
        code: Some(409),
        reason: Some("Conflict".to_owned()),
        message: Some("the object has been modified".to_owned()),
        ..Status::default()
    }
}

async fn an_error_on_what_is_stored_is_final(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo")).await?;
    let current = context.update(&at, |pod| pod.label("theirs", "1")).await?;
    let mut update = RecordedUpdate::refusing();
    let options = update_suggesting(&old);
    Refusal::expect(
        context
            .store()
            .guaranteed_update(&at, options, &mut update)
            .await,
    )?;
    update.expect_settled_on(&current)?;
    context.expect_stored(&at, &current).await
}

async fn an_error_on_a_fresh_suggestion_is_final(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::refusing();
    let options = update_suggesting(&stored);
    Refusal::expect(
        context
            .store()
            .guaranteed_update(&at, options, &mut update)
            .await,
    )?;
    update.expect_settled_on(&stored)?;
    context.expect_stored(&at, &stored).await
}

async fn a_deleted_suggestion_is_not_found(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo")).await?;
    context.delete(&at).await?;
    for mut update in [
        RecordedUpdate::changing(&old, |pod| pod),
        RecordedUpdate::changing(&old, |pod| pod.label("mine", "1")),
        RecordedUpdate::refusing(),
    ] {
        let options = update_suggesting(&old);
        let refused = context
            .store()
            .guaranteed_update(&at, options, &mut update)
            .await;
        refused.expect_not_found()?;
        expect_that(
            update.calls() <= 1,
            "the update is called on the suggestion at most",
            format!("it was called {} times", update.calls()),
        )?;
    }
    context.expect_missing(&at).await
}

async fn a_deleted_suggestion_can_be_ignored(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context
        .create(&pod("test-ns", "foo").label("old", "1"))
        .await?;
    context.delete(&at).await?;
    let fresh = pod("test-ns", "foo");
    let mut update = RecordedUpdate::changing(&fresh, |pod| pod.label("mine", "1"));
    let options = UpdateOptions {
        ignore_not_found: true,
        ..update_suggesting(&old)
    };
    let created = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    let last = update.versions().last().copied();
    expect_eq(
        "the version it was told last",
        last,
        Some(ResourceVersion::UNSET),
    )?;
    let wanted = fresh.clone().label("mine", "1").at(created.version());
    expect_eq("the object made of nothing", &created, &wanted)?;
    context.expect_stored(&at, &created).await
}

async fn a_recreated_object_is_not_its_suggestion(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo").uid("A")).await?;
    context.delete(&at).await?;
    let fresh = context.create(&pod("test-ns", "foo").uid("B")).await?;
    let mut update = RecordedUpdate::changing(&old, |pod| pod.label("mine", "1"));
    let options = update_suggesting(&old);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    update.expect_settled_on(&fresh)?;
    let wanted = fresh.label("mine", "1").at(updated.version());
    expect_eq("the updated object", &updated, &wanted)
}

async fn a_suggestion_without_version_is_none(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let forged = pod("test-ns", "foo").label("forged", "1");
    for unversioned in [forged.clone(), forged.at("0")] {
        let mut update = RecordedUpdate::changing(&unversioned, |pod| pod.label("mine", "1"));
        let options = update_suggesting(&unversioned);
        let refused = context
            .store()
            .guaranteed_update(&at, options, &mut update)
            .await;
        refused.expect_not_found()?;
        context.expect_missing(&at).await?;
        let stored = context.create(&pod("test-ns", "foo")).await?;
        let options = update_suggesting(&unversioned);
        let updated = context
            .store()
            .guaranteed_update(&at, options, &mut update)
            .await?;
        let wanted = stored.label("mine", "1").at(updated.version());
        expect_eq("the updated object", &updated, &wanted)?;
        context.delete(&at).await?;
    }
    Ok(())
}

async fn a_suggestion_that_cannot_be_placed_is_refused(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::to(&pod("test-ns", "foo").label("a", "1"));
    let options = update_suggesting(&stored.clone().at("abc"));
    let refused = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    refused.expect_text("couldn't get resource version: ")?;
    expect_eq("calls of the update", update.calls(), 0)?;
    context.expect_stored(&at, &stored).await
}
