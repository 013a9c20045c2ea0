use std::{collections::HashMap, fmt};

use storeproof::storage::{Event, ResourceVersion};
use storeproof_fixtures::objects::{Pod, PodExt};

use crate::{
    harness::{Fault, Verdict, content_of, expect_that, version_of},
    judge::{Content, History},
};

/// One change as a watch told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Happened {
    kind: &'static str,
    pub(super) name: String,
    pub(super) version: ResourceVersion,
    content: Content,
}

impl Happened {
    /// What an event with an object tells.
    pub(super) fn of(event: &Event<Pod>, pod: &Pod) -> Verdict<Self> {
        Ok(Self {
            kind: event.kind(),
            name: pod.name().to_owned(),
            version: version_of(pod)?,
            content: content_of(pod),
        })
    }

    fn is_deletion(&self) -> bool {
        self.kind == "DELETED"
    }
}

impl fmt::Display for Happened {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            name,
            version,
            content,
        } = self;
        write!(out, "{kind} {name}@{version} = {}", content.0)
    }
}

/// What happened must agree with what writers were told: every acknowledged write is there at its version, nothing is
/// there that nobody wrote, and nothing twice.
pub(super) fn agree(happened: &[Happened], history: &History) -> Verdict {
    let at: HashMap<ResourceVersion, &Happened> =
        happened.iter().map(|each| (each.version, each)).collect();
    for operation in history.operations() {
        let (Some(version), Some(key)) = (operation.acknowledged(), operation.key()) else {
            continue;
        };
        let told = at.get(&version).filter(|each| {
            *each.name == **key
                && operation.content().map_or(each.is_deletion(), |content| {
                    content == each.content && !each.is_deletion()
                })
        });
        expect_that(
            told.is_some(),
            format!("the acknowledged write of {key} at {version} happened"),
            "a watch that begins before it does not tell of it",
        )?;
    }
    let mut written: HashMap<Content, usize> = history
        .operations()
        .iter()
        .filter_map(|operation| Some((operation.content()?, 1)))
        .collect();
    for each in happened.iter().filter(|each| !each.is_deletion()) {
        let left = written.get_mut(&each.content).filter(|left| **left > 0);
        let left = left.ok_or_else(|| {
            Fault::failed(
                "each write takes effect at most once, and nothing happens that nobody asked for",
                format!("{each}"),
            )
        })?;
        *left -= 1;
    }
    Ok(())
}

/// What one watch told must be exactly what happened.
pub(super) fn same(who: &str, told: &[Happened], happened: &[&Happened]) -> Verdict {
    let first = (0..told.len().max(happened.len()))
        .find(|position| told.get(*position) != happened.get(*position).copied());
    let Some(position) = first else { return Ok(()) };
    let show = |each: Option<&Happened>| each.map_or("nothing".to_owned(), ToString::to_string);
    let before = position.checked_sub(1).and_then(|before| told.get(before));
    Err(Fault::failed(
        format!(
            "{who} is told everything once and in order: behind {} comes {}",
            show(before),
            show(happened.get(position).copied())
        ),
        format!(
            "it is told {}, which is number {position}",
            show(told.get(position))
        ),
    ))
}

/// What is there after all that happened, by name.
pub(super) fn state(happened: &[Happened]) -> Vec<(String, ResourceVersion)> {
    let mut state = std::collections::BTreeMap::new();
    for each in happened {
        if each.is_deletion() {
            state.remove(&each.name);
        } else {
            state.insert(each.name.clone(), each.version);
        }
    }
    state.into_iter().collect()
}
