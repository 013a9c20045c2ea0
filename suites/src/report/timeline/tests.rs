//! What pictures look like, letter by letter.

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

#[test]
fn an_event_is_missing() {
    Story::of(1)
        .three()
        .added(1, "a", 4)
        .added(1, "c", 6)
        .instead_of("ADDED", "b", 5)
        .shows(
            "\
operations                      w1
  watch /pods/ns from 3 → w1
  create /pods/ns/a → @4        ADDED a @4
  create /pods/ns/b → @5        (missing)
  create /pods/ns/c → @6      ✗ ADDED c @6
                                expected ADDED b @5
",
        );
}

#[test]
fn an_event_is_told_twice() {
    Story::of(1)
        .three()
        .added(1, "a", 4)
        .added(1, "b", 5)
        .added(1, "b", 5)
        .instead_of("ADDED", "c", 6)
        .shows(
            "\
operations                      w1
  watch /pods/ns from 3 → w1
  create /pods/ns/a → @4        ADDED a @4
  create /pods/ns/b → @5        ADDED b @5
  create /pods/ns/c → @6      ✗ ADDED b @5
                                expected ADDED c @6
",
        );
}

#[test]
fn an_event_is_of_the_wrong_kind() {
    Story::of(1)
        .wrote("create /pods/ns/a", 4)
        .wrote("update /pods/ns/a", 5)
        .added(1, "a", 4)
        .added(1, "a", 5)
        .instead_of("MODIFIED", "a", 5)
        .shows(
            "\
operations                      w1
  watch /pods/ns from 3 → w1
  create /pods/ns/a → @4        ADDED a @4
  update /pods/ns/a → @5      ✗ ADDED a @5
                                expected MODIFIED a @5
",
        );
}

#[test]
fn the_previous_state_is_wrong() {
    Story::of(1)
        .wrote("create /pods/ns/a", 4)
        .wrote("delete /pods/ns/a", 5)
        .added(1, "a", 4)
        .change(1, "DELETED", "a", 5)
        .but("metadata.labels.x = \"1\", not \"2\"")
        .shows(
            "\
operations                      w1
  watch /pods/ns from 3 → w1
  create /pods/ns/a → @4        ADDED a @4
  delete /pods/ns/a → @5      ✗ DELETED a @5
                                expected metadata.labels.x = \"1\", not \"2\"
",
        );
}

#[test]
fn a_bookmark_comes_too_early() {
    Story::of(1)
        .three()
        .added(1, "a", 4)
        .told(1, bookmark(5, false))
        .instead_of("ADDED", "b", 5)
        .shows(
            "\
operations                      w1
  watch /pods/ns from 3 → w1
  create /pods/ns/a → @4        ADDED a @4
  create /pods/ns/b → @5        (missing)
                              ✗ BOOKMARK @5
                                expected ADDED b @5
  create /pods/ns/c → @6
",
        );
}

#[test]
fn a_watch_ends_early() {
    Story::of(1)
        .three()
        .added(1, "a", 4)
        .told(1, Told::End { stopped: false })
        .instead_of("ADDED", "b", 5)
        .shows(
            "\
operations                      w1
  watch /pods/ns from 3 → w1
  create /pods/ns/a → @4        ADDED a @4
  create /pods/ns/b → @5        (missing)
  create /pods/ns/c → @6        (missing)
                              ✗ the watch ends
                                expected ADDED b @5
",
        );
}

#[test]
fn a_watch_hangs() {
    Story::of(1)
        .wrote("create /pods/ns/a", 4)
        .told(1, Told::Silence(Duration::from_secs(10)))
        .instead_of("ADDED", "a", 4)
        .shows(
            "\
operations                      w1
  watch /pods/ns from 3 → w1
  create /pods/ns/a → @4        (missing)
                              ✗ nothing for 10s
                                expected ADDED a @4
",
        );
}

