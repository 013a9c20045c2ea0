//! Whether a recorded history is linearizable, and in [`watch`] whether watches kept their promises: pure functions, one
//! guarantee a file, that do no I/O, know no clock and depend on nothing. Histories of stores and of servers are judged by the
//! same ones.
//!
//! Where answers carry versions, the store has named the order itself, and all that is left is to see whether that
//! order explains every answer: `origin`, `distinct`, `chain`, `moment`, `order`, `snapshot`, each in about n log n
//! steps. What versions leave open (a write without an answer that no read dates, a store without versions) is searched
//! key by key, with a budget.

mod chain;
mod distinct;
mod history;
mod moment;
mod order;
mod origin;
mod overlap;
mod phrase;
mod register;
mod ruling;
mod search;
mod snapshot;
mod timeline;
mod version;
pub mod watch;

pub use history::{
    Answer, Client, Content, History, Key, Listed, Moment, Operation, Request, Seen,
};
pub use overlap::overlap;
pub use phrase::{answered, asked, phrase};
pub use register::Register;
pub use ruling::{Ruling, Violation};
pub use search::{Model, search};
pub use version::Version;

use timeline::Timeline;

/// A guarantee: finds the first operation that breaks it.
type Check = fn(&History, &Timeline) -> Result<(), Violation>;

/// In this order the plainest explanation of a mistake comes first.
const CHECKS: &[Check] = &[
    origin::check,
    distinct::check,
    chain::check,
    moment::check,
    order::check,
    snapshot::check,
];

/// Rules over a whole history. `budget` is how many steps the search of one key may take.
pub fn judge(history: &History, budget: u64) -> Ruling {
    let timeline = Timeline::of(history);
    for check in CHECKS {
        if let Err(violation) = check(history, &timeline) {
            return Ruling::Violated(violation);
        }
    }
    for key in timeline.open() {
        let (positions, operations) = register::on(history, key);
        match search(&Register, &operations, budget) {
            Ruling::Linearizable => {}
            Ruling::Violated(violation) => {
                return Ruling::Violated(violation.translated(&positions));
            }
            undecided @ Ruling::Undecided { .. } => return undecided,
        }
    }
    Ruling::Linearizable
}

#[cfg(test)]
mod tests;
