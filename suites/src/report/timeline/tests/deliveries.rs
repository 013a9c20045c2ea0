//! A delivery that is wrong, missing or out of place.

use super::*;

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
