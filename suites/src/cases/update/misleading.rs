use storeproof::storage::Error;
use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{
        Case, Context, ErrorExpectations, RecordedUpdate, Verdict, expect_eq, update_suggesting,
        version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        a_suggestion_from_the_future_is_outdated,
        "A suggestion with a version that the store has not reached is as wrong as an outdated one.",
        "store/3.6 store/5.3.33"
    ),
    case!(
        a_refusal_speaks_of_what_is_stored,
        "Where the caller refuses an outdated suggestion and what is stored, its last word is the update's error.",
        "store/3.6 store/6/35"
    ),
    case!(
        a_self_link_of_a_suggestion_is_no_change,
        "An update that returns a suggestion with a self link, which is else what is stored, writes nothing.",
        "store/3.6 store/6/5"
    ),
    case!(
        a_suggestion_of_equal_content_is_outdated_all_the_same,
        "Where an object was changed and changed back, an update that returns the old suggestion writes nothing, and returns what is stored.",
        "store/3.6 store/6/40"
    ),
];

async fn a_suggestion_from_the_future_is_outdated(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let ahead = version_of(&stored)?.get() + 1_000_000;
    let forged = stored.clone().label("forged", "yes").at(&ahead.to_string());
    let mut update = RecordedUpdate::changing(&forged, |pod| pod.label("mine", "1"));
    let options = update_suggesting(&forged);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    update.expect_settled_on(&stored)?;
    let wanted = stored.label("mine", "1").at(updated.version());
    expect_eq("the updated object", &updated, &wanted)?;
    context.expect_stored(&at, &updated).await
}

async fn a_refusal_speaks_of_what_is_stored(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo").uid("old")).await?;
    let current = context.update(&at, |pod| pod.uid("current")).await?;
    let mut update = RecordedUpdate::new(|pod| {
        let uid = pod.and_then(|pod| pod.metadata.uid);
        Err(Error::Plain(format!("no, not {}", uid.unwrap_or_default())))
    });
    let options = update_suggesting(&old);
    let refused = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    let error = refused.expect_failure("the caller's own error", |_| true)?;
    expect_eq("the error", error.to_string(), "no, not current")?;
    context.expect_stored(&at, &current).await
}

async fn a_self_link_of_a_suggestion_is_no_change(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut linked = stored.clone();
    linked.metadata.self_link = Some("/somewhere".to_owned());
    let mut update = RecordedUpdate::changing(&stored, |pod| pod);
    let options = update_suggesting(&linked);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    expect_eq("the result of the update", &updated, &stored)?;
    context.expect_stored(&at, &stored).await
}

async fn a_suggestion_of_equal_content_is_outdated_all_the_same(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo")).await?;
    context.update(&at, |pod| pod.label("a", "1")).await?;
    let current = context.update(&at, |_| pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::to(&old);
    let options = update_suggesting(&old);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    expect_eq("the result of the update", &updated, &current)?;
    context.expect_stored(&at, &current).await
}
