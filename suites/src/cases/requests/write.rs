use storeproof::{
    requests::Request,
    storage::{DeleteOptions, GetOptions},
};
use storeproof_fixtures::objects::{PodExt, key, pod};

use super::{NEEDS, SUGGESTING};
use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedUpdate, RecordedValidation, Refusal,
        Verdict, delete_suggesting, number_of, page, update_or_create, update_suggesting,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        a_create_is_one_write,
        "A creation sends one conditional write and reads nothing, whether the key is free or taken.",
        "store/3.12 store/3.4 store/6/84"
    )
    .needs(NEEDS),
    case!(
        a_get_is_one_read,
        "A get sends one read of its key at the latest version, whether there is an object or not.",
        "store/3.12"
    )
    .needs(NEEDS),
    case!(
        an_update_reads_and_writes,
        "An update sends one read and one write that demands the version read; the write only where something changes.",
        "store/3.12 store/3.6 store/6/41 store/6/84"
    )
    .needs(NEEDS),
    case!(
        a_delete_reads_and_writes,
        "A deletion sends one read and one deletion of the version read; none where the validation refuses.",
        "store/3.12 store/3.5"
    )
    .needs(NEEDS),
    case!(
        a_conflict_is_not_read_again,
        "A write that comes too late brings back what is there: the next attempt needs no read.",
        "store/3.12 store/3.5 store/3.6"
    )
    .needs(SUGGESTING),
    case!(
        what_makes_no_sense_is_not_sent,
        "An operation that is refused for its arguments sends nothing.",
        "store/3.4 store/3.7.1"
    )
    .needs(&[Capability::RequestCounting, Capability::Paging]),
    case!(
        what_cannot_be_sealed_is_not_sent,
        "A value that the transformer refuses to write is not sent: only what an update reads first is.",
        "store/6/9"
    )
    .needs(&[Capability::RequestCounting, Capability::Transformer]),
];

async fn a_create_is_one_write(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let full = context.full_key(&at)?;
    let once = [Request::Create { key: full }];
    context.forget_requests().await?;
    context.create(&pod("test-ns", "foo")).await?;
    context.expect_requests(&once).await?;
    let again = pod("test-ns", "foo");
    let again = context.store().create(&at, &again, None).await;
    again.expect_exists()?;
    context.expect_requests(&once).await
}

async fn a_get_is_one_read(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let once = [context.get_of(&at, 0)?];
    context.forget_requests().await?;
    context.expect_missing(&at).await?;
    context.expect_requests(&once).await?;
    context.create(&pod("test-ns", "foo")).await?;
    context.forget_requests().await?;
    context.get(&at).await?;
    context.expect_requests(&once).await
}

async fn an_update_reads_and_writes(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let full = context.full_key(&at)?;
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let read = context.get_of(&at, 0)?;
    let write = |expected| Request::Update {
        key: full.clone(),
        expected,
    };
    context.forget_requests().await?;
    context.update(&at, |pod| pod.label("a", "1")).await?;
    let both = [read.clone(), write(number_of(&stored)?)];
    context.expect_requests(&both).await?;
    context.update(&at, |pod| pod).await?;
    context.expect_requests(std::slice::from_ref(&read)).await?;
    context.delete(&at).await?;
    context.forget_requests().await?;
    let mut update = RecordedUpdate::to(&pod("test-ns", "foo"));
    let created = context.store();
    created
        .guaranteed_update(&at, update_or_create(), &mut update)
        .await?;
    context.expect_requests(&[read, write(0)]).await
}

async fn a_delete_reads_and_writes(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let read = context.get_of(&at, 0)?;
    let stored = context.create(&pod("test-ns", "foo")).await?;
    context.forget_requests().await?;
    let mut refusing = RecordedValidation::refusing();
    let refused = context
        .store()
        .delete(&at, DeleteOptions::default(), &mut refusing)
        .await;
    Refusal::expect(refused)?;
    context.expect_requests(std::slice::from_ref(&read)).await?;
    context.delete(&at).await?;
    let write = Request::Delete {
        key: context.full_key(&at)?,
        expected: number_of(&stored)?,
    };
    context.expect_requests(&[read, write]).await
}

async fn a_conflict_is_not_read_again(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let full = context.full_key(&at)?;
    let old = context.create(&pod("test-ns", "foo")).await?;
    let current = context.update(&at, |pod| pod.label("a", "1")).await?;
    let write = |expected| Request::Update {
        key: full.clone(),
        expected,
    };
    context.forget_requests().await?;
    let mut update = RecordedUpdate::changing(&old, |pod| pod.label("b", "1"));
    let options = update_suggesting(&old);
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    let twice = [write(number_of(&old)?), write(number_of(&current)?)];
    context.expect_requests(&twice).await?;
    let mut validation = RecordedValidation::accepting();
    let options = delete_suggesting(&current);
    context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    let twice = [number_of(&current)?, number_of(&updated)?].map(|expected| Request::Delete {
        key: full.clone(),
        expected,
    });
    context.expect_requests(&twice).await
}

async fn what_makes_no_sense_is_not_sent(context: &Context) -> Verdict {
    let store = context.store();
    let stored = context.create(&pod("test-ns", "foo")).await?;
    context.forget_requests().await?;
    let bad = store
        .create("/pods/../foo", &pod("test-ns", "foo"), None)
        .await;
    bad.expect_failure("a bad key", |_| true)?;
    let versioned = store.create(&key("test-ns", "bar"), &stored, None).await;
    versioned.expect_failure("an object with a version", |_| true)?;
    let list = page(1, "no token");
    let list = store.get_list("/pods/", &list).await;
    list.expect_bad_request()?;
    let get = GetOptions {
        resource_version: "abc".to_owned(),
        ..GetOptions::default()
    };
    let get = store.get(&key("test-ns", "foo"), &get).await;
    get.expect_bad_request()?;
    context.expect_requests(&[]).await
}

async fn what_cannot_be_sealed_is_not_sent(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo")).await?;
    context.transformer().fail_writes(true);
    context.forget_requests().await?;
    let bar = pod("test-ns", "bar");
    let create = context
        .store()
        .create(&key("test-ns", "bar"), &bar, None)
        .await;
    create.expect_internal()?;
    context.expect_requests(&[]).await?;
    let mut update = RecordedUpdate::to(&pod("test-ns", "foo").label("a", "1"));
    let refused = context
        .store()
        .guaranteed_update(&at, update_or_create(), &mut update)
        .await;
    refused.expect_internal()?;
    context.expect_requests(&[context.get_of(&at, 0)?]).await
}
