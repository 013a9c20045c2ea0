//! What matters of everything that was noted, where the case knows it.

use std::borrow::Cow;

use super::{Asked, Culprit, Entry, Wrong};

/// Some of the watches, and what was written. A property opens dozens of watches and reads lists between all writes, which
/// leaves no room for what is wrong.
pub(super) struct Focus(Vec<usize>);

impl Focus {
    /// That of the disappointment which a failure tells of, where it names one.
    pub(super) fn of<'a>(
        mut entries: impl Iterator<Item = &'a Entry>,
        expected: &str,
    ) -> Option<Self> {
        entries.find_map(|entry| match entry {
            Entry::Wrong(wrong) if wrong.expected == expected => {
                let mut watches = wrong.beside.clone()?;
                watches.extend(wrong.culprit.watch());
                watches.sort_unstable();
                watches.dedup();
                Some(Self(watches))
            }
            _ => None,
        })
    }

    /// The entry as it is seen, with the watches numbered anew; none of what does not matter.
    pub(super) fn view<'a>(&self, entry: &'a Entry) -> Option<Cow<'a, Entry>> {
        let seen = match entry {
            Entry::Asked { asked, .. } => return matters(asked).then_some(Cow::Borrowed(entry)),
            Entry::Opened {
                store,
                watch,
                opened,
            } => Entry::Opened {
                store: *store,
                watch: Some(self.number((*watch)?)?),
                opened: opened.clone(),
            },
            Entry::Told { watch, told } => Entry::Told {
                watch: self.number(*watch)?,
                told: told.clone(),
            },
            Entry::Stopped { watch } => Entry::Stopped {
                watch: self.number(*watch)?,
            },
            Entry::Wrong(wrong) => Entry::Wrong(Wrong {
                culprit: match wrong.culprit {
                    Culprit::Last { watch } => Culprit::Last {
                        watch: self.number(watch)?,
                    },
                    Culprit::Delivery { watch, before } => Culprit::Delivery {
                        watch: self.number(watch)?,
                        before,
                    },
                    Culprit::Answer => Culprit::Answer,
                },
                ..wrong.clone()
            }),
        };
        Some(Cow::Owned(seen))
    }

    fn number(&self, watch: usize) -> Option<usize> {
        self.0.iter().position(|known| *known == watch)
    }
}

/// Whether it wrote, or is a note in passing. What was read shows in what should have come.
fn matters(asked: &Asked) -> bool {
    asked.wrote.is_some() || asked.answer.is_empty()
}

#[cfg(test)]
mod tests {
    use storeproof::storage::{Event, ResourceVersion};
    use storeproof_fixtures::objects::{Pod, PodExt, pod};

    use super::super::{Culprit, Opened, Trace, Wrong, Wrote, told};
    use crate::{
        harness::trace::Asked,
        report::{
            Style,
            timeline::{Expected, Phrase, arrange, draw},
        },
    };

    /// A watch of everything from a version.
    fn opened(trace: &Trace, from: u64) -> usize {
        trace.opened(Opened {
            key: "/pods/".to_owned(),
            recursive: true,
            from: from.to_string(),
            ..Opened::default()
        })
    }

    fn wrote(trace: &Trace, name: &str, version: u64) {
        trace.asked(Asked {
            request: Phrase::of(format!("create /pods/ns/{name}")),
            answer: format!("{name} @{version}"),
            wrote: Some(Wrote {
                key: format!("/pods/ns/{name}"),
                version: ResourceVersion::new(version),
                deleted: false,
            }),
        });
    }

    fn listed(trace: &Trace) {
        trace.asked(Asked {
            request: Phrase::of("list /pods/"),
            answer: "so many objects".to_owned(),
            wrote: None,
        });
    }

    fn added(name: &str, version: u64) -> Event<Pod> {
        Event::Added(pod("ns", name).at(&version.to_string()))
    }

    /// Many watches, of which one loses `b`.
    fn failing(beside: Option<Vec<usize>>) -> Trace {
        let trace = Trace::default();
        let watches: Vec<usize> = (0..6).map(|_| opened(&trace, 3)).collect();
        for (name, version) in [("a", 4), ("b", 5), ("c", 6)] {
            wrote(&trace, name, version);
            listed(&trace);
        }
        for watch in watches {
            trace.told(watch, told(&added("a", 4)));
            if watch != 4 {
                trace.told(watch, told(&added("b", 5)));
            }
            trace.told(watch, told(&added("c", 6)));
        }
        trace.wrong(Wrong {
            culprit: Culprit::Delivery {
                watch: 4,
                before: 1,
            },
            wanted: Expected::Told(told(&added("b", 5))),
            expected: "three events".to_owned(),
            beside,
        });
        trace
    }

    fn picture(trace: &Trace) -> Vec<String> {
        let history = trace.to_recorded().history("three events");
        draw(&arrange(&history), &Style::plain())
    }

    #[test]
    fn the_guilty_watch_stands_alone() {
        assert_eq!(
            picture(&failing(Some(Vec::new()))),
            [
                "operations                    w1",
                "  watch /pods/ from 3 → w1",
                "  create /pods/ns/a → @4      ADDED a @4",
                "  create /pods/ns/b → @5      (missing)",
                "  create /pods/ns/c → @6    ✗ ADDED c @6",
                "                              expected ADDED b @5",
            ]
        );
    }

    #[test]
    fn those_that_matter_stand_beside_it() {
        let beside = picture(&failing(Some(vec![1])));
        assert!(beside[0].ends_with("w2"), "{beside:?}");
        assert!(
            beside
                .iter()
                .any(|line| line.ends_with("ADDED c @6  ✗ ADDED c @6"))
        );
    }

    #[test]
    fn without_a_word_about_it_everything_is_shown() {
        let all = picture(&failing(None)).join("\n");
        assert!(all.contains("w1–w4 w6"), "{all}");
    }

    #[test]
    fn writes_are_numbered_by_their_versions() {
        let trace = failing(Some(Vec::new()));
        wrote(&trace, "e", 9);
        wrote(&trace, "d", 8);
        trace.note_version("advance the version", ResourceVersion::new(10));
        let taken = Trace::default();
        taken.take_over(&trace);
        let drawn = picture(&taken).join("\n");
        for line in ["/e → @9 #5", "/d → @8 #4", "advance the version → @10 #6"] {
            assert!(drawn.contains(line), "{drawn}");
        }
    }
}
