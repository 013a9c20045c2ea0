use std::fmt::Write;

use crate::harness::{Item, Outcome};

/// One screen about an item that did not pass: the requirement, the operations that lead to it, what was expected, what
/// was observed, and how to get there again.
pub fn screen(item: &Item, outcome: &Outcome) -> String {
    let mut text = String::new();
    let case = item.case;
    let _ = writeln!(text, "{} · {}", item.id(), outcome.name().replace('_', " "));
    let _ = writeln!(
        text,
        "  requirement  {} [{}]",
        case.requirement, case.source
    );
    if let Outcome::Failed(failure) = outcome {
        for (position, operation) in failure.operations.iter().enumerate() {
            let label = if position == 0 { "operations" } else { "" };
            let _ = writeln!(text, "  {label:<11}  {:>2}. {operation}", position + 1);
        }
        let _ = writeln!(text, "  expected     {}", failure.expected);
        let _ = writeln!(text, "  observed     {}", failure.observed);
        if let Some(replay) = &failure.replay {
            let _ = writeln!(text, "  replay       {replay}");
        }
    }
    if let Some(reason) = outcome.reason() {
        let _ = writeln!(text, "  reason       {reason}");
    }
    text
}
