//! Compactions that overtake a watch.

use storeproof_wire::mvccpb::Event;

use crate::{Case, Context, Fault, Need, Tier, Verdict, case, expect_eq};

pub(in crate::cases) const CASES: &[Case] = &[case!(
    Tier::Kubernetes,
    a_watch_that_is_overtaken_is_told,
    "A watch that a compaction overtakes is canceled with the compacted revision; it never misses an event in silence.",
    "CMP-07"
)
.needs(&[Need::Quiet])];

const KEYS: usize = 3000;

/// The numbers of the keys in these events, which must go on at `next`.
fn follow(events: &[Event], context: &Context, next: &mut usize) -> Verdict {
    for event in events {
        let key = event
            .kv
            .as_ref()
            .map(|kv| kv.key.clone())
            .unwrap_or_default();
        expect_eq(
            "the next event's key",
            key,
            context.key(format!("p/{next:04}")),
        )?;
        *next += 1;
    }
    Ok(())
}

/// Nobody reads the watch while more is written than its buffers hold: the server has to fall behind with it.
async fn a_watch_that_is_overtaken_is_told(context: &Context) -> Verdict {
    let mut stream = context.watching("p/").await?;
    let value = [b'v'; 1024];
    for number in 0..KEYS {
        context.create(format!("p/{number:04}"), value).await?;
    }
    let current = context.revision().await?;
    context.compact(current).await?;
    let mut next = 0;
    while next < KEYS {
        let answer = stream.next().await?;
        follow(&answer.events, context, &mut next)?;
        if answer.canceled && answer.compact_revision == current {
            return Ok(());
        }
        if answer.canceled {
            return Err(Fault::failed(
                format!("the watch is canceled with the compacted revision, {current}"),
                format!(
                    "it is canceled with {}: {:?}",
                    answer.compact_revision, answer.cancel_reason
                ),
            ));
        }
    }
    Ok(())
}
