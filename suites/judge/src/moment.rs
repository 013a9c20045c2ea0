use super::{
    Answer, History, Operation, Seen, Version, Violation,
    timeline::{State, Timeline},
};

const GUARANTEE: &str = "An answer about an object is what there was at the version of the whole store that comes with it.";

/// No answer shows what was not there at the version in its header: not before, not after, and nothing that never was.
pub(super) fn check(history: &History, timeline: &Timeline) -> Result<(), Violation> {
    for (position, operation) in history.operations().iter().enumerate() {
        let header = operation.header;
        if header.is_unset() || operation.is_acknowledged() {
            continue;
        }
        let violated = |why, prefix| Violation {
            guarantee: GUARANTEE,
            prefix,
            culprit: position,
            why,
        };
        if let Answer::Found(found) = operation.answer
            && found.version > header
        {
            let why = format!("it is of @{header} and shows @{}", found.version);
            return Err(violated(why, Vec::new()));
        }
        let Some(states) = operation.key().and_then(|key| timeline.of_settled(key)) else {
            continue;
        };
        let until = states.partition_point(|state| state.version <= header);
        let past = states.get(..until).unwrap_or_default();
        let there = past.last().and_then(State::seen);
        if !fits(operation, there) {
            let why = format!("at @{header} there was {}", shown(there));
            let prefix = past.iter().map(|state| state.operation).collect();
            return Err(violated(why, prefix));
        }
    }
    Ok(())
}

fn fits(operation: &Operation, there: Option<Seen>) -> bool {
    let is_expected = |version: Version| operation.only_at() == Some(version);
    match &operation.answer {
        Answer::Found(found) => {
            let same = |there: Seen| {
                there.content == found.content
                    && (found.version.is_unset() || found.version == there.version)
            };
            there.is_some_and(same) && !is_expected(found.version)
        }
        Answer::Missing => there.is_none(),
        Answer::Exists => there.is_some(),
        Answer::Conflict => there.is_some_and(|there| !is_expected(there.version)),
        _ => true,
    }
}

fn shown(there: Option<Seen>) -> String {
    there.map_or("nothing".to_owned(), |Seen { version, content }| {
        format!("{}@{version}", content.0)
    })
}