#[test]
fn one_of_two_watches_is_wrong() {
    Story::of(2)
        .three()
        .added(1, "a", 4)
        .added(1, "b", 5)
        .added(1, "c", 6)
        .added(2, "a", 4)
        .added(2, "c", 6)
        .instead_of("ADDED", "b", 5)
        .shows(
            "\
operations                      w1            w2
  watch /pods/ns from 3 → w1
  watch /pods/ns from 3 → w2
  create /pods/ns/a → @4        ADDED a @4    ADDED a @4
  create /pods/ns/b → @5        ADDED b @5    (missing)
  create /pods/ns/c → @6        ADDED c @6  ✗ ADDED c @6
                                              expected ADDED b @5
",
        );
}

#[test]
fn neighbours_that_changed_places_keep_the_order_in_which_they_came() {
    Story::of(1)
        .three()
        .added(1, "a", 4)
        .added(1, "c", 6)
        .instead_of("ADDED", "b", 5)
        .added(1, "b", 5)
        .shows(
            "\
operations                      w1
  watch /pods/ns from 3 → w1
  create /pods/ns/a → @4        ADDED a @4
  create /pods/ns/b → @5
  create /pods/ns/c → @6      ✗ ADDED c @6
                                expected ADDED b @5
                                ADDED b @5
",
        );
}

#[test]
fn a_repetition_ahead_of_history_stands_below_the_opening() {
    let mut story = Story::default()
        .wrote("delete /pods/ns/a", 4)
        .wrote("create /pods/ns/b", 5);
    story.0.watches.push(Watched {
        opened: 2,
        after: ResourceVersion::new(4),
        ..Watched::default()
    });
    story
        .asked("watch /pods/ns from 4", "w1")
        .change(1, "DELETED", "a", 4)
        .instead_of("ADDED", "b", 5)
        .added(1, "b", 5)
        .shows(
            "\
operations                      w1
  delete /pods/ns/a → @4
  create /pods/ns/b → @5
  watch /pods/ns from 4 → w1
                              ✗ DELETED a @4
                                expected ADDED b @5
                                ADDED b @5
",
        );
}

#[test]
fn an_answer_is_wrong() {
    Story::of(1)
        .wrote("create /pods/ns/a", 4)
        .asked("get /pods/ns/a", "nothing")
        .but("a @4")
        .added(1, "a", 4)
        .shows(
            "\
operations                      w1
  watch /pods/ns from 3 → w1
  create /pods/ns/a → @4        ADDED a @4
✗ get /pods/ns/a → nothing
  expected a @4
",
        );
}

#[test]
fn what_was_expected_of_an_answer_may_take_the_whole_line() {
    let expected = "[ns/a@#1{uid-0, even true, value 1}] at #2, the end";
    let picture = Story::of(1)
        .asked("list /pods/", "0 objects at 4")
        .but(expected)
        .drawn(Style::plain().columns(72));
    let line = picture.lines().last().expect("a line");
    assert_eq!(line, format!("  expected {expected}"), "{picture}");
}

#[test]
fn a_wrong_answer_stands_apart_where_watches_share_a_column() {
    let story = (1..=6).fold(
        Story::of(6)
            .wrote("create /pods/ns/a", 4)
            .asked("get /pods/ns/a", "nothing")
            .but("a @4"),
        |story, watch| story.added(watch, "a", 4),
    );
    let picture = story.drawn(Style::plain());
    assert!(
        picture.ends_with(
            "  create /pods/ns/a → @4        w1–w6 ADDED a @4\n\
             ✗ get /pods/ns/a → nothing\n  expected a @4\n"
        ),
        "{picture}"
    );
}

#[test]
fn the_state_stands_below_the_opening() {
    let mut story = Story::default()
        .wrote("create /pods/ns/a", 4)
        .wrote("create /pods/ns/b", 5);
    story.0.watches.push(Watched {
        opened: 2,
        after: ResourceVersion::new(5),
        ..Watched::default()
    });
    story
        .asked("watch /pods/ns from now", "w1")
        .wrote("delete /pods/ns/a", 6)
        .added(1, "a", 4)
        .added(1, "b", 5)
        .told(1, bookmark(5, true))
        .change(1, "DELETED", "a", 6)
        .told(1, Told::Error("410 too old resource version".to_owned()))
        .told(1, Told::End { stopped: true })
        .shows(
            "\
operations                        w1
  create /pods/ns/a → @4
  create /pods/ns/b → @5
  watch /pods/ns from now → w1
                                  ADDED a @4
                                  ADDED b @5
                                  BOOKMARK @5, state ends
  delete /pods/ns/a → @6          DELETED a @6
                                  ERROR 410 too old resource version
                                  ends, as it was stopped
",
        );
}

