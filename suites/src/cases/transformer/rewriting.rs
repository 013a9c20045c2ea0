use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use storeproof::storage::{Error, Store, Update, UpdateOptions, update_with};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};
use tokio::{sync::watch, task::JoinSet, time::timeout};

use super::at_rest::take_up;
use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Fault, Keys, Verdict, deadline, expect_eq,
        expect_that, unexpected, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        a_stale_object_is_rewritten_once,
        "After a rotation the next update rewrites an object with the new key, once, though it changes nothing; no read does.",
        "backend/7.13.9 store/6/48 store/6/83"
    )
    .needs(&[
        Capability::JudgedTransformer,
        Capability::Rotation,
        Capability::Secrecy,
        Capability::Transformer,
        Capability::RawBytes,
        Capability::Watch,
    ]),
    case!(
        a_fresh_object_is_never_rewritten,
        "Without a rotation no update that changes nothing writes anything, nor after the server was started again.",
        "backend/7.13.9 store/6/48"
    )
    .needs(&[
        Capability::JudgedTransformer,
        Capability::Transformer,
    ]),
    case!(
        a_rotation_disturbs_no_writer,
        "While keys are added, put in front and taken away, with objects rewritten in between, no request fails and no change is lost.",
        "backend/9/97 backend/7.13.9"
    )
    .needs(&[
        Capability::JudgedTransformer,
        Capability::Rotation,
        Capability::Transformer,
    ]),
];

async fn a_stale_object_is_rewritten_once(context: &Context) -> Verdict {
    take_up(context, Keys::of(1)).await?;
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let before = context.raw_get(&at).await?;
    take_up(context, Keys::of(2).and(1)).await?;

    context.expect_stored(&at, &created).await?;
    let list = context.list("/pods/").await?;
    expect_eq("the list", list.items, vec![created.clone()])?;
    let mut watch = context.watch("/pods/", version_of(&created)?).await?;
    let unread = context.raw_get(&at).await?;
    expect_that(
        unread == before,
        "reading leaves the bytes at rest as they were",
        "they have changed",
    )?;

    let rewritten = context.update(&at, |pod| pod).await?;
    expect_that(
        version_of(&rewritten)? > version_of(&created)?,
        format!(
            "the first update writes, at a version larger than {}",
            created.version()
        ),
        format!("it returns version {}", rewritten.version()),
    )?;
    let moved = context.raw_get(&at).await?;
    let same = context.update(&at, |pod| pod).await?;
    expect_eq("what the second update returns", &same, &rewritten)?;
    let unmoved = context.raw_get(&at).await?;
    expect_that(
        unmoved == moved,
        "the second update leaves the bytes at rest as they were",
        "they have changed",
    )?;
    let other = context.create(&pod("test-ns", "other")).await?;
    watch.expect_modified(&rewritten).await?;
    watch.expect_added(&other).await?;

    take_up(context, Keys::of(2)).await?;
    context.expect_stored(&at, &rewritten).await?;
    context.raw_put(&at, before.unwrap_or_default()).await?;
    let old = context.store().get(&at, &Default::default()).await;
    old.expect_unreadable().map(drop)
}

async fn a_fresh_object_is_never_rewritten(context: &Context) -> Verdict {
    take_up(context, Keys::of(1)).await?;
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    for _ in 0..3 {
        let same = context.update(&at, |pod| pod).await?;
        expect_eq(
            "what an update that changes nothing returns",
            &same,
            &created,
        )?;
        take_up(context, Keys::of(1)).await?;
    }
    Ok(())
}

/// Objects that writers count up meanwhile.
const OBJECTS: usize = 6;

async fn a_rotation_disturbs_no_writer(context: &Context) -> Verdict {
    take_up(context, Keys::of(1)).await?;
    for object in 0..OBJECTS {
        let new = pod("test-ns", &format!("counted-{object}")).annotation("count", "0");
        context.create(&new).await?;
    }
    let done = Arc::new(AtomicBool::new(false));
    let mut writers = JoinSet::new();
    let mut counts = Vec::new();
    for object in 0..OBJECTS {
        let (store, done) = (context.shared_store(), Arc::clone(&done));
        let (count, counted) = watch::channel(0);
        writers.spawn(async move { count_up(&*store, object, &count, &done).await });
        counts.push(counted);
    }
    let rotated = rotate(context, &mut counts).await;
    done.store(true, Ordering::SeqCst);
    while let Some(ended) = writers.join_next().await {
        ended.unwrap_or_else(|_| Err(unexpected("every writer ends", "one panics")))?;
    }
    rotated?;
    rewrite_all(context).await?;
    take_up(context, Keys::of(3)).await?;
    for (object, count) in counts.iter().enumerate() {
        let found = context.get(&counted(object)).await?;
        expect_eq("what was counted up", count_of(&found), *count.borrow())?;
    }
    Ok(())
}

/// Two keys are brought in, one after another: to read with, to write with, and alone.
async fn rotate(context: &Context, counts: &mut [watch::Receiver<usize>]) -> Verdict {
    for (old, new) in [(1, 2), (2, 3)] {
        take_up(context, Keys::of(old).and(new)).await?;
        context.list("/pods/").await?;
        take_up(context, Keys::of(new).and(old)).await?;
        // An update that began before may still write with the old key.
        for count in &mut *counts {
            let before = *count.borrow();
            let next = count.wait_for(|count| *count > before + 1);
            let gone_on = timeout(deadline::EVENT, next).await;
            if !matches!(gone_on, Ok(Ok(_))) {
                return Err(unexpected(
                    "every writer goes on after the new key was put in front",
                    "one does not",
                ));
            }
        }
        rewrite_all(context).await?;
        context.list("/pods/").await?;
    }
    Ok(())
}

async fn rewrite_all(context: &Context) -> Verdict {
    for object in 0..OBJECTS {
        context.update(&counted(object), |pod| pod).await?;
    }
    Ok(())
}

async fn count_up(
    store: &dyn Store<Pod>,
    object: usize,
    count: &watch::Sender<usize>,
    done: &AtomicBool,
) -> Verdict {
    let at = counted(object);
    while !done.load(Ordering::SeqCst) {
        let mut update = update_with(|current: Option<Pod>, _| {
            let current = current.ok_or_else(|| Error::Plain("there is no object".into()))?;
            let next = count_of(&current) + 1;
            Ok(Update::from(current.annotation("count", &next.to_string())))
        });
        let writing = store.guaranteed_update(&at, UpdateOptions::default(), &mut update);
        match timeout(deadline::EVENT, writing).await {
            Ok(Ok(_)) => count.send_modify(|count| *count += 1),
            Ok(Err(error)) => {
                return Err(unexpected(
                    "no update fails while keys are changed",
                    format!("after {} updates of {at}: {error}", *count.borrow()),
                ));
            }
            Err(_) => {
                return Err(Fault::failed(
                    "every update ends",
                    format!("no answer for {:?}", deadline::EVENT),
                ));
            }
        }
        tokio::task::yield_now().await;
    }
    Ok(())
}

fn counted(object: usize) -> String {
    key("test-ns", &format!("counted-{object}"))
}

fn count_of(pod: &Pod) -> usize {
    let annotations = pod.metadata.annotations.as_ref();
    let count = annotations.and_then(|annotations| annotations.get("count"));
    count.and_then(|count| count.parse().ok()).unwrap_or(0)
}
