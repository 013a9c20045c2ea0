use std::{cmp::Reverse, collections::BinaryHeap};

use super::Version;

use super::{
    Answer, History, Key, Moment, Operation, Violation,
    timeline::{State, Timeline},
};

const GUARANTEE: &str =
    "What was answered before an operation was asked comes before it in the order of versions.";

/// No answer is older than what was known before it was asked, and no write gets a version that had passed by then.
///
/// Each answer is right at some versions of the store. Each operation takes the earliest of them that is not before the
/// latest one taken by an operation that had ended when it was asked: if that leaves none to somebody, no choice does.
pub(super) fn check(history: &History, timeline: &Timeline) -> Result<(), Violation> {
    let mut taken: Vec<(Version, usize)> = Vec::new();
    let mut running: BinaryHeap<Reverse<(Moment, Version, usize)>> = BinaryHeap::new();
    let mut floor = Version::UNSET;
    for (position, operation) in history.operations().iter().enumerate() {
        while let Some(Reverse((end, version, ended))) = running.peek().copied()
            && end < operation.call
        {
            running.pop();
            floor = floor.max(version);
            taken.push((version, ended));
        }
        match fit(operation, timeline.date(position), floor, timeline) {
            Fit::At(version) => {
                running.extend(operation.end.map(|end| Reverse((end, version, position))));
            }
            Fit::Anywhere => {}
            Fit::Nowhere(why) => {
                taken.sort_unstable();
                return Err(Violation {
                    guarantee: GUARANTEE,
                    prefix: taken.into_iter().map(|(_, operation)| operation).collect(),
                    culprit: position,
                    why: format!("{why}, though @{floor} was known before it was asked"),
                });
            }
        }
    }
    Ok(())
}

/// The earliest version of the store that an answer can be of.
enum Fit {
    At(Version),
    /// The answer does not tell.
    Anywhere,
    Nowhere(String),
}

fn fit(operation: &Operation, date: Option<Version>, floor: Version, timeline: &Timeline) -> Fit {
    if let Some(version) = date {
        return if version > floor {
            Fit::At(version)
        } else {
            Fit::Nowhere(format!("it changed something at @{version}"))
        };
    }
    if !operation.header.is_unset() {
        return of_the_store(operation.header, floor);
    }
    match &operation.answer {
        Answer::Current(version) => of_the_store(*version, floor),
        Answer::Listed(list) => of_the_store(list.version(), floor),
        Answer::Found(seen) if seen.version.is_unset() => Fit::Anywhere,
        Answer::Found(seen) => match following(operation.key(), seen.version, timeline) {
            Some(next) if next <= floor => Fit::Nowhere(format!(
                "it shows what was written at @{} and replaced at @{next}",
                seen.version
            )),
            _ => Fit::At(seen.version.max(floor)),
        },
        Answer::Missing => within(operation, floor, timeline, "there was nothing", |state| {
            state.is_none_or(|state| state.content.is_none())
        }),
        Answer::Exists => within(operation, floor, timeline, "there was something", |state| {
            state.is_some_and(|state| state.content.is_some())
        }),
        Answer::Conflict => {
            let only_at = operation.only_at();
            within(
                operation,
                floor,
                timeline,
                "there was another version",
                |state| {
                    state.is_some_and(|state| {
                        state.content.is_some() && Some(state.version) != only_at
                    })
                },
            )
        }
        _ => Fit::Anywhere,
    }
}

fn of_the_store(version: Version, floor: Version) -> Fit {
    if version.is_unset() {
        Fit::Anywhere
    } else if version >= floor {
        Fit::At(version)
    } else {
        Fit::Nowhere(format!("it shows @{version}"))
    }
}

/// The version that ended a state of the key.
fn following(key: Option<&Key>, version: Version, timeline: &Timeline) -> Option<Version> {
    let states = timeline.of_settled(key?)?;
    let next = states.partition_point(|state| state.version <= version);
    states.get(next).map(|state| state.version)
}

/// The earliest version from the floor on at which the state of the key satisfies a condition.
fn within(
    operation: &Operation,
    floor: Version,
    timeline: &Timeline,
    what: &str,
    holds: impl Fn(Option<&State>) -> bool,
) -> Fit {
    let Some(states) = operation.key().and_then(|key| timeline.of_settled(key)) else {
        return Fit::Anywhere;
    };
    let next = states.partition_point(|state| state.version <= floor);
    let current = next.checked_sub(1).and_then(|last| states.get(last));
    if holds(current) {
        return Fit::At(floor);
    }
    let later = states.get(next..).unwrap_or_default();
    match later.iter().find(|state| holds(Some(state))) {
        Some(state) => Fit::At(state.version),
        None => Fit::Nowhere(format!(
            "it was told that {what}, which is not so from then on"
        )),
    }
}
