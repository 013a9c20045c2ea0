use std::collections::HashMap;

use super::Version;

use super::{Answer, Content, History, Key, Seen, Violation, timeline::Timeline};

const GUARANTEE: &str =
    "What is read was written there, at that version, by a write that was not refused.";

/// Nothing is read that nobody wrote, that was refused, or that is only going to be written.
pub(super) fn check(history: &History, _: &Timeline) -> Result<(), Violation> {
    let writers: HashMap<Content, usize> = history
        .operations()
        .iter()
        .enumerate()
        .filter_map(|(position, operation)| Some((operation.content()?, position)))
        .collect();
    let mut versions = HashMap::new();
    for (position, reader) in history.operations().iter().enumerate() {
        for (key, seen) in reader.sights() {
            let writer = writers.get(&seen.content).copied();
            if let Some(why) = objection(history, position, writer, key, seen, &mut versions) {
                return Err(Violation {
                    guarantee: GUARANTEE,
                    prefix: writer.into_iter().collect(),
                    culprit: position,
                    why,
                });
            }
        }
    }
    Ok(())
}

fn objection(
    history: &History,
    reader: usize,
    writer: Option<usize>,
    key: &Key,
    seen: Seen,
    versions: &mut HashMap<Content, Version>,
) -> Option<String> {
    let Seen { version, content } = seen;
    let Some(writer) = writer.and_then(|writer| history.get(writer)) else {
        return Some(format!("{} was never written", content.0));
    };
    if writer.key() != Some(key) {
        return Some(format!("{} was written elsewhere", content.0));
    }
    if history
        .get(reader)
        .is_some_and(|reader| reader.precedes(writer))
    {
        return Some(format!("{} was only going to be written", content.0));
    }
    match writer.answer {
        Answer::Wrote { .. } | Answer::Unknown => {}
        _ => return Some(format!("the write of {} was refused", content.0)),
    }
    let known = writer.acknowledged().unwrap_or_default();
    let known = match versions.get(&content) {
        Some(known) => *known,
        None => known,
    };
    if version.is_unset() {
        return None;
    }
    versions.insert(content, version);
    (!known.is_unset() && known != version)
        .then(|| format!("{} was written at {known}, not at {version}", content.0))
}
