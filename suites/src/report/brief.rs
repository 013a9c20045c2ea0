//! Long values made short enough to compare by eye, without hiding where they differ.

/// So much of what both have in common is shown before the first difference.
const BEFORE: usize = 60;

/// Two texts in at most `limit` characters each: absent fields are left out, and a common beginning is cut where they are
/// too long, so that the first difference is always shown.
pub(super) fn brief(expected: &str, observed: &str, limit: usize) -> (String, String) {
    let (expected, observed) = (without_absent(expected), without_absent(observed));
    let (expected, observed): (Vec<char>, Vec<char>) =
        (expected.chars().collect(), observed.chars().collect());
    if expected.len() <= limit && observed.len() <= limit {
        return (
            expected.into_iter().collect(),
            observed.into_iter().collect(),
        );
    }
    let common = expected
        .iter()
        .zip(&observed)
        .take_while(|(one, other)| one == other)
        .count();
    // Without a difference near the beginning nothing is gained by cutting there.
    let start = common.saturating_sub(BEFORE);
    (
        window(&expected, start, limit),
        window(&observed, start, limit),
    )
}

fn window(text: &[char], start: usize, limit: usize) -> String {
    let before = if start > 0 { "…" } else { "" };
    let room = limit.saturating_sub(2);
    let shown: String = text.iter().skip(start).take(room).collect();
    let after = if text.len() > start + room { "…" } else { "" };
    format!("{before}{shown}{after}")
}

/// The text of a debug output without its fields that are `None`. What is absent on one side and present on the other
/// stays visible on the other.
fn without_absent(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(": None") {
        kept.push_str(before);
        rest = after;
        let field = |character: char| character.is_alphanumeric() || character == '_';
        let head = kept.trim_end_matches(field).len();
        let is_field = head < kept.len() && kept[..head].ends_with(['{', ' ']);
        if let Some(next) = after.strip_prefix(", ").filter(|_| is_field) {
            kept.truncate(head);
            rest = next;
        } else if after.starts_with(" }") && is_field {
            kept.truncate(kept[..head].trim_end_matches([',', ' ']).len());
        } else {
            kept.push_str(": None");
        }
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("A { a: None, b: 1 }", "A { b: 1 }")]
    #[case("A { a: 1, b: None }", "A { a: 1 }")]
    #[case("A { a: 1, b: None, c: None }", "A { a: 1 }")]
    #[case("A { a: None }", "A { }")]
    #[case("A { a: B { c: None, d: 2 }, e: None }", "A { a: B { d: 2 } }")]
    #[case("the object is None", "the object is None")]
    #[case("A { ä: None, b: 1 }", "A { b: 1 }")]
    fn absent_fields_are_left_out(#[case] text: &str, #[case] short: &str) {
        assert_eq!(without_absent(text), short);
    }

    #[test]
    fn the_first_difference_is_always_shown() {
        let same = "x".repeat(1000);
        let (expected, observed) = brief(
            &format!("{same}one{same}"),
            &format!("{same}two{same}"),
            100,
        );
        assert!(expected.contains("one"), "{expected}");
        assert!(observed.contains("two"), "{observed}");
        assert!(expected.chars().count() <= 100);
        assert!(expected.starts_with('…') && expected.ends_with('…'));
    }

    #[test]
    fn short_texts_stay_whole() {
        assert_eq!(
            brief("one", "two", 10),
            ("one".to_owned(), "two".to_owned())
        );
    }
}
