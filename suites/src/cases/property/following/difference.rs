use std::collections::BTreeMap;

use storeproof::storage::{Event, Object, ResourceVersion};
use storeproof_fixtures::objects::{Pod, key_of};

/// What a list showed of the store as it was from a version on.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) at: ResourceVersion,
    pub(super) items: Vec<Pod>,
}

/// The events that lead from each state to the next (backend §5.5): what was not there is added, what is there still is
/// modified where it is another one, and what is no longer there is deleted as it was, at the version of the change.
pub(super) fn events(states: &[State]) -> Vec<Event<Pod>> {
    let pairs = states.iter().zip(states.iter().skip(1));
    pairs
        .flat_map(|(before, after)| between(before, after))
        .collect()
}

fn between(before: &State, after: &State) -> Vec<Event<Pod>> {
    let mut events = BTreeMap::new();
    for pod in &before.items {
        let mut last = pod.clone();
        last.set_resource_version(after.at);
        events.insert(key_of(pod), Event::Deleted(last));
    }
    for pod in &after.items {
        let known = before
            .items
            .iter()
            .find(|known| key_of(known) == key_of(pod));
        match known {
            Some(known) if known == pod => events.remove(&key_of(pod)),
            Some(_) => events.insert(key_of(pod), Event::Modified(pod.clone())),
            None => events.insert(key_of(pod), Event::Added(pod.clone())),
        };
    }
    events.into_values().collect()
}

#[cfg(test)]
mod tests {
    use storeproof::storage::{Event, ResourceVersion};
    use storeproof_fixtures::objects::{PodExt, pod};

    use super::{State, events};

    #[test]
    fn each_change_is_an_event() {
        let (a, b) = (pod("ns", "a"), pod("ns", "b"));
        let states = [
            vec![],
            vec![a.clone().at("2")],
            vec![a.clone().at("2"), b.clone().at("3")],
            vec![a.clone().at("2"), b.clone().at("3")],
            vec![a.clone().at("5"), b.clone().at("3")],
            vec![a.clone().at("5")],
        ];
        let states: Vec<State> = states
            .into_iter()
            .zip(1..)
            .map(|(items, at)| State {
                at: ResourceVersion::new(at),
                items,
            })
            .collect();
        assert_eq!(
            events(&states),
            [
                Event::Added(a.clone().at("2")),
                Event::Added(b.clone().at("3")),
                Event::Modified(a.at("5")),
                Event::Deleted(b.at("6")),
            ]
        );
        assert!(events(&states[..1]).is_empty());
    }
}
