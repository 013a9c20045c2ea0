use storeproof::storage::Error;
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedValidation, Refusal, Verdict,
        delete_suggesting, expect_eq, expect_that, unexpected, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        a_fresh_suggestion_is_deleted,
        "A deletion on a suggestion that is what is stored deletes it and asks about exactly that.",
        "store/5.3.7"
    ),
    case!(
        a_fresh_suggestion_spares_the_read,
        "A deletion on a suggestion that is what is stored reads no stored value.",
        "store/6/22 store/3.5"
    )
    .needs(&[Capability::Transformer, Capability::Suggestions]),
    case!(
        an_outdated_suggestion_deletes_what_is_stored,
        "A deletion on an outdated suggestion asks about what is stored, deletes that, and returns that.",
        "store/5.3.8"
    ),
    case!(
        a_deleted_suggestion_is_not_found,
        "A deletion on the suggestion of an object that is gone fails as not found, whatever the validation says of it.",
        "store/5.3.10"
    ),
    case!(
        a_refused_suggestion_that_is_fresh_is_final,
        "A validation that refuses a fresh suggestion is asked once, and the object stays.",
        "store/5.3.11"
    ),
    case!(
        a_refused_suggestion_that_is_outdated_is_not_final,
        "A validation that refuses an outdated suggestion is asked again about what is stored, which may be deleted.",
        "store/5.3.11"
    ),
    case!(
        an_accepted_suggestion_that_is_outdated_is_not_final,
        "A validation that accepts only an outdated suggestion keeps the object that is stored.",
        "store/5.3.12"
    ),
    case!(
        a_forged_suggestion_is_not_the_last_state,
        "What a deletion returns was stored: an outdated suggestion with changed content never comes back.",
        "store/5.3.8 store/6/23"
    ),
    case!(
        a_suggestion_from_the_future_is_outdated,
        "A suggestion with a version that the store has not reached is as wrong as an outdated one.",
        "store/3.5 store/5.3.8"
    ),
    case!(
        a_self_link_of_a_suggestion_does_not_come_back,
        "What a deletion on a fresh suggestion returns has no self link, whatever the suggestion has.",
        "store/3.5 store/6/5"
    ),
    case!(
        a_refusal_speaks_of_what_is_stored,
        "Where the validation refuses an outdated suggestion and what is stored, its last word is the deletion's error.",
        "store/3.5 store/5.3.12"
    ),
    // The interface's first implementation answers with success here; the recommendation is to read instead.
    case!(
        a_suggestion_without_version_is_none,
        "A suggestion without a version, or at 0, proves nothing: a missing object is not found, an existing one is deleted.",
        "store/6/24"
    ),
    case!(
        a_suggestion_that_cannot_be_placed_is_refused,
        "A suggestion whose version is no version ends the deletion: nothing is asked and nothing deleted.",
        "store/6/25 store/2.4.5"
    )
    .needs(&[Capability::Suggestions]),
];

async fn a_fresh_suggestion_is_deleted(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo").uid("A")).await?;
    let mut validation = RecordedValidation::accepting();
    let options = delete_suggesting(&stored);
    let deleted = context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    validation.expect_asked(&[Some(&stored)])?;
    expect_last(deleted, &stored)?;
    context.expect_missing(&at).await
}

/// The deletion returned this state, at a later version.
fn expect_last(deleted: Option<Pod>, stored: &Pod) -> Verdict {
    let deleted = deleted.ok_or_else(|| unexpected("the last state", "nothing"))?;
    expect_that(
        version_of(&deleted)? > version_of(stored)?,
        format!("a version larger than {}", stored.version()),
        deleted.version(),
    )?;
    let wanted = stored.clone().at(deleted.version());
    expect_eq("the last state", &deleted, &wanted)
}

async fn a_fresh_suggestion_spares_the_read(context: &Context) -> Verdict {
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut validation = RecordedValidation::accepting();
    let options = delete_suggesting(&stored);
    context.transformer().take_reads();
    context
        .store()
        .delete(&key("test-ns", "foo"), options, &mut validation)
        .await?;
    let read = context.transformer().take_reads();
    expect_eq("the keys whose values are read", read, Vec::<String>::new())
}

async fn an_outdated_suggestion_deletes_what_is_stored(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo")).await?;
    let current = context.update(&at, |pod| pod.label("foo", "bar")).await?;
    let mut validation = RecordedValidation::accepting();
    let options = delete_suggesting(&old);
    let deleted = context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    validation.expect_settled_on(&current)?;
    expect_last(deleted, &current)?;
    context.expect_missing(&at).await
}

