use futures::{FutureExt, future};
use storeproof::storage::{
    AsyncValidation, Code, DeleteOptions, Error, Preconditions, StorageError, UpdateOptions,
};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};
use tokio::{sync::Notify, time::timeout};

use crate::{
    case,
    harness::{
        Case, Context, ErrorExpectations, RecordedUpdate, RecordedValidation, Refusal, Verdict,
        deadline, delete_if, expect_eq, unexpected,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        is_asked_about_what_is_deleted,
        "A deletion asks its validation once, about the object as it is stored.",
        "store/6/21"
    ),
    case!(
        its_error_keeps_the_object,
        "An error of the validation is handed back as it is, after one call, and the object stays.",
        "store/5.3.11 store/6/21"
    ),
    case!(
        a_change_in_between_is_validated_too,
        "Where somebody changes the object in between, the validation is asked again about the new state.",
        "store/5.3.9 store/6/21"
    ),
    case!(
        a_change_in_between_may_keep_the_object,
        "Where somebody changes the object in between and the validation refuses the new state, it stays.",
        "store/5.3.9 store/6/21"
    ),
    case!(
        a_replacement_of_equal_content_is_a_change,
        "Where somebody deletes the object and creates an equal one in between, the validation is asked again.",
        "store/6/21"
    ),
    case!(
        a_deletion_in_between_is_not_found,
        "Where somebody else deletes the object in between, the deletion fails as not found, and asks no more.",
        "store/6/20"
    ),
    case!(
        tries_as_often_as_it_takes,
        "A deletion that somebody forestalls time and again is validated again each time, until it succeeds.",
        "store/3.5 store/6/21"
    ),
    case!(
        a_verdict_of_the_validation_is_no_verdict_of_the_store,
        "A conflict, not-found or other verdict that the validation itself returns is handed back, not acted upon.",
        "store/3.5 store/6/21"
    ),
    case!(
        conditions_come_first_each_time,
        "After every conflict the preconditions are checked before the validation is asked, however many there were before.",
        "store/3.5 store/6/21"
    ),
    case!(
        an_abandoned_deletion_leaves_nothing_behind,
        "A deletion that is cancelled while it waits for its validation deletes nothing, and holds nothing.",
        "store/6/30"
    ),
];

async fn is_asked_about_what_is_deleted(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context
        .create(&pod("test-ns", "foo").label("first", "1"))
        .await?;
    let last = context.update(&at, |pod| pod.uid("A")).await?;
    let mut validation = RecordedValidation::accepting();
    let options = DeleteOptions::default();
    context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    validation.expect_asked(&[Some(&last)])?;
    context.expect_missing(&at).await
}

async fn its_error_keeps_the_object(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut validation = RecordedValidation::refusing();
    let options = DeleteOptions::default();
    Refusal::expect(context.store().delete(&at, options, &mut validation).await)?;
    validation.expect_asked(&[Some(&stored)])?;
    context.expect_stored(&at, &stored).await
}

async fn a_change_in_between_is_validated_too(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let mut validation = RecordedValidation::accepting().meanwhile(async {
        context
            .update(&at, |pod| pod.label("theirs", "1"))
            .await
            .map(drop)
    });
    let options = DeleteOptions::default();
    let deleted = context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    expect_eq("calls of the validation", validation.calls(), 2)?;
    let Some(deleted) = deleted else {
        return Err(unexpected("the last state", "nothing"));
    };
    let theirs = created.clone().label("theirs", "1").at(deleted.version());
    expect_eq("the last state", &deleted, &theirs)?;
    context.expect_missing(&at).await
}

async fn a_change_in_between_may_keep_the_object(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let mut validation =
        RecordedValidation::only(|pod| pod.metadata.labels.is_none()).meanwhile(async {
            context
                .update(&at, |pod| pod.label("theirs", "1"))
                .await
                .map(drop)
        });
    let options = DeleteOptions::default();
    Refusal::expect(context.store().delete(&at, options, &mut validation).await)?;
    let stored = context.get(&at).await?;
    let theirs = created.clone().label("theirs", "1").at(stored.version());
    expect_eq("the object", &stored, &theirs)?;
    validation.expect_asked(&[Some(&created), Some(&stored)])
}

async fn a_replacement_of_equal_content_is_a_change(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let plain = pod("test-ns", "foo");
    context.create(&plain).await?;
    let replace = async {
        context.delete(&at).await?;
        context.create(&plain).await.map(drop)
    };
    let mut validation = RecordedValidation::accepting().meanwhile(replace);
    let options = DeleteOptions::default();
    context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    expect_eq("calls of the validation", validation.calls(), 2)?;
    context.expect_missing(&at).await
}

