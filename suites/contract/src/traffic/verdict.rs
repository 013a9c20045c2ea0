use std::sync::Arc;

use storeproof_judge::{History, Ruling, Violation, judge, overlap, phrase};

use crate::{Failure, Fault, Verdict};

/// So many of a hundred operations must have overlapped another one on the same key; with fewer, nothing was tried.
const NEEDED: usize = 20;
/// So many steps the search of one key may take.
const BUDGET: u64 = 400_000;
/// A failure shows the operation that does not fit, and so many before it.
const SHOWN: usize = 11;

/// What is to be said of all that clients did to keys that nobody else knows.
pub(super) fn of(history: History) -> Verdict {
    match judge(&history, BUDGET) {
        Ruling::Violated(violation) => return Err(failed(history, &violation)),
        Ruling::Undecided { why } => return Err(Fault::Inconclusive(why)),
        Ruling::Linearizable => {}
    }
    let (count, reached) = (history.operations().len(), overlap(&history));
    if reached < NEEDED {
        return Err(Fault::Inconclusive(format!(
            "Of {count} operations only {reached} in a hundred overlapped another one on the same key; {NEEDED} are needed to \
             say anything."
        )));
    }
    Ok(())
}

/// The last operations that make sense together, and the first one that does not fit behind them.
fn failed(history: History, violation: &Violation) -> Fault {
    let told = |position: &usize| history.get(*position).map(phrase);
    let before = violation.prefix.len().saturating_sub(SHOWN);
    let last = violation.prefix.iter().skip(before);
    let mut operations: Vec<String> = last.filter_map(told).collect();
    let culprit = told(&violation.culprit).unwrap_or_default();
    operations.push(format!("✗ {culprit}"));
    Fault::Failed(Box::new(Failure {
        expected: violation.guarantee.to_owned(),
        observed: format!("{culprit}: {}", violation.why),
        operations,
        history: Some(Arc::new(history)),
        ..Failure::default()
    }))
}