async fn a_deleted_suggestion_is_not_found(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    context.delete(&at).await?;
    for mut validation in [
        RecordedValidation::accepting(),
        RecordedValidation::refusing(),
    ] {
        let options = delete_suggesting(&stored);
        let refused = context.store().delete(&at, options, &mut validation).await;
        let error = refused.expect_not_found()?;
        context.expect_verdict_on(&at, &error)?;
        expect_that(
            validation.calls() <= 1,
            "the validation is asked about the suggestion at most",
            format!("it was asked {} times", validation.calls()),
        )?;
    }
    Ok(())
}

async fn a_refused_suggestion_that_is_fresh_is_final(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut validation = RecordedValidation::refusing();
    let options = delete_suggesting(&stored);
    Refusal::expect(context.store().delete(&at, options, &mut validation).await)?;
    validation.expect_asked(&[Some(&stored)])?;
    context.expect_stored(&at, &stored).await
}

async fn a_refused_suggestion_that_is_outdated_is_not_final(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo")).await?;
    let current = context.update(&at, |pod| pod.label("foo", "bar")).await?;
    let mut validation = RecordedValidation::only(|pod| pod.metadata.labels.is_some());
    let options = delete_suggesting(&old);
    context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    validation.expect_settled_on(&current)?;
    context.expect_missing(&at).await
}

async fn an_accepted_suggestion_that_is_outdated_is_not_final(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo")).await?;
    let current = context.update(&at, |pod| pod.label("foo", "bar")).await?;
    let mut validation = RecordedValidation::only(|pod| pod.metadata.labels.is_none());
    let options = delete_suggesting(&old);
    Refusal::expect(context.store().delete(&at, options, &mut validation).await)?;
    validation.expect_settled_on(&current)?;
    context.expect_stored(&at, &current).await
}

async fn a_forged_suggestion_is_not_the_last_state(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo")).await?;
    let current = context.update(&at, |pod| pod.label("foo", "bar")).await?;
    let mut validation = RecordedValidation::accepting();
    let options = delete_suggesting(&old.label("forged", "yes"));
    let deleted = context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    expect_last(deleted, &current)
}

async fn a_suggestion_from_the_future_is_outdated(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let ahead = version_of(&stored)?.get() + 1_000_000;
    let forged = stored.clone().label("forged", "yes").at(&ahead.to_string());
    let mut validation = RecordedValidation::accepting();
    let options = delete_suggesting(&forged);
    let deleted = context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    validation.expect_settled_on(&stored)?;
    expect_last(deleted, &stored)
}

async fn a_self_link_of_a_suggestion_does_not_come_back(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut linked = stored.clone();
    linked.metadata.self_link = Some("/somewhere".to_owned());
    let mut validation = RecordedValidation::accepting();
    let options = delete_suggesting(&linked);
    let deleted = context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    expect_last(deleted, &stored)
}

async fn a_refusal_speaks_of_what_is_stored(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo").uid("old")).await?;
    let current = context.update(&at, |pod| pod.uid("current")).await?;
    let mut validation = RecordedValidation::new(|pod| {
        let uid = pod.and_then(|pod| pod.metadata.uid.clone());
        Err(Error::Plain(format!("no, not {}", uid.unwrap_or_default())))
    });
    let options = delete_suggesting(&old);
    let refused = context.store().delete(&at, options, &mut validation).await;
    let error = refused.expect_failure("the validation's own error", |_| true)?;
    expect_eq("the error", error.to_string(), "no, not current")?;
    context.expect_stored(&at, &current).await
}

async fn a_suggestion_without_version_is_none(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let forged = pod("test-ns", "foo").label("forged", "1");
    for unversioned in [forged.clone(), forged.at("0")] {
        let mut validation = RecordedValidation::accepting();
        let options = delete_suggesting(&unversioned);
        let refused = context.store().delete(&at, options, &mut validation).await;
        refused.expect_not_found()?;
        let stored = context.create(&pod("test-ns", "foo")).await?;
        let mut validation = RecordedValidation::accepting();
        let options = delete_suggesting(&unversioned);
        context
            .store()
            .delete(&at, options, &mut validation)
            .await?;
        validation.expect_settled_on(&stored)?;
        context.expect_missing(&at).await?;
    }
    Ok(())
}

async fn a_suggestion_that_cannot_be_placed_is_refused(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    for version in ["abc", "-1", "18446744073709551616"] {
        let mut validation = RecordedValidation::accepting();
        let options = delete_suggesting(&stored.clone().at(version));
        let refused = context.store().delete(&at, options, &mut validation).await;
        refused.expect_text("couldn't get resource version: ")?;
        validation.expect_asked(&[])?;
    }
    context.expect_stored(&at, &stored).await
}
