use super::Phrase;
use crate::report::style::shortened;

/// The least that is left of a name.
const LEAST: usize = 3;
/// An answer that is no longer than this is not cut.
const SHORT: usize = 12;

impl Phrase {
    /// How wide it is where nothing is cut.
    pub(super) fn width(&self) -> usize {
        [&self.before, &self.name, &self.after]
            .iter()
            .map(|part| width(&clean(part)))
            .sum()
    }

    /// The text in at most `room` characters: the name is cut in its middle. What follows is cut only where it takes most
    /// of the room, and what stands before where nothing else helps.
    pub(super) fn fitted(&self, room: usize) -> String {
        let (before, name) = (clean(&self.before), clean(&self.name));
        let mut after = clean(&self.after);
        let beside = room.saturating_sub(width(&before) + width(&name));
        if width(&after) > beside && width(&after) > room * 2 / 3 {
            let most = beside.max(room / 2);
            // A short answer says more than how exactly something was asked.
            after = match after.rsplit_once(" → ") {
                Some((how, answer)) if width(answer) <= SHORT => {
                    let how = shortened(how, most.saturating_sub(width(answer) + 3));
                    format!("{how} → {answer}")
                }
                _ => shortened(&after, most),
            };
        }
        let least = LEAST.min(width(&name));
        let before = shortened(&before, room.saturating_sub(width(&after) + least));
        let name = middle(&name, room.saturating_sub(width(&before) + width(&after)));
        format!("{before}{name}{after}")
    }
}

/// The text in at most `room` characters, with an ellipsis in its middle where it was longer.
fn middle(text: &str, room: usize) -> String {
    let length = width(text);
    if length <= room {
        return text.to_owned();
    }
    let kept = room.saturating_sub(1);
    let head = kept.div_ceil(2);
    let begin = text.chars().take(head);
    let end = text.chars().skip(length - (kept - head));
    begin.chain(['…']).chain(end).collect()
}

/// The text on one line: whatever would move the cursor is written out.
fn clean(text: &str) -> String {
    text.chars()
        .flat_map(|character| {
            let escaped = character.is_control().then(|| character.escape_default());
            let plain = escaped.is_none().then_some(character);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect()
}

pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn change(name: &str) -> Phrase {
        Phrase {
            before: "ADDED ".to_owned(),
            name: name.to_owned(),
            after: " @1234".to_owned(),
        }
    }

    #[rstest]
    #[case("foo", 40, "ADDED foo @1234")]
    #[case("a-name-of-some-length", 20, "ADDED a-na…gth @1234")]
    #[case("a-name-of-some-length", 15, "ADDED a…h @1234")]
    #[case("äöüäöüäöü", 16, "ADDED äö…ü @1234")]
    #[case("two\nlines", 40, "ADDED two\\nlines @1234")]
    fn the_revision_survives_the_name(#[case] name: &str, #[case] room: usize, #[case] text: &str) {
        assert_eq!(change(name).fitted(room), text);
    }

    #[test]
    fn a_long_answer_leaves_room_for_what_was_asked() {
        let phrase = Phrase {
            before: String::new(),
            name: "create /pods/ns/a".to_owned(),
            after: format!(" → error: {}", "x".repeat(80)),
        };
        assert_eq!(
            phrase.fitted(40),
            "create /pods/ns/a → error: xxxxxxxxxxxx…"
        );
    }

    #[test]
    fn a_short_answer_outlives_how_something_was_asked() {
        let phrase = Phrase {
            before: "watch ".to_owned(),
            name: "/pods/ns".to_owned(),
            after: " from 2 with the state → w1".to_owned(),
        };
        assert_eq!(
            phrase.fitted(40),
            "watch /pods/ns from 2 with the sta… → w1"
        );
        assert_eq!(phrase.fitted(26), "watch /po…/ns from 2… → w1");
    }
}
