use std::collections::HashSet;

use crate::{
    harness::{Fault, Verdict, promise_broken},
    judge::{
        Content, Ruling, judge, phrase,
        watch::{GUARANTEES, Told, WatchHistory, told, violations},
    },
};

/// So many steps the search of one object may take.
const BUDGET: u64 = 400_000;

/// The writes and reads must make sense, then every promise of watches must have been kept, across everything that broke.
pub(super) fn rule(history: &WatchHistory) -> Verdict {
    match judge(&history.operations, BUDGET) {
        Ruling::Linearizable => {}
        Ruling::Undecided { why } => return Err(Fault::Inconclusive(why)),
        Ruling::Violated(violation) => {
            let culprit = history.operations.get(violation.culprit).map(phrase);
            let culprit = culprit.unwrap_or_default();
            let observed = format!("{culprit}: {}", violation.why);
            return Err(Fault::failed(violation.guarantee, observed));
        }
    }
    once(history)?;
    let Some(first) = violations(history, GUARANTEES).into_iter().next() else {
        return Ok(());
    };
    Err(Fault::Failed(Box::new(promise_broken(history, &first))))
}

/// No write takes effect twice, also none that was never answered: each writes a content of its own.
fn once(history: &WatchHistory) -> Verdict {
    for watch in &history.watches {
        let mut seen_before: HashSet<Content> = HashSet::new();
        for delivery in &watch.deliveries {
            let Told::Change { kind, seen, .. } = &delivery.told else {
                continue;
            };
            let written = watch.wish.selection.is_none() && kind.name() != "DELETED";
            if written && !seen_before.insert(seen.content) {
                return Err(Fault::failed(
                    "each write takes effect at most once",
                    format!("a watch is told of it again: {}", told(&delivery.told)),
                ));
            }
        }
    }
    Ok(())
}
