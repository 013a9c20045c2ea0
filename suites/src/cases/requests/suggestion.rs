use storeproof::requests::Request;
use storeproof_fixtures::objects::{PodExt, key, pod};

use super::{NEEDS, SUGGESTING};
use crate::{
    case,
    harness::{
        Case, Context, RecordedUpdate, RecordedValidation, Refusal, Verdict, delete_suggesting,
        number_of, update_suggesting,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        a_fresh_one_spares_the_update_its_read,
        "An update on a suggestion that is what is stored sends its write and nothing else.",
        "store/6/22 store/3.6"
    )
    .needs(SUGGESTING),
    case!(
        a_fresh_one_spares_the_deletion_its_read,
        "A deletion on a suggestion that is what is stored sends the deletion and nothing else.",
        "store/6/22 store/3.5"
    )
    .needs(SUGGESTING),
    case!(
        is_verified_before_nothing_is_done,
        "An update on a fresh suggestion that changes nothing reads once, and writes nothing.",
        "store/3.6 store/6/39"
    )
    .needs(NEEDS),
    case!(
        is_verified_before_a_refusal,
        "Where the caller refuses a fresh suggestion, one read decides, and nothing is written.",
        "store/3.5 store/3.6 store/6/35"
    )
    .needs(NEEDS),
];

async fn a_fresh_one_spares_the_update_its_read(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::changing(&stored, |pod| pod.label("a", "1"));
    let options = update_suggesting(&stored);
    context.forget_requests().await?;
    context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    let write = Request::Update {
        key: context.full_key(&at)?,
        expected: number_of(&stored)?,
    };
    context.expect_requests(&[write]).await
}

async fn a_fresh_one_spares_the_deletion_its_read(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut validation = RecordedValidation::accepting();
    let options = delete_suggesting(&stored);
    context.forget_requests().await?;
    context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    let write = Request::Delete {
        key: context.full_key(&at)?,
        expected: number_of(&stored)?,
    };
    context.expect_requests(&[write]).await
}

async fn is_verified_before_nothing_is_done(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::to(&stored);
    let options = update_suggesting(&stored);
    context.forget_requests().await?;
    context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    context.expect_requests(&[context.get_of(&at, 0)?]).await
}

async fn is_verified_before_a_refusal(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let read = [context.get_of(&at, 0)?];
    let store = context.store();
    context.forget_requests().await?;
    let mut update = RecordedUpdate::refusing();
    let options = update_suggesting(&stored);
    Refusal::expect(store.guaranteed_update(&at, options, &mut update).await)?;
    context.expect_requests(&read).await?;
    let mut validation = RecordedValidation::refusing();
    let options = delete_suggesting(&stored);
    Refusal::expect(store.delete(&at, options, &mut validation).await)?;
    context.expect_requests(&read).await
}
