//! Where a store and the model part, as a mark in the picture.

use storeproof::storage::{Event, Object, ResourceVersion};
use storeproof_fixtures::objects::Pod;

use super::{player::Player, versions::Versions, watches::Heard};
use crate::{
    harness::{Culprit, Wrong, wanted_of},
    report::timeline::Expected,
};

/// Marks the first thing that a watch of the subject told otherwise in the last operation than that of the model, else the
/// operation itself where it was a single request. `answer` is what the model said of it, `expected` the same as the
/// failure says it.
pub(super) fn mark(subject: &Player, model: &Player, answer: &str, expected: &str) {
    let is_answer = model.heard().is_empty() && subject.asked_once();
    let differing = first_differing(subject, model).filter(|_| !is_answer);
    let (culprit, wanted) = match differing {
        Some(found) => found,
        None if subject.asked_once() => (Culprit::Answer, Expected::Words(answer.to_owned())),
        None => return,
    };
    subject.store.trace().wrong(Wrong {
        culprit,
        wanted,
        expected: expected.to_owned(),
        beside: None,
    });
}

fn first_differing(subject: &Player, model: &Player) -> Option<(Culprit, Expected)> {
    subject
        .heard()
        .iter()
        .enumerate()
        .find_map(|(number, found)| {
            let turn = turn(subject.heard(), number);
            let due = model.heard().iter();
            let due = due.filter(|due| due.watch == found.watch).nth(turn);
            if due.is_some_and(|due| due.phrase == found.phrase) {
                return None;
            }
            let culprit = Culprit::Delivery {
                watch: found.watch,
                before: found.before,
            };
            let wanted = match due {
                None => Expected::Words("nothing more".to_owned()),
                Some(Heard {
                    event: Some(event), ..
                }) => {
                    let event = translated(event, &model.versions, &subject.versions);
                    wanted_of(&event, found.event.as_ref())
                }
                Some(due) => Expected::Words(due.phrase.clone()),
            };
            Some((culprit, wanted))
        })
}

/// How many others of its watch were heard before.
fn turn(heard: &[Heard], number: usize) -> usize {
    let (before, rest) = heard.split_at(number);
    let watch = rest.first().map(|one| one.watch);
    before.iter().filter(|one| Some(one.watch) == watch).count()
}

/// The model's event as the subject would tell it: with the version of the same write.
fn translated(event: &Event<Pod>, model: &Versions, subject: &Versions) -> Event<Pod> {
    let version = |at: ResourceVersion| {
        let write = model.all().iter().position(|known| *known == at);
        write.and_then(|write| subject.all().get(write).copied())
    };
    let moved = |pod: &Pod| {
        let mut pod = pod.clone();
        let at = pod.resource_version().ok().and_then(version);
        pod.set_resource_version(at.unwrap_or_default());
        pod
    };
    match event {
        Event::Added(pod) => Event::Added(moved(pod)),
        Event::Modified(pod) => Event::Modified(moved(pod)),
        Event::Deleted(pod) => Event::Deleted(moved(pod)),
        Event::Bookmark(mark) => {
            let mut mark = *mark;
            mark.resource_version = version(mark.resource_version).unwrap_or_default();
            Event::Bookmark(mark)
        }
        Event::Error(status) => Event::Error(status.clone()),
    }
}
