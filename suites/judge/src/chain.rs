use super::{
    Answer, Content, History, Request, Seen, Violation,
    timeline::{State, Timeline},
};

const GUARANTEE: &str =
    "In the order of versions every write begins where the one before it ended.";

/// No write is lost, none has two successors, and nothing comes back that was deleted.
pub(super) fn check(history: &History, timeline: &Timeline) -> Result<(), Violation> {
    for (key, states) in timeline.settled() {
        let mut before: Option<State> = None;
        for (position, state) in states.iter().enumerate() {
            if let Some(found) = unexpected(history, state, before) {
                return Err(Violation {
                    guarantee: GUARANTEE,
                    prefix: states
                        .iter()
                        .take(position)
                        .map(|state| state.operation)
                        .collect(),
                    culprit: state.operation,
                    why: format!("{found}, but {key} {}", held(before)),
                });
            }
            before = Some(*state);
        }
    }
    Ok(())
}

/// What the write found, where that is not what there was.
fn unexpected(history: &History, state: &State, before: Option<State>) -> Option<String> {
    let operation = history.get(state.operation)?;
    let there = before.and_then(|before| Some((before.version, before.content?)));
    match (&operation.request, &operation.answer) {
        (Request::Create { .. }, _) | (Request::Put { .. }, Answer::Wrote { over: None, .. }) => {
            there.map(|_| "it found nothing".to_owned())
        }
        (
            _,
            Answer::Wrote {
                over: Some(over), ..
            },
        ) => {
            let matches = there.is_some_and(|(version, content)| {
                content == over.content && (over.version.is_unset() || over.version == version)
            });
            (!matches).then(|| format!("it replaced {}", shown(*over)))
        }
        (_, Answer::Deleted { content, .. }) => {
            let matches = there.is_some_and(|(_, found)| found == *content);
            (!matches).then(|| format!("it deleted {}", content.0))
        }
        (Request::Put { .. }, _) => None,
        _ => there
            .is_none()
            .then(|| "it changed what is there".to_owned()),
    }
    .or_else(|| unmet_condition(&operation.request, before))
}

fn unmet_condition(request: &Request, before: Option<State>) -> Option<String> {
    let (Request::Update { only_at, .. } | Request::Delete { only_at, .. }) = request else {
        return None;
    };
    let wanted = (*only_at)?;
    let there = before.map(|before| before.version);
    (there != Some(wanted)).then(|| format!("it was to change nothing but version {wanted}"))
}

fn shown(Seen { version, content }: Seen) -> String {
    format!("{}@{version}", content.0)
}

fn held(before: Option<State>) -> String {
    match before {
        None => "was not there yet".to_owned(),
        Some(State {
            version,
            content: None,
            ..
        }) => format!("was deleted at {version}"),
        Some(State {
            version,
            content: Some(Content(content)),
            ..
        }) => {
            format!("was {content}@{version}")
        }
    }
}
