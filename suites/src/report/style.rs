/// The widest a line gets, whatever the terminal offers: text is read, not surveyed.
const WIDEST: usize = 80;
/// The narrowest that still shows a case's name.
const NARROWEST: usize = 40;

/// How text is laid out: how wide, and whether in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    width: usize,
    colour: bool,
}

impl Style {
    /// Plain text of at most 80 columns.
    pub const fn plain() -> Self {
        Self {
            width: WIDEST,
            colour: false,
        }
    }

    /// The same for a terminal of `columns`; no line gets wider than 80.
    #[must_use]
    pub const fn columns(mut self, columns: usize) -> Self {
        self.width = if columns < NARROWEST {
            NARROWEST
        } else if columns > WIDEST {
            WIDEST
        } else {
            columns
        };
        self
    }

    /// The same, in colour or not.
    #[must_use]
    pub const fn colour(mut self, colour: bool) -> Self {
        self.colour = colour;
        self
    }

    /// The widest that a line may be.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// What is as it should be.
    pub fn good(&self, text: &str) -> String {
        self.painted(text, "32")
    }

    /// What is wrong.
    pub fn bad(&self, text: &str) -> String {
        self.painted(text, "31")
    }

    /// What to look at, though it is nobody's fault yet.
    pub fn doubtful(&self, text: &str) -> String {
        self.painted(text, "33")
    }

    /// What matters less.
    pub fn quiet(&self, text: &str) -> String {
        self.painted(text, "2")
    }

    /// What a block is about.
    pub fn strong(&self, text: &str) -> String {
        self.painted(text, "1")
    }

    fn painted(&self, text: &str, code: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// The text in at most `width` characters, with an ellipsis where it was longer.
pub fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept = text
        .chars()
        .take(width.saturating_sub(1))
        .collect::<String>();
    format!("{}…", kept.trim_end())
}

/// The text in lines of at most `width` characters, broken between words; a word that is too long is broken itself.
/// Line breaks of the text stay.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    text.lines()
        .flat_map(|line| wrapped_line(line, width.max(1)))
        .collect()
}

fn wrapped_line(line: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut length = 0;
    for word in line.split_whitespace() {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length > width {
            lines.push(std::mem::take(&mut current));
            length = 0;
        }
        if length > 0 {
            current.push(' ');
            length += 1;
        }
        for character in word.chars() {
            if length == width {
                lines.push(std::mem::take(&mut current));
                length = 0;
            }
            current.push(character);
            length += 1;
        }
    }
    if length > 0 {
        lines.push(current);
    }
    lines
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("", 10, &[])]
    #[case("one two three", 13, &["one two three"])]
    #[case("one two three", 12, &["one two", "three"])]
    #[case("abcdefghij", 4, &["abcd", "efgh", "ij"])]
    #[case("a bcdefghij", 4, &["a", "bcde", "fghi", "j"])]
    #[case("one\ntwo", 10, &["one", "two"])]
    #[case("äöü äöü", 3, &["äöü", "äöü"])]
    fn lines_break_between_words(#[case] text: &str, #[case] width: usize, #[case] lines: &[&str]) {
        assert_eq!(wrapped(text, width), lines);
    }

    #[rstest]
    #[case("short", 5, "short")]
    #[case("longer", 5, "long…")]
    #[case("two words", 5, "two…")]
    #[case("äöüäöü", 4, "äöü…")]
    fn what_does_not_fit_ends_in_an_ellipsis(
        #[case] text: &str,
        #[case] width: usize,
        #[case] short: &str,
    ) {
        assert_eq!(shortened(text, width), short);
    }

    #[rstest]
    #[case(10, 40)]
    #[case(66, 66)]
    #[case(200, 80)]
    fn the_width_stays_readable(#[case] columns: usize, #[case] width: usize) {
        assert_eq!(Style::plain().columns(columns).width(), width);
    }

    #[test]
    fn colour_is_only_there_where_it_was_asked_for() {
        assert_eq!(Style::plain().bad("x"), "x");
        assert_eq!(Style::plain().colour(true).bad("x"), "\x1b[31mx\x1b[0m");
    }
}