#[test]
fn of_a_long_history_the_beginning_and_the_mistake_are_shown() {
    let mut story = Story::of(1);
    for number in 0..100 {
        story = story.wrote(&format!("create /pods/ns/{number:03}"), 4 + number);
    }
    for number in (0..100).filter(|number| *number < 50 || *number > 60) {
        story = story.added(1, &format!("{number:03}"), 4 + number);
        if number == 61 {
            story = story.instead_of("ADDED", "050", 54);
        }
    }
    story.shows(
        "\
operations                      w1
  watch /pods/ns from 3 → w1
  create /pods/ns/000 → @4      ADDED 000 @4
  create /pods/ns/001 → @5      ADDED 001 @5
  … 53 lines left out
  create /pods/ns/055 → @59     (missing)
  create /pods/ns/056 → @60     (missing)
  create /pods/ns/057 → @61     (missing)
  create /pods/ns/058 → @62     (missing)
  create /pods/ns/059 → @63     (missing)
  create /pods/ns/060 → @64     (missing)
  create /pods/ns/061 → @65   ✗ ADDED 061 @65
                                expected ADDED 050 @54
  create /pods/ns/062 → @66     ADDED 062 @66
  create /pods/ns/063 → @67     ADDED 063 @67
  … 36 lines left out
",
    );
}

#[test]
fn many_watches_share_a_column() {
    let mut story = Story::of(6).wrote("create /pods/ns/a", 4);
    for watch in [1, 2, 3, 5, 6] {
        story = story.added(watch, "a", 4);
    }
    story
        .told(4, Told::End { stopped: false })
        .instead_of("ADDED", "a", 4)
        .shows(
            "\
operations                      watches
  watch /pods/ns from 3 → w1
  watch /pods/ns from 3 → w2
  watch /pods/ns from 3 → w3
  watch /pods/ns from 3 → w4
  watch /pods/ns from 3 → w5
  watch /pods/ns from 3 → w6
  create /pods/ns/a → @4        w1–w3 w5 w6 ADDED a @4
                                w4 (missing)
                              ✗ w4 the watch ends
                                w4 expected ADDED a @4
",
        );
}

#[test]
fn names_are_shortened_and_revisions_are_not() {
    let name = "a-name-that-is-as-long-as-names-of-objects-ever-get".repeat(3);
    let story = Story::of(2)
        .wrote(&format!("create /pods/ns/{name}"), 123_456)
        .added(1, &name, 123_456)
        .added(2, &name, 123_456);
    for columns in [40, 50, 60, 72, 80] {
        let drawn = story.drawn(Style::plain().columns(columns));
        for line in drawn.lines() {
            assert!(line.chars().count() <= columns - 2, "{columns}\n{drawn}");
        }
        assert!(drawn.matches("@123456").count() >= 2, "{columns}\n{drawn}");
    }
}

#[test]
fn colours_do_not_move_anything() {
    let story = Story::of(1)
        .three()
        .added(1, "a", 4)
        .added(1, "c", 6)
        .instead_of("ADDED", "b", 5);
    let painted = story.drawn(Style::plain().colour(true));
    assert!(painted.contains("\x1b[31m✗ ADDED c @6\x1b[0m"), "{painted}");
    let mut bare = painted.clone();
    for code in ["0", "2", "31", "32", "33"] {
        bare = bare.replace(&format!("\x1b[{code}m"), "");
    }
    assert_eq!(bare, story.drawn(Style::plain()));
}

#[test]
fn it_fits_on_a_screen_whatever_happened() {
    let mut story = Story::of(40);
    for number in 0..40 {
        story = story.wrote("update /pods/ns/a", 4 + number);
        for watch in 1..=40 {
            story = story.change(watch, "MODIFIED", "a", 4 + number);
        }
    }
    let drawn = story.drawn(Style::plain());
    assert!(drawn.lines().count() <= 24, "{drawn}");
}
