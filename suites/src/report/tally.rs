use super::{record::OutcomeKind, style::Style};
use crate::harness::Counts;

/// How a kind of outcome is painted.
pub(super) type Paint = fn(&Style, &str) -> String;

/// How many came out how, in the order in which people read it.
pub(super) const fn by_kind(counts: &Counts) -> [(usize, OutcomeKind); 7] {
    [
        (counts.passed, OutcomeKind::Passed),
        (counts.failed, OutcomeKind::Failed),
        (counts.not_supported, OutcomeKind::NotSupported),
        (counts.known_failure, OutcomeKind::KnownFailure),
        (counts.unexpected_pass, OutcomeKind::UnexpectedPass),
        (counts.inconclusive, OutcomeKind::Inconclusive),
        (counts.broken, OutcomeKind::Broken),
    ]
}

/// How many there are, however they came out.
#[cfg(feature = "command")]
pub(super) fn total(counts: &Counts) -> usize {
    by_kind(counts).iter().map(|(count, _)| count).sum()
}

/// How a kind of outcome is painted where it came up.
pub(super) fn paint(kind: OutcomeKind) -> Paint {
    match kind {
        OutcomeKind::Passed => Style::good,
        OutcomeKind::NotSupported => Style::quiet,
        OutcomeKind::KnownFailure | OutcomeKind::Inconclusive => Style::doubtful,
        OutcomeKind::Failed | OutcomeKind::UnexpectedPass | OutcomeKind::Broken => Style::bad,
    }
}

/// A sign for each kind of outcome, for where words do not fit.
#[cfg(feature = "command")]
pub(super) const fn sign(kind: OutcomeKind) -> char {
    match kind {
        OutcomeKind::Passed => '✓',
        OutcomeKind::Failed => '✗',
        OutcomeKind::UnexpectedPass => '+',
        OutcomeKind::NotSupported => '–',
        OutcomeKind::KnownFailure => '~',
        OutcomeKind::Inconclusive => '?',
        OutcomeKind::Broken => '!',
    }
}

/// How many passed, and how many came out in any other way.
pub(super) fn tally(counts: &Counts, style: &Style) -> String {
    let shown = |(count, kind): &(usize, OutcomeKind)| *count > 0 || *kind == OutcomeKind::Passed;
    let parts = by_kind(counts).into_iter().filter(shown);
    let painted = parts.map(|(count, kind)| {
        let text = format!("{count} {}", kind.words());
        // Nothing is neither good nor bad.
        let paint = if count > 0 { paint(kind) } else { Style::quiet };
        paint(style, &text)
    });
    painted.collect::<Vec<_>>().join(", ")
}

/// What kind of outcome a few cases together are: the gravest of theirs. `None` where there is no case.
#[cfg(feature = "command")]
pub(super) fn gravest(counts: &Counts) -> Option<OutcomeKind> {
    const GRAVEST_FIRST: [OutcomeKind; 7] = [
        OutcomeKind::Failed,
        OutcomeKind::UnexpectedPass,
        OutcomeKind::Broken,
        OutcomeKind::Inconclusive,
        OutcomeKind::KnownFailure,
        OutcomeKind::Passed,
        OutcomeKind::NotSupported,
    ];
    let there: Vec<OutcomeKind> = by_kind(counts)
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, kind)| kind)
        .collect();
    GRAVEST_FIRST.into_iter().find(|kind| there.contains(kind))
}
