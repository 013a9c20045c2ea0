use std::collections::HashSet;

use storeproof::storage::ResourceVersion;

use super::{Expected, History, Step, Told};

/// How far a watch came.
#[derive(Clone, Default)]
pub(super) struct Progress {
    told: HashSet<ResourceVersion>,
    /// The latest change it told of.
    changed: ResourceVersion,
    /// The latest bookmark.
    covered: ResourceVersion,
    /// Where it began. What was made before is the state, which comes in the order of keys.
    after: ResourceVersion,
    /// How many operations there had been when it was waited for in vain.
    waited: usize,
}

impl Progress {
    /// That of each watch.
    pub(super) fn of(history: &History) -> Vec<Self> {
        let mut all: Vec<Self> = history
            .watches
            .iter()
            .map(|watched| Self {
                after: watched.after,
                ..Self::default()
            })
            .collect();
        let mut asked = 0;
        for (number, step) in history.steps.iter().enumerate() {
            let Step::Told { watch, told } = step else {
                asked += 1;
                continue;
            };
            let Some(progress) = all.get_mut(*watch) else {
                continue;
            };
            match told {
                Told::Change { revision, .. } => {
                    let revision = revision.unwrap_or_default();
                    progress.told.insert(revision);
                    progress.changed = progress.changed.max(revision);
                }
                Told::Bookmark { revision, .. } => {
                    progress.covered = progress.covered.max(*revision);
                }
                Told::End { stopped: false } | Told::Silence(_) => {
                    if waits_for_change(history, number) {
                        progress.waited = asked;
                    }
                }
                Told::End { stopped: true } | Told::Error(_) => {}
            }
        }
        all
    }

    /// Whether it never told of the revision that the operation of a slot made, though it told of later ones or was waited
    /// for in vain.
    pub(super) fn passed_over(&self, made: ResourceVersion, slot: usize) -> bool {
        let later = self.changed > made.max(self.after);
        !self.told.contains(&made) && (later || self.covered >= made || self.waited >= slot)
    }
}

/// Whether nothing says that something else than a change should have come there.
fn waits_for_change(history: &History, step: usize) -> bool {
    let mark = history.mark.as_ref().filter(|mark| mark.step == step);
    let expected = mark.and_then(|mark| mark.expected.as_ref());
    expected.is_none_or(Expected::is_change)
}
