use std::collections::BTreeSet;

use futures::{FutureExt, future};
use storeproof::storage::{AsyncUpdate, Update, UpdateOptions};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};
use tokio::{sync::Notify, task::JoinSet, time::timeout};

use crate::{
    case,
    harness::{
        Case, Context, Fault, RecordedUpdate, Refusal, Verdict, deadline, expect_eq, expect_that,
        unexpected, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        two_updates_both_succeed,
        "Two updates of one object that overlap both succeed: the one that writes second is called again.",
        "store/5.3.32"
    ),
    case!(
        no_increment_is_lost,
        "Of many concurrent increments none is lost, and each gets a version of its own.",
        "store/6/44"
    ),
    case!(
        tries_as_often_as_it_takes,
        "An update that loses against others time and again is called again each time, until it wins.",
        "store/3.6 store/6/44"
    ),
    case!(
        a_refusal_of_what_is_stored_is_final,
        "An update whose caller refuses what is stored ends with that refusal, though somebody else wrote meanwhile.",
        "store/3.6 store/5.3.33"
    ),
    case!(
        a_waiting_update_blocks_nobody,
        "While an update waits for its caller, its object can be read, listed and changed, and others created and deleted.",
        "store/5.3.32 store/6/47"
    ),
    case!(
        an_abandoned_update_leaves_nothing_behind,
        "An update that is cancelled while it waits for its caller writes nothing, then or later, and holds nothing.",
        "store/6/47"
    ),
];

async fn two_updates_both_succeed(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let (entered, written) = (Notify::new(), Notify::new());
    let first = async {
        entered.notified().await;
        let result = context.update(&at, |pod| pod.label("first", "1")).await;
        written.notify_one();
        result
    };
    let mut update =
        RecordedUpdate::changing(&created, |pod| pod.label("second", "1")).meanwhile(async {
            entered.notify_one();
            written.notified().await;
            Ok(())
        });
    let options = UpdateOptions::default();
    let second = context.store().guaranteed_update(&at, options, &mut update);
    let both = timeout(deadline::EVENT, future::join(first, second)).await;
    let (first, second) = both.map_err(|_| {
        unexpected(
            "both updates end",
            format!("they wait for {:?}", deadline::EVENT),
        )
    })?;
    let (first, second) = (first?, second?);
    update.expect_inputs(&[Some(&created), Some(&first)])?;
    let wanted = first.label("second", "1").at(second.version());
    expect_eq("the object after both", &second, &wanted)?;
    context.expect_stored(&at, &second).await
}

const WRITERS: u64 = 6;
const INCREMENTS: u64 = 10;

fn incremented(mut pod: Pod) -> Pod {
    pod.metadata.generation = Some(pod.metadata.generation.unwrap_or_default() + 1);
    pod
}

async fn no_increment_is_lost(context: &Context) -> Verdict {
    let at = key("test-ns", "counter");
    context.create(&pod("test-ns", "counter")).await?;
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (store, at) = (context.shared_store(), at.clone());
        writers.spawn(async move {
            let mut results = Vec::new();
            for _ in 0..INCREMENTS {
                let mut update = AsyncUpdate(|current: Option<Pod>, _| async move {
                    // Lets the others in between the read and the write.
                    tokio::task::yield_now().await;
                    Ok(Update::from(incremented(current.unwrap_or_default())))
                });
                let options = UpdateOptions::default();
                results.push(store.guaranteed_update(&at, options, &mut update).await);
            }
            results
        });
    }
    let (mut versions, mut counts) = (BTreeSet::new(), BTreeSet::new());
    while let Some(joined) = writers.join_next().await {
        for result in joined.map_err(|error| Fault::Broken(error.to_string()))? {
            let pod = result?;
            versions.insert(version_of(&pod)?);
            counts.insert(pod.metadata.generation);
        }
    }
    let total = i64::try_from(WRITERS * INCREMENTS).unwrap_or(i64::MAX);
    let stored = context.get(&at).await?;
    expect_eq("the counter", stored.metadata.generation, Some(total))?;
    let counted: BTreeSet<_> = (1..=total).map(Some).collect();
    expect_eq("what the writers counted", counts, counted)?;
    expect_that(
        i64::try_from(versions.len()).is_ok_and(|count| count == total),
        format!("{total} different versions"),
        format!("{} different versions", versions.len()),
    )
}

