//! What there is room for.

use super::*;

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
