use super::{History, Operation};

/// Of a hundred operations, how many overlapped another one on the same object, of which at least one was a write.
pub fn overlap(history: &History) -> usize {
    let operations = history.operations();
    let overlapping = operations
        .iter()
        .enumerate()
        .filter(|(position, operation)| {
            let later = operations.iter().skip(position + 1);
            let meets = |other: &Operation| collide(operation, other);
            later
                .take_while(|other| began_within(operation, other))
                .any(meets)
                || operations
                    .iter()
                    .take(*position)
                    .any(|other| began_within(other, operation) && meets(other))
        })
        .count();
    (overlapping * 100)
        .checked_div(operations.len())
        .unwrap_or_default()
}

/// Whether the second was asked while the first had no answer.
fn began_within(first: &Operation, second: &Operation) -> bool {
    first.end.is_none_or(|end| second.call < end)
}

fn collide(first: &Operation, second: &Operation) -> bool {
    let same = match (first.key(), second.key()) {
        (Some(first), Some(second)) => first == second,
        _ => true,
    };
    same && (first.is_write() || second.is_write())
}
