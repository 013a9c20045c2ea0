//! What pictures look like, letter by letter.

mod answers;
mod deliveries;
mod space;

use std::time::Duration;

use storeproof::storage::ResourceVersion;

use super::*;
use crate::report::style::Style;

/// A history in the making.
#[derive(Default)]
struct Story(History);

impl Story {
    fn of(watches: usize) -> Self {
        let mut story = Self::default();
        for watch in 0..watches {
            story.0.watches.push(Watched {
                opened: watch,
                ..Watched::default()
            });
            story = story.asked("watch /pods/ns from 3", &format!("w{}", watch + 1));
        }
        story
    }

    fn asked(mut self, request: &str, answer: &str) -> Self {
        self.0.steps.push(Step::Operation(Operation {
            request: Phrase::of(request),
            answer: answer.to_owned(),
            ..Operation::default()
        }));
        self
    }

    /// A write that every watch has to tell of.
    fn wrote(mut self, request: &str, revision: u64) -> Self {
        self.0.steps.push(Step::Operation(Operation {
            request: Phrase::of(request),
            answer: format!("@{revision}"),
            made: Some(ResourceVersion::new(revision)),
            due: (0..self.0.watches.len()).collect(),
            ..Operation::default()
        }));
        self
    }

    /// Creates `a`, `b` and `c` from revision 4 on.
    fn three(self) -> Self {
        ["a", "b", "c"]
            .iter()
            .zip(4..)
            .fold(self, |story, (name, revision)| {
                story.wrote(&format!("create /pods/ns/{name}"), revision)
            })
    }

    fn told(mut self, watch: usize, told: Told) -> Self {
        self.0.steps.push(Step::Told {
            watch: watch - 1,
            told,
        });
        self
    }

    fn change(self, watch: usize, kind: &str, object: &str, revision: u64) -> Self {
        let revision = Some(ResourceVersion::new(revision));
        let change = Told::Change {
            kind: kind.to_owned(),
            object: object.to_owned(),
            revision,
        };
        self.told(watch, change)
    }

    fn added(self, watch: usize, object: &str, revision: u64) -> Self {
        self.change(watch, "ADDED", object, revision)
    }

    /// The last delivery is wrong.
    fn but(mut self, expected: &str) -> Self {
        self.0.mark = Some(Mark {
            step: self.0.steps.len() - 1,
            expected: Some(Expected::Words(expected.to_owned())),
        });
        self
    }

    /// The last delivery is wrong, in place of this change.
    fn instead_of(mut self, kind: &str, object: &str, revision: u64) -> Self {
        let step = self.0.steps.len() - 1;
        let change = Told::Change {
            kind: kind.to_owned(),
            object: object.to_owned(),
            revision: Some(ResourceVersion::new(revision)),
        };
        self.0.mark = Some(Mark {
            step,
            expected: Some(Expected::Told(change)),
        });
        self
    }

    fn drawn(&self, style: Style) -> String {
        draw(&arrange(&self.0), &style)
            .iter()
            .map(|line| format!("{line}\n"))
            .collect()
    }

    fn shows(&self, picture: &str) {
        let drawn = self.drawn(Style::plain());
        assert_eq!(drawn, picture, "\n{drawn}");
    }
}

fn bookmark(revision: u64, ends_state: bool) -> Told {
    Told::Bookmark {
        revision: ResourceVersion::new(revision),
        ends_state,
    }
}
