//! What a compaction answers and does.

use storeproof_wire::etcdserverpb::{CompactionRequest, RangeRequest};
use tonic::Code;

use crate::{
    Case, Context, Need, Tier, Verdict, case,
    context::{events, revision},
    expect_eq, expect_refused, expect_steps, expect_that,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        it_answers_with_the_current_revision,
        "A compaction at a revision that there is succeeds, and answers with the current revision.",
        "CMP-01 HDR-01"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        the_future_is_refused,
        "A compaction at a revision that is still to come is refused.",
        "CMP-02"
    ),
    case!(
        Tier::Kubernetes,
        what_was_compacted_is_refused,
        "A compaction at or below the revision of the last one is refused.",
        "CMP-02"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        it_takes_effect_and_leaves_what_is,
        "After a compaction older revisions are refused, and what there is now is as it was.",
        "CMP-03 CMP-06"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        watches_of_what_comes_go_on,
        "A watch that has seen everything goes on after a compaction.",
        "CMP-03"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        a_physical_one_leaves_stable_hashes,
        "After a compaction that waits for the data to be removed, hashes stay the same.",
        "CMP-04"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        it_is_no_revision,
        "A compaction is no revision, and those who watch are not told.",
        "CMP-08"
    )
    .needs(&[Need::Quiet]),
];

const COMPACTED: &str = "etcdserver: mvcc: required revision has been compacted";

fn at(revision: i64) -> CompactionRequest {
    CompactionRequest {
        revision,
        physical: false,
    }
}

/// `a` written three times: the revisions.
async fn thrice(context: &Context) -> Verdict<[i64; 3]> {
    let first = context.create("a", "1").await?;
    let second = context.update("a", "2", first).await?;
    let third = context.update("a", "3", second).await?;
    Ok([first, second, third])
}

async fn it_answers_with_the_current_revision(context: &Context) -> Verdict {
    let [_, second, third] = thrice(context).await?;
    for compacted in [second, third] {
        let before = context.revision().await?;
        let answer = context.client().compact(at(compacted)).await?;
        let observed = revision(answer.header.as_ref())?;
        expect_steps("the revision of the answer", before, observed, 0)?;
    }
    Ok(())
}

async fn the_future_is_refused(context: &Context) -> Verdict {
    let [.., third] = thrice(context).await?;
    let answer = context.client().compact(at(third + 1_000_000_000)).await;
    expect_refused(
        answer,
        Code::OutOfRange,
        "etcdserver: mvcc: required revision is a future revision",
    )
}

async fn what_was_compacted_is_refused(context: &Context) -> Verdict {
    let [first, second, _] = thrice(context).await?;
    context.compact(second).await?;
    for compacted in [second, second - 1, first, 1, 0, -1] {
        let answer = context.client().compact(at(compacted)).await;
        expect_refused(answer, Code::OutOfRange, COMPACTED)?;
    }
    Ok(())
}

async fn it_takes_effect_and_leaves_what_is(context: &Context) -> Verdict {
    // Written before what is compacted, and never again.
    context.create("old", "1").await?;
    let [first, second, third] = thrice(context).await?;
    context.create("new", "1").await?;
    let before = context.client().range(context.all("")).await?.kvs;
    context.compact(third).await?;
    for old in [first, second] {
        let request = RangeRequest {
            revision: old,
            ..context.one("a")
        };
        let answer = context.client().range(request).await;
        expect_refused(answer, Code::OutOfRange, COMPACTED)?;
    }
    let after = context.client().range(context.all("")).await?.kvs;
    expect_eq("what there is after the compaction", after, before)?;
    let updated = context.update("a", "4", third).await?;
    expect_that(
        updated > third,
        format!("a later write has a revision above {third}"),
        format!("it has {updated}"),
    )
}

async fn watches_of_what_comes_go_on(context: &Context) -> Verdict {
    let mut stream = context.watching("").await?;
    let [first, second, third] = thrice(context).await?;
    let mut told = Vec::new();
    while told.len() < 3 {
        told.extend(events(&mut stream).await?);
    }
    context.compact(third).await?;
    let fourth = context.update("a", "4", third).await?;
    told.extend(events(&mut stream).await?);
    let told = told.into_iter().filter_map(|event| event.kv);
    let told: Vec<i64> = told.map(|kv| kv.mod_revision).collect();
    let written = vec![first, second, third, fourth];
    expect_eq("what a watch is told before and after", told, written)
}

async fn a_physical_one_leaves_stable_hashes(context: &Context) -> Verdict {
    let [_, second, third] = thrice(context).await?;
    let request = CompactionRequest {
        revision: second,
        physical: true,
    };
    context.client().compact(request).await?;
    let first = context.client().hash_at(third).await?;
    expect_eq(
        "the compacted revision of the hash",
        first.compact_revision,
        second,
    )?;
    for number in 0..3 {
        context.create(format!("later/{number}"), "1").await?;
        let again = context.client().hash_at(third).await?;
        expect_eq(
            "the hash of the same revision again",
            again.hash,
            first.hash,
        )?;
    }
    Ok(())
}

async fn it_is_no_revision(context: &Context) -> Verdict {
    let [.., third] = thrice(context).await?;
    let mut stream = context.watching("").await?;
    let before = context.revision().await?;
    context.compact(third).await?;
    expect_steps("the store's revision", before, context.revision().await?, 0)?;
    let next = context.create("next", "1").await?;
    expect_steps("the revision of the next create", before, next, 1)?;
    let told = events(&mut stream).await?;
    let told = told.into_iter().filter_map(|event| event.kv);
    let told: Vec<i64> = told.map(|kv| kv.mod_revision).collect();
    expect_eq("the first that a watch is told of", told, vec![next])
}
