use std::collections::BTreeMap;

use storeproof::storage::{Event, Object, ResourceVersion};
use storeproof_fixtures::objects::{Pod, key_of};

/// What a watch told, from its initial state on. Each event is checked as it comes.
#[derive(Debug)]
pub(super) struct Story {
    /// The objects as they were told last, by key.
    state: BTreeMap<String, Pod>,
    /// The version at which the state ended, once that was told.
    mark: Option<ResourceVersion>,
    /// The last version that was told of.
    last: ResourceVersion,
}

impl Story {
    /// A watch that began when the store was at this version.
    pub(super) fn begin(at: ResourceVersion) -> Self {
        Self {
            state: BTreeMap::new(),
            mark: None,
            last: at,
        }
    }

    /// Takes the next event.
    ///
    /// # Errors
    ///
    /// It cannot be the next: what should have come.
    pub(super) fn take(&mut self, event: &Event<Pod>) -> Result<(), &'static str> {
        match event {
            Event::Added(pod) if self.mark.is_none() => self.take_initial(pod),
            Event::Bookmark(bookmark) => {
                if bookmark.initial_events_end != self.mark.is_none() {
                    return Err("the end of the state is marked once, and before other bookmarks");
                }
                if bookmark.resource_version < self.newest() {
                    return Err("a bookmark is not older than what came before it");
                }
                self.last = bookmark.resource_version;
                self.mark = self.mark.or(Some(self.last));
                Ok(())
            }
            Event::Error(_) => Err("a watch goes on without an error"),
            _ if self.mark.is_none() => Err("the state is told as ADDED, up to its mark"),
            Event::Added(pod) => self.change(pod, None),
            Event::Modified(pod) => self.change(pod, Some(pod)),
            Event::Deleted(pod) => self.delete(pod),
        }
    }

    /// Whether the end of the state was marked and these objects are what is there now.
    pub(super) fn ends_with(&self, items: &[Pod]) -> bool {
        self.mark.is_some() && self.state.values().eq(items)
    }

    fn take_initial(&mut self, pod: &Pod) -> Result<(), &'static str> {
        let key = key_of(pod);
        if self
            .state
            .last_key_value()
            .is_some_and(|(last, _)| *last >= key)
        {
            return Err("the state comes in the order of keys, each once");
        }
        self.state.insert(key, pod.clone());
        Ok(())
    }

    /// The newest version that was told of.
    fn newest(&self) -> ResourceVersion {
        let versions = self.state.values().map(version);
        versions.chain([self.last]).max().unwrap_or_default()
    }

    fn advance(&mut self, pod: &Pod) -> Result<(), &'static str> {
        if version(pod) <= self.last {
            return Err("a change is newer than what came before it, the mark included");
        }
        self.last = version(pod);
        Ok(())
    }

    fn change(&mut self, pod: &Pod, modified: Option<&Pod>) -> Result<(), &'static str> {
        self.advance(pod)?;
        let known = self.state.insert(key_of(pod), pod.clone());
        match (known, modified) {
            (Some(_), None) => Err("only what was not there is ADDED"),
            (None, Some(_)) => Err("only what was there is MODIFIED"),
            _ => Ok(()),
        }
    }

    fn delete(&mut self, pod: &Pod) -> Result<(), &'static str> {
        self.advance(pod)?;
        let Some(mut known) = self.state.remove(&key_of(pod)) else {
            return Err("only what was there is DELETED");
        };
        known.set_resource_version(version(pod));
        if known != *pod {
            return Err("what is DELETED is told as it was, at the version of the change");
        }
        Ok(())
    }
}

fn version(pod: &Pod) -> ResourceVersion {
    pod.resource_version().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use storeproof::storage::{Bookmark, Event, ResourceVersion};
    use storeproof_fixtures::objects::{Pod, PodExt, pod};

    use super::Story;

    fn mark(at: u64) -> Event<Pod> {
        Event::Bookmark(Bookmark {
            resource_version: ResourceVersion::new(at),
            initial_events_end: true,
        })
    }

    fn told(events: &[Event<Pod>]) -> Result<Story, &'static str> {
        let mut story = Story::begin(ResourceVersion::new(3));
        for event in events {
            story.take(event)?;
        }
        Ok(story)
    }

    #[test]
    fn a_state_and_changes_add_up() {
        let (a, b) = (pod("ns", "a"), pod("ns", "b"));
        let story = told(&[
            Event::Added(a.clone().at("2")),
            mark(4),
            Event::Added(b.clone().at("5")),
            Event::Deleted(a.clone().at("6")),
            Event::Modified(b.clone().at("7")),
        ]);
        assert!(story.expect("sound").ends_with(&[b.at("7")]));
        assert!(!told(&[]).expect("sound").ends_with(&[]));
    }

    #[test]
    fn each_contradiction_is_noticed() {
        let a = pod("ns", "a");
        let at = |version: &str| a.clone().at(version);
        let wrong = [
            vec![mark(2)],
            vec![mark(3), mark(3)],
            vec![Event::Added(at("4")), mark(3)],
            vec![Event::Added(at("2")), Event::Added(at("2"))],
            vec![Event::Modified(at("4"))],
            vec![mark(4), Event::Added(at("4"))],
            vec![Event::Added(at("2")), mark(4), Event::Added(at("5"))],
            vec![mark(4), Event::Modified(at("5"))],
            vec![mark(4), Event::Deleted(at("5"))],
            vec![
                Event::Added(at("2").label("x", "y")),
                mark(4),
                Event::Deleted(at("5")),
            ],
        ];
        for events in wrong {
            assert!(told(&events).is_err(), "{events:?}");
        }
    }
}
