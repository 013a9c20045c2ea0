//! Text that stays text, whatever is in it.

/// The text as code within a line: between runs of backticks longer than any of its own.
///
/// Not for cells of tables, where a vertical bar ends even code.
pub(in crate::report) fn code(text: &str) -> String {
    let text = one_line(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    // A blank on both sides is no part of the code, and keeps backticks of the text away from the fence.
    let pad = if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The text as code in a cell of a table, or wherever HTML stands in Markdown.
pub(in crate::report) fn html_code(text: &str) -> String {
    let mut escaped = String::from("<code>");
    for character in one_line(text).chars() {
        let plain = !character.is_ascii_punctuation() || ".,-:/=".contains(character);
        if plain {
            escaped.push(character);
        } else {
            escaped.push_str(&format!("&#{};", u32::from(character)));
        }
    }
    escaped.push_str("</code>");
    escaped
}

/// The text as words of a sentence: nothing in it is a sign, and nobody is called by their name.
pub(in crate::report) fn words(text: &str) -> String {
    let mut escaped = String::new();
    for character in one_line(text).chars() {
        match character {
            // An entity alone would still be read as the name of somebody, or the number of something.
            '@' | '#' => escaped.push_str(&format!("<span>&#{};</span>", u32::from(character))),
            '.' | ',' | '-' | ':' | '/' | '(' | ')' | ';' | '?' | '\'' | '"' | '=' => {
                escaped.push(character);
            }
            sign if sign.is_ascii_punctuation() => {
                escaped.push_str(&format!("&#{};", u32::from(sign)));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// The text as a block of code, between fences longer than any run of backticks in it.
pub(in crate::report) fn block(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    let text = text.replace('\r', " ");
    let text = text.trim_end_matches('\n');
    format!("{fence}{language}\n{text}\n{fence}\n")
}

/// The text without what would end the line it stands in.
fn one_line(text: &str) -> String {
    let blank = |character: char| match character {
        character if character.is_control() => ' ',
        '\u{2028}' | '\u{2029}' => ' ',
        other => other,
    };
    text.chars().map(blank).collect()
}

fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a::b", "`a::b`")]
    #[case("a`b", "``a`b``")]
    #[case("``", "``` `` ```")]
    #[case("", "`  `")]
    #[case("a\nb", "`a b`")]
    fn code_is_fenced(#[case] text: &str, #[case] escaped: &str) {
        assert_eq!(code(text), escaped);
    }

    #[rstest]
    #[case("a|b", "<code>a&#124;b</code>")]
    #[case("a\\|b", "<code>a&#92;&#124;b</code>")]
    #[case("</code>", "<code>&#60;/code&#62;</code>")]
    #[case("etcd:3.5.16,members=3", "<code>etcd:3.5.16,members=3</code>")]
    fn cells_hold_no_sign(#[case] text: &str, #[case] escaped: &str) {
        assert_eq!(html_code(text), escaped);
    }

    #[rstest]
    #[case("It holds, as said (once).", "It holds, as said (once).")]
    #[case("*a* @b #1", "&#42;a&#42; <span>&#64;</span>b <span>&#35;</span>1")]
    #[case("<b>", "&#60;b&#62;")]
    fn words_are_words(#[case] text: &str, #[case] escaped: &str) {
        assert_eq!(words(text), escaped);
    }

    proptest! {
        #[test]
        fn nothing_ends_its_block(text in "(?s)[`~\\n\\r a-c|<]{0,60}") {
            let shown = block("text", &text);
            let fence = shown.split("text").next().unwrap();
            let inner = shown.strip_prefix(&format!("{fence}text\n")).unwrap();
            let inner = inner.strip_suffix(&format!("\n{fence}\n")).unwrap();
            prop_assert!(fence.len() >= 3);
            prop_assert!(!inner.contains(fence), "{shown:?}");
        }

        #[test]
        fn nothing_ends_its_line(text in any::<String>()) {
            for shown in [code(&text), html_code(&text), words(&text)] {
                prop_assert_eq!(shown.lines().count().max(1), 1);
            }
            prop_assert!(!html_code(&text).contains('|'));
            prop_assert_eq!(html_code(&text).matches('<').count(), 2);
        }
    }
}
