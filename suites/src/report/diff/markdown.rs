use super::{ChangeKind, Difference, SubjectDifference, text::SHOWN};
use crate::{
    harness::{Exit, Seed},
    report::{
        markdown::{cell_code, code, words},
        replay, shortened,
    },
};

/// GitHub takes 65,536 characters a comment: beyond this many bytes nothing is told one by one any more.
const LIMIT: usize = 50_000;
/// A text of a line gets no longer.
const TEXT: usize = 300;

/// The difference as a comment on a pull request.
pub fn markdown(difference: &Difference<'_>) -> String {
    let sign = match difference.exit() {
        Exit::Conforms => '✓',
        Exit::Inconclusive => '?',
        _ => '✗',
    };
    let mut out = format!("{sign} **{}**\n\n", words(&difference.verdict()));
    for note in &difference.notes {
        out.push_str(&format!("{}\n\n", words(note)));
    }
    table(&mut out, difference);
    for subject in &difference.subjects {
        for kind in ChangeKind::ALL {
            of_kind(&mut out, subject, kind, difference.seed);
        }
    }
    out
}

fn table(out: &mut String, difference: &Difference<'_>) {
    out.push_str("| subject |");
    for kind in ChangeKind::ALL {
        out.push_str(&format!(" {} |", kind.words()));
    }
    out.push_str(" still failing |\n|---|");
    out.push_str(&"---|".repeat(ChangeKind::ALL.len() + 1));
    out.push('\n');
    let number = |count: usize| match count {
        0 => String::new(),
        some => some.to_string(),
    };
    for subject in &difference.subjects {
        out.push_str(&format!(
            "| {} |",
            cell_code(&shortened(&subject.name(), TEXT))
        ));
        for kind in ChangeKind::ALL {
            out.push_str(&format!(" {} |", number(subject.of_kind(kind).count())));
        }
        out.push_str(&format!(" {} |\n", number(subject.still_failing())));
    }
    out.push('\n');
    for subject in &difference.subjects {
        if let Some(obstacle) = subject.obstacle() {
            let name = code(&shortened(&subject.name(), TEXT));
            out.push_str(&format!(
                "{name}: {}\n\n",
                words(&shortened(&obstacle, TEXT))
            ));
        }
    }
}

fn of_kind(out: &mut String, subject: &SubjectDifference<'_>, kind: ChangeKind, seed: Seed) {
    let changes = subject.gravest_first(kind);
    if changes.is_empty() {
        return;
    }
    let most = match kind {
        ChangeKind::Regressed => usize::MAX,
        _ => SHOWN,
    };
    let mut shown = 0;
    let open = if kind == ChangeKind::Regressed {
        " open"
    } else {
        ""
    };
    out.push_str(&format!(
        "<details{open}><summary>{} {} {} · {}</summary>\n\n",
        kind.sign(),
        changes.len(),
        kind.words(),
        cell_code(&shortened(&subject.name(), TEXT))
    ));
    for change in changes.iter().take(most) {
        if out.len() > LIMIT {
            break;
        }
        shown += 1;
        let case = change.case();
        out.push_str(&format!("- {} {}", code(&case.id), change.outcomes()));
        if kind == ChangeKind::Regressed {
            out.push_str(&format!(": {}", words(&shortened(&case.requirement, TEXT))));
            if let Some(reason) = change.reason() {
                out.push_str(&format!("\n  observed {}", code(&shortened(reason, TEXT))));
            }
            if let Some(new) = subject.new {
                out.push_str(&format!("\n  {}", code(&replay(&new.name, &case.id, seed))));
            }
        }
        out.push('\n');
    }
    let more = changes.len() - shown;
    if more > 0 {
        out.push_str(&format!("- {more} more in the reports themselves\n"));
    }
    out.push_str("\n</details>\n\n");
}
