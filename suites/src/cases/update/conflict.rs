use storeproof::storage::{AsyncUpdate, Preconditions, UpdateOptions};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Case, Context, ErrorExpectations, RecordedUpdate, Verdict, expect_eq, update_if,
        update_or_create, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        a_change_in_between_is_not_lost,
        "Where somebody changes the object between read and write, the update is called again with the new state.",
        "store/5.3.32 store/6/34 store/6/36 IFC-06"
    ),
    case!(
        a_replacement_of_equal_content_is_a_change,
        "Where somebody deletes the object and creates an equal one in between, the update is called again with that.",
        "store/6/34 store/6/37"
    ),
    case!(
        a_deletion_in_between_is_not_found,
        "Where somebody deletes the object in between, the update fails as not found and does not bring it back.",
        "store/6/37"
    ),
    case!(
        a_deletion_in_between_can_be_ignored,
        "Where a missing object is to be ignored and somebody deletes it in between, the update starts from nothing.",
        "store/6/37 IFC-06"
    ),
    case!(
        a_creation_in_between_is_not_overwritten,
        "Where somebody creates the missing object in between, the update is called again with that object.",
        "store/6/38"
    ),
    case!(
        conditions_are_checked_again,
        "Preconditions hold for the state that is replaced, not only for the one first read.",
        "store/6/31"
    ),
    case!(
        an_update_may_give_up_after_a_conflict,
        "An update that fails when it is called again ends with its error, and the other writer's state stays.",
        "store/6/35"
    ),
    case!(
        conditions_are_checked_each_time,
        "Preconditions are checked after every conflict, however many there were before.",
        "store/6/31 store/3.6"
    ),
    case!(
        what_another_did_is_not_done_again,
        "An update that finds its change made by somebody else meanwhile writes nothing, and returns the other's state.",
        "store/3.6 store/6/40 store/6/41"
    ),
];

async fn a_change_in_between_is_not_lost(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let mut update =
        RecordedUpdate::changing(&created, |pod| pod.label("mine", "1")).meanwhile(async {
            context
                .update(&at, |pod| pod.label("theirs", "1"))
                .await
                .map(drop)
        });
    let options = UpdateOptions::default();
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    let theirs = created.clone().label("theirs", "1");
    let both = theirs.clone().label("mine", "1").at(updated.version());
    expect_eq("the updated object", &updated, &both)?;
    context.expect_stored(&at, &updated).await?;
    let [first, second] = update.versions() else {
        return expect_eq("calls of the update", update.calls(), 2);
    };
    expect_eq(
        "the first version it was told",
        *first,
        version_of(&created)?,
    )?;
    let theirs = theirs.at(&second.to_string());
    update.expect_inputs(&[Some(&created), Some(&theirs)])
}

async fn a_replacement_of_equal_content_is_a_change(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let plain = pod("test-ns", "foo");
    let created = context.create(&plain).await?;
    let replace = async {
        context.delete(&at).await?;
        context.create(&plain).await.map(drop)
    };
    let mut update =
        RecordedUpdate::changing(&created, |pod| pod.label("mine", "1")).meanwhile(replace);
    let options = UpdateOptions::default();
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    expect_eq("calls of the update", update.calls(), 2)?;
    let wanted = plain.clone().label("mine", "1").at(updated.version());
    expect_eq("the updated object", &updated, &wanted)?;
    context.expect_stored(&at, &updated).await
}

async fn a_deletion_in_between_is_not_found(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::changing(&created, |pod| pod.label("mine", "1"))
        .meanwhile(async { context.delete(&at).await.map(drop) });
    let options = UpdateOptions::default();
    let refused = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    let error = refused.expect_not_found()?;
    context.expect_verdict_on(&at, &error)?;
    update.expect_inputs(&[Some(&created)])?;
    context.expect_missing(&at).await
}

async fn a_deletion_in_between_can_be_ignored(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context
        .create(&pod("test-ns", "foo").label("old", "1"))
        .await?;
    let fresh = pod("test-ns", "foo");
    let mut update = RecordedUpdate::changing(&fresh, |pod| pod.label("mine", "1"))
        .meanwhile(async { context.delete(&at).await.map(drop) });
    let options = update_or_create();
    let created = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    update.expect_inputs(&[Some(&old), None])?;
    let wanted = fresh.clone().label("mine", "1").at(created.version());
    expect_eq("the object made of nothing", &created, &wanted)?;
    context.expect_stored(&at, &created).await
}

