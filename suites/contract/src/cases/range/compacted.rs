//! Reads of what was compacted away.

use storeproof_wire::etcdserverpb::RangeRequest;
use tonic::Code;

use crate::{Case, Context, Need, Tier, Verdict, case, expect_eq, expect_one, expect_refused};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        what_was_compacted_is_refused,
        "A revision below the compacted one is refused, whatever is read.",
        "RNG-19 CMP-03 CMP-06"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        a_key_that_never_was_is_refused_too,
        "A revision below the compacted one is refused also for keys that never existed.",
        "RNG-19"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        later_pages_are_refused_too,
        "A page at the revision of a first one that was compacted meanwhile is refused.",
        "RNG-19"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Parity,
        members_that_answer_alone_refuse_it_too,
        "A revision below the compacted one is refused also where the member answers alone.",
        "RNG-19"
    )
    .needs(&[Need::Quiet]),
    case!(
        Tier::Kubernetes,
        the_compacted_revision_itself_can_be_read,
        "The compacted revision itself, and everything after it, can be read.",
        "RNG-19 CMP-03"
    )
    .needs(&[Need::Quiet]),
];

const COMPACTED: &str = "etcdserver: mvcc: required revision has been compacted";

/// A key that was written three times, and compacted at the second; the revisions of the writes.
async fn compacted(context: &Context) -> Verdict<[i64; 3]> {
    let first = context.create("a", "1").await?;
    let second = context.update("a", "2", first).await?;
    let third = context.update("a", "3", second).await?;
    context.compact(second).await?;
    Ok([first, second, third])
}

fn at(revision: i64, request: RangeRequest) -> RangeRequest {
    RangeRequest {
        revision,
        ..request
    }
}

async fn what_was_compacted_is_refused(context: &Context) -> Verdict {
    let [first, second, _] = compacted(context).await?;
    let counting = RangeRequest {
        count_only: true,
        ..context.all("")
    };
    for revision in [first, second - 1, 1] {
        for request in [context.one("a"), context.all(""), counting.clone()] {
            let answer = context.client().range(at(revision, request)).await;
            expect_refused(answer, Code::OutOfRange, COMPACTED)?;
        }
    }
    Ok(())
}

async fn a_key_that_never_was_is_refused_too(context: &Context) -> Verdict {
    let [first, ..] = compacted(context).await?;
    for request in [context.one("missing"), context.all("none/")] {
        let answer = context.client().range(at(first, request)).await;
        expect_refused(answer, Code::OutOfRange, COMPACTED)?;
    }
    Ok(())
}

async fn later_pages_are_refused_too(context: &Context) -> Verdict {
    for name in ["p/a", "p/b", "p/c"] {
        context.create(name, "1").await?;
    }
    let request = RangeRequest {
        limit: 1,
        ..context.all("p/")
    };
    let first = context.client().range(request.clone()).await?;
    let pinned = crate::context::revision(first.header.as_ref())?;
    let later = context.create("q", "1").await?;
    context.compact(later).await?;
    let next = RangeRequest {
        key: context.key("p/a\0"),
        ..at(pinned, request)
    };
    let answer = context.client().range(next).await;
    expect_refused(answer, Code::OutOfRange, COMPACTED)
}

async fn members_that_answer_alone_refuse_it_too(context: &Context) -> Verdict {
    let [first, ..] = compacted(context).await?;
    for request in [context.one("a"), context.one("missing"), context.all("")] {
        let request = RangeRequest {
            serializable: true,
            ..at(first, request)
        };
        let answer = context.client().range(request).await;
        expect_refused(answer, Code::OutOfRange, COMPACTED)?;
    }
    Ok(())
}

async fn the_compacted_revision_itself_can_be_read(context: &Context) -> Verdict {
    let [_, second, third] = compacted(context).await?;
    for (revision, value) in [(second, "2"), (third, "3"), (0, "3")] {
        for request in [context.one("a"), context.all("")] {
            let answer = context.client().range(at(revision, request)).await?;
            let kv = expect_one(&answer)?;
            expect_eq(
                &format!("the value at {revision}"),
                &kv.value[..],
                value.as_bytes(),
            )?;
        }
    }
    Ok(())
}
