//! An answer that is wrong.

use super::*;

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