async fn a_creation_in_between_is_not_overwritten(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let theirs = pod("test-ns", "foo").label("theirs", "1");
    let mut update = RecordedUpdate::changing(&pod("test-ns", "foo"), |pod| pod.label("mine", "1"))
        .meanwhile(async { context.create(&theirs).await.map(drop) });
    let options = update_or_create();
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    expect_eq("calls of the update", update.calls(), 2)?;
    let both = theirs.clone().label("mine", "1").at(updated.version());
    expect_eq("the updated object", &updated, &both)?;
    context.expect_stored(&at, &updated).await
}

async fn conditions_are_checked_again(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo").uid("A")).await?;
    let replace = async {
        context.delete(&at).await?;
        context
            .create(&pod("test-ns", "foo").uid("B"))
            .await
            .map(drop)
    };
    let mut update =
        RecordedUpdate::changing(&created, |pod| pod.label("mine", "1")).meanwhile(replace);
    let options = update_if(Preconditions::uid("A"));
    let refused = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    let error = refused.expect_invalid_object()?;
    context.expect_verdict_on(&at, &error)?;
    update.expect_inputs(&[Some(&created)])?;
    let stored = context.get(&at).await?;
    let theirs = pod("test-ns", "foo").uid("B").at(stored.version());
    expect_eq("the other writer's object", stored, theirs)
}

async fn an_update_may_give_up_after_a_conflict(context: &Context) -> Verdict {
    use crate::harness::Refusal;
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::new(|pod| match pod {
        Some(pod) if pod.metadata.labels.is_none() => Ok(pod.label("mine", "1").into()),
        _ => Err(Refusal::error()),
    })
    .meanwhile(async {
        context
            .update(&at, |pod| pod.label("theirs", "1"))
            .await
            .map(drop)
    });
    let options = UpdateOptions::default();
    Refusal::expect(
        context
            .store()
            .guaranteed_update(&at, options, &mut update)
            .await,
    )?;
    expect_eq("calls of the update", update.calls(), 2)?;
    let stored = context.get(&at).await?;
    let theirs = pod("test-ns", "foo")
        .label("theirs", "1")
        .at(stored.version());
    expect_eq("the other writer's object", stored, theirs)
}

async fn what_another_did_is_not_done_again(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let change = |pod: Pod| pod.label("same", "1");
    let mut update = RecordedUpdate::changing(&created, change)
        .meanwhile(async { context.update(&at, change).await.map(drop) });
    let options = UpdateOptions::default();
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    let [_, theirs] = update.versions() else {
        return expect_eq("calls of the update", update.calls(), 2);
    };
    let theirs = change(created).at(&theirs.to_string());
    expect_eq("the result of the update", &updated, &theirs)?;
    context.expect_stored(&at, &theirs).await
}

/// So many conflicts leave the conditions as they are.
const HARMLESS: usize = 3;

async fn conditions_are_checked_each_time(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo").uid("A")).await?;
    let (store, mut calls) = (context.shared_store(), 0);
    let mut update = AsyncUpdate(|current: Option<Pod>, _| {
        calls += 1;
        let (store, at, call) = (&store, &at, calls);
        async move {
            let uid = if call <= HARMLESS { "A" } else { "B" };
            let theirs = pod("test-ns", "foo").uid(uid);
            let mut theirs = RecordedUpdate::to(&theirs.label("call", &call.to_string()));
            let options = UpdateOptions::default();
            store.guaranteed_update(at, options, &mut theirs).await?;
            Ok(current.unwrap_or_default().label("mine", "1").into())
        }
    });
    let options = update_if(Preconditions::uid("A"));
    let refused = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    refused.expect_invalid_object()?;
    expect_eq("calls of the update", calls, HARMLESS + 1)?;
    let stored = context.get(&at).await?;
    expect_eq("its UID", stored.metadata.uid.as_deref(), Some("B"))
}
