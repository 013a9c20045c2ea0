use super::{Change, ChangeKind, Difference, SubjectDifference};
use crate::{
    harness::{Exit, Seed},
    report::{
        replay,
        style::{Style, shortened, wrapped},
        tally::Paint,
    },
};

/// So many changes of a kind are shown one by one. What regressed is shown whole.
pub(super) const SHOWN: usize = 20;
/// So many characters of a reason are shown.
const REASON: usize = 300;

/// The difference as a terminal shows it. Commands stay whole; nothing else is wider than the style allows.
pub fn text(difference: &Difference<'_>, style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    for note in &difference.notes {
        lines.extend(wrapped(note, style.width()));
    }
    if !difference.notes.is_empty() {
        lines.push(String::new());
    }
    for subject in &difference.subjects {
        lines.extend(of_subject(subject, difference.seed, style));
        lines.push(String::new());
    }
    let paint: Paint = match difference.exit() {
        Exit::Conforms => Style::good,
        Exit::Inconclusive => Style::doubtful,
        _ => Style::bad,
    };
    let verdict = wrapped(&difference.verdict(), style.width());
    lines.extend(verdict.iter().map(|line| paint(style, line)));
    lines
}

fn of_subject(subject: &SubjectDifference<'_>, seed: Seed, style: &Style) -> Vec<String> {
    let name = shortened(&subject.name(), style.width());
    let mut lines = vec![style.strong(&name)];
    if let Some(obstacle) = subject.obstacle() {
        let obstacle = wrapped(&obstacle, style.width() - 2);
        lines.extend(obstacle.iter().map(|line| format!("  {line}")));
        return lines;
    }
    for kind in ChangeKind::ALL {
        let changes = subject.gravest_first(kind);
        if changes.is_empty() {
            continue;
        }
        let most = match kind {
            ChangeKind::Regressed => usize::MAX,
            _ => SHOWN,
        };
        let head = format!("{} {}", changes.len(), kind.words());
        lines.push(format!("  {}", paint(kind)(style, &head)));
        for change in changes.iter().take(most) {
            let head = format!(
                "{} {} · {}",
                kind.sign(),
                change.case().id,
                change.outcomes()
            );
            lines.push(format!("    {}", shortened(&head, style.width() - 4)));
            if kind == ChangeKind::Regressed {
                let command = subject
                    .new
                    .map(|new| replay(&new.name, &change.case().id, seed));
                lines.extend(regression(change, command, style));
            }
        }
        let more = changes.len().saturating_sub(most);
        if more > 0 {
            lines.push(format!("    … {more} more"));
        }
    }
    let still = subject.still_failing();
    if still > 0 {
        let verb = if still == 1 { "fails" } else { "fail" };
        lines.push(format!("  {still} failed before and {verb} now"));
    }
    if lines.len() == 1 {
        lines.push("  no change".to_owned());
    }
    lines
}

/// What must hold, what was seen instead, and how to see it again.
fn regression(change: &Change<'_>, command: Option<String>, style: &Style) -> Vec<String> {
    let case = change.case();
    let requirement = format!("{} [{}]", case.requirement, case.requirement_ids.join(" "));
    let mut lines = wrapped(&requirement, style.width() - 8);
    if let Some(reason) = change.reason() {
        let reason = shortened(reason, REASON);
        let mut label = "observed  ";
        for line in wrapped(&reason, style.width() - 18) {
            lines.push(format!("{label}{line}"));
            label = "          ";
        }
    }
    lines.extend(command);
    lines.iter().map(|line| format!("        {line}")).collect()
}

fn paint(kind: ChangeKind) -> Paint {
    match kind {
        ChangeKind::Regressed => Style::bad,
        ChangeKind::Unclear | ChangeKind::Excused | ChangeKind::Support => Style::doubtful,
        ChangeKind::Fixed => Style::good,
        ChangeKind::New | ChangeKind::Gone => Style::strong,
    }
}
