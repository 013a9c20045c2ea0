use std::collections::BTreeMap;

use super::{
    History, Listed, Violation,
    timeline::{State, Timeline},
};

const GUARANTEE: &str = "A list, all its pages together, is exactly the state at its version.";

/// No list mixes moments, misses a write, or shows what came later.
pub(super) fn check(history: &History, timeline: &Timeline) -> Result<(), Violation> {
    for (position, operation) in history.operations().iter().enumerate() {
        let super::Answer::Listed(list) = &operation.answer else {
            continue;
        };
        if let Some((why, leading)) = objection(list, timeline) {
            return Err(Violation {
                guarantee: GUARANTEE,
                prefix: leading,
                culprit: position,
                why,
            });
        }
    }
    Ok(())
}

/// What is wrong with the list, and the operations that show it.
fn objection(list: &Listed, timeline: &Timeline) -> Option<(String, Vec<usize>)> {
    let version = list.version();
    if version.is_unset() {
        return None;
    }
    if let Some(other) = list.pages.iter().find(|page| **page != version) {
        let why = format!("it begins at {version} and goes on at {other}");
        return Some((why, Vec::new()));
    }
    let mut items = BTreeMap::new();
    for (key, seen) in &list.items {
        if items.insert(key, *seen).is_some() {
            return Some((format!("it shows {key} twice"), Vec::new()));
        }
        if seen.version > version {
            let why = format!("it is of {version} and shows {key} as of {}", seen.version);
            return Some((why, Vec::new()));
        }
    }
    for (key, states) in timeline.settled() {
        let until = states.partition_point(|state| state.version <= version);
        let past = states.get(..until).unwrap_or_default();
        let there = past
            .last()
            .and_then(|state| Some((state.version, state.content?)));
        let shown = items.get(key).map(|seen| (seen.version, seen.content));
        if there != shown {
            let name = |state: Option<(super::Version, super::Content)>| {
                state.map_or("nothing".to_owned(), |(version, content)| {
                    format!("{}@{version}", content.0)
                })
            };
            let why = format!(
                "at {version} there was {} at {key}, and it shows {}",
                name(there),
                name(shown)
            );
            return Some((why, operations(past)));
        }
    }
    None
}

fn operations(states: &[State]) -> Vec<usize> {
    states.iter().map(|state| state.operation).collect()
}
