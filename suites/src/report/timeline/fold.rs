use super::{Tone, layout::Line};

/// The header and so many lines of the beginning are always shown.
const HEAD: usize = 4;
/// So many lines after the mistake and what was expected, where there is room.
const AFTER: usize = 2;

/// A line, or how many stand in its place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Folded {
    Line(Line),
    LeftOut(usize),
}

/// At most `most` lines: the beginning, and what surrounds the mistake, or the first gap; without either, the end.
pub(super) fn fold(lines: Vec<Line>, most: usize) -> Vec<Folded> {
    let total = lines.len();
    if total <= most {
        return lines.into_iter().map(Folded::Line).collect();
    }
    let wrong = lines.iter().rposition(|line| line.has(Tone::Expected));
    let first = |tone| lines.iter().position(|line: &Line| line.has(tone));
    let wrong = wrong
        .or_else(|| first(Tone::Wrong))
        .or_else(|| first(Tone::Missing));
    // Two lines say what is left out before and after.
    let around = most.saturating_sub(HEAD + 2).max(1);
    let last = wrong.map_or(total, |wrong| wrong + 1 + AFTER).min(total);
    let last = last.max((HEAD + 1 + around).min(total));
    let first = last.saturating_sub(around).max(HEAD);
    let mut shown = Vec::new();
    let mut held = Vec::new();
    for (number, line) in lines.into_iter().enumerate() {
        if number < HEAD || (first..last).contains(&number) {
            leave_out(&mut held, &mut shown);
            shown.push(Folded::Line(line));
        } else {
            held.push(line);
        }
    }
    leave_out(&mut held, &mut shown);
    shown
}

/// Counts the lines in place of showing them, unless that saves nothing.
fn leave_out(held: &mut Vec<Line>, shown: &mut Vec<Folded>) {
    match held.len() {
        0 => {}
        1 => shown.extend(held.drain(..).map(Folded::Line)),
        count => {
            held.clear();
            shown.push(Folded::LeftOut(count));
        }
    }
}
