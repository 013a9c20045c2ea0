//! Reads at revisions that were, and that are still to come.

use storeproof_wire::etcdserverpb::RangeRequest;
use tonic::Code;

use crate::{
    Case, Context, Tier, Verdict, case, expect_eq, expect_one, expect_refused,
    transaction::{Operation, doing},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        each_revision_shows_what_there_was,
        "A read at a revision shows the key as it was then; at revision 0, as it is.",
        "RNG-17"
    ),
    case!(
        Tier::Kubernetes,
        lists_show_what_there_was,
        "A list at a revision shows the keys that there were then.",
        "RNG-17"
    ),
    case!(
        Tier::Kubernetes,
        a_key_that_was_deleted_then_is_an_empty_answer,
        "A read at a revision at which the key was deleted is empty, and no error.",
        "RNG-21"
    ),
    case!(
        Tier::Kubernetes,
        the_future_is_refused,
        "A revision that is still to come is refused, whatever is read.",
        "RNG-18"
    ),
    case!(
        Tier::Parity,
        the_future_is_refused_to_everybody,
        "A revision that is still to come is refused also where the member answers alone, and within a transaction.",
        "RNG-18"
    ),
    case!(
        Tier::Parity,
        a_negative_revision_is_none,
        "A negative revision means the current one.",
        "RNG-20"
    ),
];

fn at(revision: i64, request: RangeRequest) -> RangeRequest {
    RangeRequest {
        revision,
        ..request
    }
}

async fn each_revision_shows_what_there_was(context: &Context) -> Verdict {
    let first = context.create("a", "1").await?;
    context.create("b", "1").await?;
    let second = context.update("a", "2", first).await?;
    context.create("c", "1").await?;
    let third = context.update("a", "3", second).await?;
    let expected = [
        (first, "1", first),
        (second - 1, "1", first),
        (second, "2", second),
        (third - 1, "2", second),
        (third, "3", third),
        (0, "3", third),
    ];
    for (revision, value, written) in expected {
        let answer = context
            .client()
            .range(at(revision, context.one("a")))
            .await?;
        let kv = expect_one(&answer)?;
        expect_eq(
            &format!("the value at {revision}"),
            &kv.value[..],
            value.as_bytes(),
        )?;
        expect_eq(
            &format!("mod_revision at {revision}"),
            kv.mod_revision,
            written,
        )?;
    }
    Ok(())
}

async fn lists_show_what_there_was(context: &Context) -> Verdict {
    let a = context.create("a", "1").await?;
    let b = context.create("b", "1").await?;
    let updated = context.update("a", "2", a).await?;
    let removed = context.remove("b", b).await?;
    let c = context.create("c", "1").await?;
    let expected: [(i64, &[&str]); 5] = [
        (a, &["a"]),
        (b, &["a", "b"]),
        (updated, &["a", "b"]),
        (removed, &["a"]),
        (c, &["a", "c"]),
    ];
    for (revision, names) in expected {
        let answer = context
            .client()
            .range(at(revision, context.all("")))
            .await?;
        expect_eq(
            &format!("the keys at {revision}"),
            context.names(&answer),
            names.to_vec(),
        )?;
        let counted = usize::try_from(answer.count).unwrap_or(0);
        expect_eq(&format!("count at {revision}"), counted, names.len())?;
    }
    Ok(())
}

async fn a_key_that_was_deleted_then_is_an_empty_answer(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    let removed = context.remove("a", created).await?;
    context.create("a", "2").await?;
    for request in [context.one("a"), context.all("")] {
        let answer = context.client().range(at(removed, request)).await?;
        expect_eq("the keys", context.names(&answer), Vec::<&str>::new())?;
        expect_eq("count", answer.count, 0)?;
    }
    Ok(())
}

const FAR: i64 = 1_000_000_000;
const FUTURE: &str = "etcdserver: mvcc: required revision is a future revision";

async fn the_future_is_refused(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    let counting = RangeRequest {
        count_only: true,
        ..context.all("")
    };
    let limited = RangeRequest {
        limit: 1,
        ..context.all("")
    };
    for request in [
        context.one("a"),
        context.one("missing"),
        context.all(""),
        limited,
        counting,
    ] {
        let answer = context.client().range(at(created + FAR, request)).await;
        expect_refused(answer, Code::OutOfRange, FUTURE)?;
    }
    Ok(())
}

async fn the_future_is_refused_to_everybody(context: &Context) -> Verdict {
    let future = context.create("a", "1").await? + FAR;
    let serializable = RangeRequest {
        serializable: true,
        ..at(future, context.one("a"))
    };
    let answer = context.client().range(serializable).await;
    expect_refused(answer, Code::OutOfRange, FUTURE)?;
    let within = doing([at(future, context.one("a")).operation()]);
    let answer = context.client().txn(within).await;
    expect_refused(answer, Code::OutOfRange, FUTURE)
}

async fn a_negative_revision_is_none(context: &Context) -> Verdict {
    let created = context.create("a", "1").await?;
    context.update("a", "2", created).await?;
    for revision in [-1, i64::MIN] {
        let answer = context
            .client()
            .range(at(revision, context.one("a")))
            .await?;
        let kv = expect_one(&answer)?;
        expect_eq(&format!("the value at {revision}"), &kv.value[..], b"2")?;
    }
    Ok(())
}
