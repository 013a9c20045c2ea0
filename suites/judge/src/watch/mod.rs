//! Whether watches kept their promises: pure functions over a recorded history, one guarantee a file.
//!
//! What happened is taken from the writes that were acknowledged, and, for writes of unknown outcome, from what reads and
//! watches showed of them. Such a write that nobody was shown may not have happened: no watch is accused of leaving it out.
//! The writes and reads themselves are [`judge`](super::judge)d for linearizability, best before: a store that answers
//! with wrong versions would have its watches accused.

mod atomic;
mod bookmarked;
mod closed;
mod filtered;
mod gathering;
mod handover;
mod history;
mod initial;
mod monotonic;
mod ordered;
mod origin;
mod phrase;
mod previous;
mod reliable;
mod resumable;
mod truth;
mod unique;
mod view;
mod violation;

pub use history::{
    Delivery, Ending, Kind, Scope, Selection, Start, Told, WatchHistory, Watched, Wish,
};
pub use phrase::{told, wished};
pub use violation::{Beside, WatchViolation};

use std::fmt;

use crate::Version;

use truth::Truth;
use view::{Finding, View};

/// One promise of watches.
#[derive(Clone, Copy)]
pub struct Guarantee {
    /// What violations call it.
    pub id: &'static str,
    /// What has to hold, in one sentence.
    pub says: &'static str,
    check: fn(View<'_>) -> Result<(), Finding>,
}

macro_rules! guarantees {
    ($($module:ident),* $(,)?) => {
        /// All promises, in the order in which they are looked at: the plainest explanation of a mistake comes first.
        pub const GUARANTEES: &[Guarantee] = &[$(Guarantee {
            id: stringify!($module),
            says: $module::SAYS,
            check: $module::check,
        }),*];
    };
}

guarantees![
    closed, origin, ordered, unique, filtered, previous, bookmarked, initial, resumable, monotonic,
    atomic, reliable, handover,
];

/// Whether all watches kept all promises.
///
/// # Errors
///
/// The first promise of [`GUARANTEES`] that a watch broke, and where.
pub fn judge_watches(history: &WatchHistory) -> Result<(), WatchViolation> {
    judge_guarantees(history, GUARANTEES)
}

/// Whether all watches kept these promises.
///
/// # Errors
///
/// The first of them that a watch broke, and where.
pub fn judge_guarantees(
    history: &WatchHistory,
    guarantees: &[Guarantee],
) -> Result<(), WatchViolation> {
    match violations(history, guarantees).into_iter().next() {
        None => Ok(()),
        Some(violation) => Err(violation),
    }
}

/// Every promise that watches broke: where each watch first broke it. What comes first explains the most.
pub fn violations(history: &WatchHistory, guarantees: &[Guarantee]) -> Vec<WatchViolation> {
    let truth = Truth::of(history);
    let mut violations = Vec::new();
    for guarantee in guarantees {
        for (place, watch) in history.watches.iter().enumerate() {
            let view = View {
                history,
                truth: &truth,
                place,
                watch,
            };
            if let Err(finding) = (guarantee.check)(view) {
                violations.push(violation(history, *guarantee, place, finding));
            }
        }
    }
    violations
}

/// The version of the last change that each watch certainly has to tell of; `None` where there is none.
///
/// Where writers have ended, that is what watchers can wait for.
pub fn owed_to_all(history: &WatchHistory) -> Vec<Option<Version>> {
    let truth = Truth::of(history);
    let watches = history.watches.iter().enumerate();
    watches
        .map(|(place, watch)| {
            let view = View {
                history,
                truth: &truth,
                place,
                watch,
            };
            view.owed().last().map(|change| change.version)
        })
        .collect()
}

/// So many deliveries before and after the one that does not fit are shown with it.
const BESIDE: usize = 2;

fn violation(
    history: &WatchHistory,
    guarantee: Guarantee,
    watch: usize,
    finding: Finding,
) -> WatchViolation {
    let count = history
        .watches
        .get(watch)
        .map_or(0, |watch| watch.deliveries.len());
    let near = match finding.delivery {
        Some(delivery) => delivery.saturating_sub(BESIDE)..count.min(delivery + BESIDE + 1),
        None => count.saturating_sub(BESIDE)..count,
    };
    let mut around = finding.around;
    around.extend(near.map(|delivery| Beside::Delivery { watch, delivery }));
    around.retain(|beside| {
        finding
            .delivery
            .is_none_or(|delivery| *beside != Beside::Delivery { watch, delivery })
    });
    around.sort_by_key(|beside| (beside.moment(history), *beside));
    around.dedup();
    WatchViolation {
        guarantee: guarantee.id,
        says: guarantee.says,
        watch,
        delivery: finding.delivery,
        why: finding.why,
        around,
    }
}

impl fmt::Debug for Guarantee {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Guarantee").field(&self.id).finish()
    }
}

#[cfg(test)]
mod tests;
