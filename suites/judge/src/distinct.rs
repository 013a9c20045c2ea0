use std::collections::HashMap;

use super::{History, Operation, Version, Violation, timeline::Timeline};

const GUARANTEE: &str = "Every change of an object has a version of its own.";
const WHOLE: &str = "No two requests that change something share a version of the whole store.";

/// No two writes of one key share a version, and no two requests do whose answers tell the version of the whole store.
pub(super) fn check(history: &History, timeline: &Timeline) -> Result<(), Violation> {
    of_a_key(timeline)?;
    let mut writers: HashMap<Version, (usize, &Operation)> = HashMap::new();
    for (position, operation) in history.operations().iter().enumerate() {
        let header = operation.header;
        if header.is_unset() || !operation.is_acknowledged() {
            continue;
        }
        let (first, writer) = *writers.entry(header).or_insert((position, operation));
        if !writer.is_of_one_with(operation) {
            return Err(Violation {
                guarantee: WHOLE,
                prefix: vec![first],
                culprit: position,
                why: format!("another request changed something at @{header}"),
            });
        }
    }
    Ok(())
}

fn of_a_key(timeline: &Timeline) -> Result<(), Violation> {
    for (key, states) in timeline.keys() {
        for pair in states.windows(2) {
            if let [first, second] = pair
                && first.version == second.version
            {
                return Err(Violation {
                    guarantee: GUARANTEE,
                    prefix: vec![first.operation],
                    culprit: second.operation,
                    why: format!("two changes of {key} have the version {}", first.version),
                });
            }
        }
    }
    Ok(())
}
