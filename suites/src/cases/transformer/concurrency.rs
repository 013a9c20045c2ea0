use std::{collections::HashSet, future::Future, pin::pin, sync::Arc, task::Poll};

use futures::future::{join_all, poll_fn};
use storeproof::value::{self, Opened};
use tokio::{task::JoinSet, time::timeout};

use super::{
    hand::{AT, Hand},
    phrase::difference,
    value::many,
};
use crate::{
    case,
    harness::{
        Capability, Case, Context, Fault, Sealing, Verdict, deadline, expect_that, unexpected,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        each_call_has_a_value_of_its_own,
        "Many who write and read at the same time each get their own value.",
        "backend/7.1"
    )
    .needs(NEEDS),
    case!(
        calls_that_wait_for_each_other_are_told_apart,
        "Calls that are under way together in one task each get their own value.",
        "backend/7.1"
    )
    .needs(NEEDS),
    case!(
        values_written_at_once_are_stored_apart,
        "Of ten thousand equal values that many write at the same time, no two are stored alike.",
        "backend/7.13.2 backend/7.5 backend/9/95"
    )
    .needs(&[Capability::JudgedTransformer, Capability::Variation]),
    case!(
        a_call_that_is_given_up_harms_nobody,
        "A write or a read that is given up half-way leaves the transformer as it was.",
        "backend/7.1"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[Capability::JudgedTransformer];

const TASKS: usize = 16;
const ROUNDS: usize = 24;

/// What writer `task` writes in `round`: of many lengths, and unlike all others.
fn wanted(task: usize, round: usize) -> (String, Vec<u8>) {
    let mut plain = many(1 + (task * 37 + round * 101) % 700);
    plain.extend_from_slice(format!("value {round} of {task}").as_bytes());
    (format!("{AT}-{task}"), plain)
}

async fn each_call_has_a_value_of_its_own(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    hand.note(format!("{TASKS} tasks write and read {ROUNDS} values each"));
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let transformer = hand.transformer();
        tasks.spawn(async move {
            for round in 0..ROUNDS {
                let (at, plain) = wanted(task, round);
                there_and_back(&*transformer, &at, &plain).await?;
            }
            Ok(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap_or_else(|_| Err(unexpected("every call ends", "one panics")))?;
    }
    Ok(())
}

async fn calls_that_wait_for_each_other_are_told_apart(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    hand.note(format!("{TASKS} values are written and read side by side"));
    for round in 0..ROUNDS {
        let transformer = hand.transformer();
        let calls = (0..TASKS).map(|task| {
            let transformer = Arc::clone(&transformer);
            async move {
                let (at, plain) = wanted(task, round);
                there_and_back(&*transformer, &at, &plain).await
            }
        });
        join_all(calls).await.into_iter().collect::<Verdict<()>>()?;
    }
    Ok(())
}

/// So many that three random bytes come again.
const WRITES: usize = 10_000;

async fn values_written_at_once_are_stored_apart(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    hand.note(format!("{TASKS} tasks write {WRITES} equal values"));
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let transformer = hand.transformer();
        tasks.spawn(async move {
            let at = value::Context::of_key(AT);
            let mut written = Vec::with_capacity(WRITES / TASKS);
            for _ in 0..WRITES / TASKS {
                let mut stored = Vec::new();
                in_time(transformer.to_storage(b"pandas", at, &mut stored)).await?;
                written.push(stored);
            }
            Ok(written)
        });
    }
    let mut seen = HashSet::new();
    while let Some(ended) = tasks.join_next().await {
        let panicked = |_| Err(unexpected("every call ends", "one panics"));
        for stored in ended.unwrap_or_else(panicked)? {
            expect_that(
                seen.insert(stored),
                format!("{WRITES} equal values are stored in as many ways"),
                "two of them are stored alike",
            )?;
        }
    }
    Ok(())
}

async fn a_call_that_is_given_up_harms_nobody(context: &Context) -> Verdict {
    let hand = Hand::first(context).await?;
    let transformer = hand.transformer();
    let plain = many(300);
    let stored = hand.write(AT, &plain).await?;
    hand.note("begin to write and to read, and give up, 20 times");
    for _ in 0..10 {
        let mut dropped = Vec::new();
        let at = value::Context::of_key(AT);
        begin(transformer.to_storage(&plain, at, &mut dropped)).await;
        begin(transformer.from_storage(stored.clone().into(), at)).await;
    }
    hand.expect_stale(AT, &stored, &plain, false).await?;
    let next = hand.write(AT, &plain).await?;
    hand.expect_stale(AT, &next, &plain, false).await
}

/// Takes the first step of something, and drops it.
async fn begin(work: impl Future) {
    let mut work = pin!(work);
    poll_fn(|context| {
        let _ = work.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
}

async fn there_and_back(transformer: &dyn Sealing, at: &str, plain: &[u8]) -> Verdict {
    let context = value::Context::of_key(at);
    let mut stored = Vec::new();
    in_time(transformer.to_storage(plain, context, &mut stored)).await?;
    let opened = in_time(transformer.from_storage(stored.into(), context)).await?;
    let Opened { plain: read, stale } = opened;
    if read != *plain || stale {
        return Err(unexpected(
            "each value that was just written is read, and is not stale",
            format!("it is {}, and stale: {stale}", difference(plain, &read)),
        ));
    }
    Ok(())
}

async fn in_time<T>(call: impl Future<Output = Result<T, value::Error>>) -> Verdict<T> {
    match timeout(deadline::EVENT, call).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(unexpected(
            "a value is written and read beside others",
            format!("it fails: {error}"),
        )),
        Err(_) => Err(Fault::failed(
            "every call ends",
            format!("no answer for {:?}", deadline::EVENT),
        )),
    }
}