async fn a_deletion_in_between_is_not_found(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let mut validation =
        RecordedValidation::accepting().meanwhile(async { context.delete(&at).await.map(drop) });
    let options = DeleteOptions::default();
    let refused = context.store().delete(&at, options, &mut validation).await;
    let error = refused.expect_not_found()?;
    context.expect_verdict_on(&at, &error)?;
    validation.expect_asked(&[Some(&created)])
}

/// More than any number that somebody may have thought to be enough.
const CHANGES: usize = 100;

async fn tries_as_often_as_it_takes(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo")).await?;
    let (store, mut calls) = (context.shared_store(), 0);
    let mut validation = AsyncValidation(|_: Option<Pod>| {
        calls += 1;
        let (store, at, call) = (&store, &at, calls);
        async move {
            if call <= CHANGES {
                let wanted = pod("test-ns", "foo").label("change", &call.to_string());
                let options = UpdateOptions::default();
                let mut update = RecordedUpdate::to(&wanted);
                store.guaranteed_update(at, options, &mut update).await?;
            }
            Ok(())
        }
    });
    let options = DeleteOptions::default();
    let deleted = context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    let last = deleted.and_then(|pod| pod.metadata.labels);
    let wanted = pod("test-ns", "foo").label("change", &CHANGES.to_string());
    expect_eq("the labels of the last state", last, wanted.metadata.labels)?;
    expect_eq("calls of the validation", calls, CHANGES + 1)?;
    context.expect_missing(&at).await
}

async fn an_abandoned_deletion_leaves_nothing_behind(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let entered = Notify::new();
    let mut validation = RecordedValidation::accepting().meanwhile(async {
        entered.notify_one();
        future::pending().await
    });
    let options = DeleteOptions::default();
    let waiting = context.store().delete(&at, options, &mut validation);
    let waiting = timeout(
        deadline::EVENT,
        future::select(waiting, entered.notified().boxed()),
    );
    if !matches!(waiting.await, Ok(future::Either::Right(_))) {
        return Err(unexpected(
            "the validation is asked and waits",
            "it ended or was not asked",
        ));
    }
    context.expect_stored(&at, &created).await?;
    let next = timeout(deadline::EVENT, context.delete(&at)).await;
    next.map_err(|_| unexpected("the next deletion goes on", "it waits"))??;
    context.expect_missing(&at).await
}

async fn a_verdict_of_the_validation_is_no_verdict_of_the_store(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    for code in [
        Code::ResourceVersionConflicts,
        Code::KeyNotFound,
        Code::InvalidObject,
    ] {
        let mut validation =
            RecordedValidation::new(|_| Err(StorageError::new(code, "/elsewhere").into()));
        let options = DeleteOptions::default();
        let refused = context.store().delete(&at, options, &mut validation).await;
        let error = refused.expect_failure("the validation's own verdict", |error| {
            error.code() == Some(code)
        })?;
        let about = match error {
            Error::Storage(error) => error.key,
            other => other.to_string(),
        };
        expect_eq("the key in the error", about.as_str(), "/elsewhere")?;
        validation.expect_asked(&[Some(&stored)])?;
        context.expect_stored(&at, &stored).await?;
    }
    Ok(())
}

/// So many conflicts leave the conditions as they are.
const HARMLESS: usize = 3;

async fn conditions_come_first_each_time(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo").uid("A")).await?;
    let (store, mut calls) = (context.shared_store(), 0);
    let mut validation = AsyncValidation(|_: Option<Pod>| {
        calls += 1;
        let (store, at, call) = (&store, &at, calls);
        async move {
            let uid = if call <= HARMLESS { "A" } else { "B" };
            let theirs = pod("test-ns", "foo").uid(uid);
            let mut theirs = RecordedUpdate::to(&theirs.label("call", &call.to_string()));
            let options = UpdateOptions::default();
            store.guaranteed_update(at, options, &mut theirs).await?;
            Ok(())
        }
    });
    let options = delete_if(Preconditions::uid("A"));
    let refused = context.store().delete(&at, options, &mut validation).await;
    refused.expect_invalid_object()?;
    expect_eq("calls of the validation", calls, HARMLESS + 1)?;
    let stored = context.get(&at).await?;
    expect_eq("its UID", stored.metadata.uid.as_deref(), Some("B"))
}