/// More than any number that somebody may have thought to be enough.
const LOSSES: usize = 100;

async fn tries_as_often_as_it_takes(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    context.create(&pod("test-ns", "foo")).await?;
    let (store, mut calls) = (context.shared_store(), 0);
    let mut update = AsyncUpdate(|current: Option<Pod>, _| {
        calls += 1;
        let (store, at, loses) = (&store, &at, calls <= LOSSES);
        async move {
            if loses {
                let mut theirs = RecordedUpdate::changing(&pod("", ""), incremented);
                let options = UpdateOptions::default();
                store.guaranteed_update(at, options, &mut theirs).await?;
            }
            Ok(Update::from(current.unwrap_or_default().label("mine", "1")))
        }
    });
    let options = UpdateOptions::default();
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    let losses = i64::try_from(LOSSES).ok();
    expect_eq(
        "what the others counted",
        updated.metadata.generation,
        losses,
    )?;
    expect_eq("calls of the update", calls, LOSSES + 1)?;
    context.expect_stored(&at, &updated).await
}

async fn a_refusal_of_what_is_stored_is_final(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let mut update = RecordedUpdate::refusing().meanwhile(async {
        let theirs = context.update(&at, |pod| pod.label("theirs", "1")).await?;
        context.expect_stored(&at, &theirs).await
    });
    let options = UpdateOptions::default();
    let ended = context.store().guaranteed_update(&at, options, &mut update);
    let ended = timeout(deadline::EVENT, ended).await;
    let ended = ended.map_err(|_| unexpected("the update ends", "it goes on"))?;
    Refusal::expect(ended)?;
    update.expect_inputs(&[Some(&created)])
}

async fn a_waiting_update_blocks_nobody(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let others = async {
        context.expect_stored(&at, &created).await?;
        let updated = context.update(&at, |pod| pod.label("theirs", "1")).await?;
        let list = context.list("/pods/").await?;
        expect_eq("the objects meanwhile", list.items, vec![updated])?;
        context.create(&pod("test-ns", "other")).await?;
        context.delete(&key("test-ns", "other")).await.map(drop)
    };
    let in_time = async {
        let ended = timeout(deadline::EVENT, others).await;
        ended.unwrap_or_else(|_| Err(unexpected("the others go on", "they wait for the update")))
    };
    let mut update =
        RecordedUpdate::changing(&created, |pod| pod.label("mine", "1")).meanwhile(in_time);
    let options = UpdateOptions::default();
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    let both = created.clone().label("theirs", "1").label("mine", "1");
    expect_eq("the updated object", &updated, &both.at(updated.version()))
}

async fn an_abandoned_update_leaves_nothing_behind(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let entered = Notify::new();
    let mut update = RecordedUpdate::changing(&created, |pod| pod.label("abandoned", "1"))
        .meanwhile(async {
            entered.notify_one();
            future::pending().await
        });
    let options = UpdateOptions::default();
    let waiting = context.store().guaranteed_update(&at, options, &mut update);
    let waiting = timeout(
        deadline::EVENT,
        future::select(waiting, entered.notified().boxed()),
    );
    if !matches!(waiting.await, Ok(future::Either::Right(_))) {
        return Err(unexpected(
            "the update is called and waits",
            "it ended or was not called",
        ));
    }
    context.expect_stored(&at, &created).await?;
    let next = timeout(
        deadline::EVENT,
        context.update(&at, |pod| pod.label("next", "1")),
    )
    .await;
    let next = next.map_err(|_| unexpected("the next update goes on", "it waits"))??;
    expect_eq(
        "the next update",
        &next,
        &created.label("next", "1").at(next.version()),
    )?;
    context.expect_stored(&at, &next).await
}
