use super::{
    Timeline, Tone,
    elide::width,
    fold::{Folded, fold},
    layout::{Line, layout},
};
use crate::report::style::Style;

/// What is left of a screen once requirement, expectation and observation are on it.
const LINES: usize = 16;
/// A screen indents every line by this much.
const MARGIN: usize = 2;

/// The timeline as lines of text, no more than a screen has room for and none wider than it.
///
/// The first line is a header. Watches have a column each, or share one where that would be too narrow. The first
/// mistake has a mark before it, and what should have stood there below it. Of a long history the beginning and what
/// surrounds the mistake is drawn, with the number of lines left out in between.
pub fn draw(timeline: &Timeline, style: &Style) -> Vec<String> {
    let lines = layout(timeline, style.width().saturating_sub(MARGIN));
    let folded = fold(lines, LINES).into_iter().enumerate();
    let drawn = folded.map(|(number, line)| match line {
        Folded::LeftOut(count) => style.quiet(&format!("  … {count} lines left out")),
        Folded::Line(line) if number == 0 => style.quiet(&plain(&line)),
        Folded::Line(line) => painted(&line, style),
    });
    drawn.collect()
}

fn plain(line: &Line) -> String {
    painted(line, &Style::plain())
}

fn painted(line: &Line, style: &Style) -> String {
    let mut text = toned(&line.left, line.tone, style);
    let mut at = width(&line.left);
    for piece in &line.right {
        let mark = if piece.tone == Tone::Wrong {
            "✗ "
        } else {
            ""
        };
        let begin = piece.at.saturating_sub(width(mark));
        text.push_str(&" ".repeat(begin.saturating_sub(at)));
        let shown = format!("{mark}{}", piece.text);
        at = begin + width(&shown);
        text.push_str(&toned(&shown, piece.tone, style));
    }
    text
}

fn toned(text: &str, tone: Tone, style: &Style) -> String {
    match tone {
        Tone::Told => text.to_owned(),
        Tone::Missing => style.doubtful(text),
        Tone::Wrong => style.bad(text),
        Tone::Expected => style.good(text),
    }
}
