use super::{
    brief::brief,
    style::{Style, shortened, wrapped},
    timeline::{Timeline, draw},
};
use crate::harness::{Failure, Item, Outcome};

/// Where the text of a screen begins: two blanks, the longest label, two blanks.
const INDENT: usize = 15;
/// So many of the last operations are shown.
const OPERATIONS: usize = 16;
/// Where there are no more than this, each gets several lines.
const FEW: usize = 8;
/// So many characters of what was expected and of what was observed are shown.
const LIMIT: usize = 420;

/// One screen about an item that did not pass: the requirement, the operations that lead to it, what was expected, what
/// was observed, and how to get there again.
pub fn screen(item: &Item, outcome: &Outcome) -> String {
    styled_screen(Style::plain(), item, outcome, None)
}

/// The same for a terminal, with the command that runs just this case again.
pub fn styled_screen(style: Style, item: &Item, outcome: &Outcome, replay: Option<&str>) -> String {
    let case = item.case;
    let name = outcome.name().replace('_', " ");
    let mut screen = Screen {
        style,
        text: format!("{} · {}\n", style.strong(&item.id()), style.bad(&name)),
    };
    let requirement = format!("{} [{}]", case.requirement, item.source());
    screen.part("requirement", &requirement);
    if let Outcome::Failed(failure) = outcome {
        screen.failure(failure);
    }
    if let Some(reason) = outcome.reason() {
        screen.part("reason", reason);
    }
    if let Some(replay) = replay {
        screen.command("replay", replay);
    }
    screen.text
}

struct Screen {
    style: Style,
    text: String,
}

impl Screen {
    fn failure(&mut self, failure: &Failure) {
        match &failure.timeline {
            Some(timeline) => self.timeline(timeline),
            None => self.operations(&failure.operations),
        }
        let (expected, observed) = brief(&failure.expected, &failure.observed, LIMIT);
        self.part("expected", &expected);
        self.part("observed", &observed);
        if let Some(sequence) = &failure.replay {
            self.part("sequence", sequence);
        }
        if let Some(history) = &failure.history {
            self.command("history", history);
        }
    }

    /// What was done beside what watches told. It takes the whole width.
    fn timeline(&mut self, timeline: &Timeline) {
        for line in draw(timeline, &self.style) {
            self.text.push_str(&format!("  {line}\n"));
        }
    }

    fn operations(&mut self, operations: &[String]) {
        let skipped = operations.len().saturating_sub(OPERATIONS);
        let mut label = "operations";
        if skipped > 0 {
            self.line(label, &format!("… {skipped} before"));
            label = "";
        }
        let lines = if operations.len() <= FEW { 3 } else { 1 };
        for (position, operation) in operations.iter().enumerate().skip(skipped) {
            let mut number = format!("{:>2}. ", position + 1);
            for line in self.bounded(operation, number.chars().count(), lines) {
                self.line(label, &format!("{number}{line}"));
                number = " ".repeat(number.chars().count());
                label = "";
            }
        }
    }

    /// The text in so many lines at most, indented by so many characters; an ellipsis ends what does not fit.
    fn bounded(&self, text: &str, indent: usize, most: usize) -> Vec<String> {
        let room = self.room().saturating_sub(indent);
        if most == 1 {
            return vec![shortened(text, room)];
        }
        let mut lines = wrapped(text, room);
        if lines.len() > most {
            let rest = lines.split_off(most - 1).join(" ");
            lines.push(shortened(&rest, room));
        }
        lines
    }

    /// A label and a text in as many lines as it needs.
    fn part(&mut self, mut label: &'static str, text: &str) {
        for line in wrapped(text, self.room()) {
            self.line(label, &line);
            label = "";
        }
    }

    /// A label and a command or path, which stays whole: it is there to be copied.
    fn command(&mut self, label: &'static str, command: &str) {
        let fits = command.chars().count() <= self.room();
        if fits {
            self.line(label, command);
        } else {
            self.line(label, "");
            self.text.push_str(&format!("    {command}\n"));
        }
    }

    fn room(&self) -> usize {
        self.style.width().saturating_sub(INDENT)
    }

    fn line(&mut self, label: &str, text: &str) {
        let label = self.style.quiet(&format!("{label:<11}"));
        let line = format!("  {label}  {text}");
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

#[cfg(test)]
#[path = "screen_tests.rs"]
mod tests;
