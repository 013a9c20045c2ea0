//! Whether one answer shows one moment.

use std::time::Duration;

use bytes::Bytes;
use storeproof_wire::{etcdserverpb::RangeRequest, mvccpb::KeyValue};
use tokio::time::Instant;

use crate::{
    Case, Context, Fault, Tier, Verdict, case,
    context::revision,
    expect_eq, expect_that,
    transaction::{Operation, doing},
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_list_shows_one_moment,
        "A list never shows a later write without one that came before it.",
        "RNG-28"
    ),
    case!(
        Tier::Parity,
        a_list_never_splits_a_transaction,
        "A list never shows one half of a transaction.",
        "RNG-28"
    ),
    case!(
        Tier::Parity,
        a_member_that_answers_alone_shows_one_moment,
        "A member that answers alone may be late, but shows one moment, and none that is still to come.",
        "RNG-27"
    ),
    case!(
        Tier::Kubernetes,
        a_large_list_arrives_whole,
        "A list of ten MiB arrives whole.",
        "RNG-30"
    ),
];

/// How long readers look for what must not be.
const TIME: Duration = Duration::from_millis(800);

/// Updates `a` and then `b` to the same number, again and again: nobody may ever see `b` before `a`.
async fn write_in_turn(context: &Context, until: Instant) -> Verdict {
    let mut a = context.create("a", "000000").await?;
    let mut b = context.create("b", "000000").await?;
    for number in 1.. {
        if Instant::now() >= until {
            break;
        }
        let value = format!("{number:06}");
        a = context.update("a", &value, a).await?;
        b = context.update("b", &value, b).await?;
    }
    Ok(())
}

fn values(kvs: &[KeyValue]) -> Option<(&Bytes, &Bytes)> {
    match kvs {
        [a, b] => Some((&a.value, &b.value)),
        _ => None,
    }
}

/// Reads `a` and `b` until then; `holds` says whether what they show can be.
async fn read(
    context: &Context,
    request: RangeRequest,
    until: Instant,
    (expected, holds): (&str, impl Fn(&Bytes, &Bytes) -> bool + Sync),
) -> Verdict {
    while Instant::now() < until {
        let answer = context.client().range(request.clone()).await?;
        let Some((a, b)) = values(&answer.kvs) else {
            continue;
        };
        expect_that(holds(a, b), expected, format!("a is {a:?} and b is {b:?}"))?;
        let seen = revision(answer.header.as_ref())?;
        let newest = answer.kvs.iter().map(|kv| kv.mod_revision).max();
        let newest = newest.unwrap_or(0);
        expect_that(
            newest <= seen,
            format!("nothing in the answer is newer than its revision, {seen}"),
            format!("a key was written at {newest}"),
        )?;
    }
    Ok(())
}

const IN_TURN: &str = "b is never ahead of a, which is always written first";

async fn a_list_shows_one_moment(context: &Context) -> Verdict {
    let until = Instant::now() + TIME;
    let reading = (IN_TURN, |a: &Bytes, b: &Bytes| b <= a);
    let read = read(context, context.all(""), until, reading);
    tokio::try_join!(write_in_turn(context, until), read)?;
    Ok(())
}

async fn a_list_never_splits_a_transaction(context: &Context) -> Verdict {
    let until = Instant::now() + TIME;
    let write = async {
        for number in 0.. {
            if Instant::now() >= until {
                break;
            }
            let value = format!("{number:06}");
            let puts = ["a", "b"].map(|name| context.putting(name, &value).operation());
            context.client().txn(doing(puts)).await?;
        }
        Ok::<_, Fault>(())
    };
    let reading = (
        "a and b are equal, for one transaction writes both",
        |a: &Bytes, b: &Bytes| a == b,
    );
    tokio::try_join!(write, read(context, context.all(""), until, reading))?;
    Ok(())
}

async fn a_member_that_answers_alone_shows_one_moment(context: &Context) -> Verdict {
    let until = Instant::now() + TIME;
    let serializable = RangeRequest {
        serializable: true,
        ..context.all("")
    };
    let reading = (IN_TURN, |a: &Bytes, b: &Bytes| b <= a);
    let read = read(context, serializable.clone(), until, reading);
    tokio::try_join!(write_in_turn(context, until), read)?;
    let alone = context.client().range(serializable).await?;
    let alone = revision(alone.header.as_ref())?;
    let current = context.revision().await?;
    expect_that(
        alone <= current,
        format!("its revision is not above {current}, which the store has after it"),
        format!("it is {alone}"),
    )
}

async fn a_large_list_arrives_whole(context: &Context) -> Verdict {
    const KEYS: usize = 5000;
    let value = vec![b'v'; 2048];
    context.create_many("p/", KEYS, &value).await?;
    let answer = context.client().range(context.all("p/")).await?;
    expect_eq("the number of keys", answer.kvs.len(), KEYS)?;
    expect_eq("count", usize::try_from(answer.count).unwrap_or(0), KEYS)?;
    let expected = (0..KEYS).map(|number| context.key(format!("p/{number:04}")));
    let differs = answer
        .kvs
        .iter()
        .zip(expected)
        .find(|(kv, key)| kv.key != key || kv.value != value);
    expect_that(
        differs.is_none(),
        "all keys come in order with their values",
        format!("not so from {:?} on", differs.map(|(_, key)| key)),
    )
}
