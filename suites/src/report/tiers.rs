//! What many cases of the wire contract together say: whether Kubernetes can live on such a server.

pub use super::feature::Feature;
use super::record::{OutcomeKind, VerdictLine};
use crate::{
    harness::{Capabilities, Capability, Isolation, Item, Selection},
    requirements::{self, Tier},
};

/// The suite whose cases are weighed so. Cases of other suites look at a store, not at the server below it.
pub const CONTRACT: &str = "contract";

/// So many ids are named as reasons.
const NAMED: usize = 8;

/// How one case came out, for one requirement that it looks at and one feature that takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked<'a> {
    /// Who depends on the requirement.
    pub tier: Tier,
    /// How the case came out.
    pub outcome: OutcomeKind,
    /// The requirement's id.
    pub requirement: &'a str,
    /// What newer releases want it for, where that is known.
    pub feature: Option<Feature>,
}

/// The tier that a case is weighed by: the gravest of its requirements, where it belongs to [`CONTRACT`].
pub fn tier_of(item: &Item) -> Option<Tier> {
    if item.case.suite() != CONTRACT {
        return None;
    }
    let ids = item.source().split_whitespace();
    ids.filter_map(requirements::find)
        .map(|requirement| requirement.tier)
        .filter_map(|tier| Some((gravity(tier)?, tier)))
        .min_by_key(|(gravity, _)| *gravity)
        .map(|(_, tier)| tier)
}

/// Smaller is graver; `None` for tiers that say nothing of a server.
const fn gravity(tier: Tier) -> Option<u8> {
    match tier {
        Tier::Kubernetes => Some(0),
        Tier::NewerKubernetes => Some(1),
        Tier::Parity => Some(2),
        Tier::Version => Some(3),
        _ => None,
    }
}

/// What one case says, for each requirement and each feature that takes it. `capabilities` are the subject's: where a case
/// could not look because it was not let, that is nothing a server can be blamed for.
pub fn looked(
    item: &Item,
    outcome: OutcomeKind,
    capabilities: Capabilities,
) -> Vec<Looked<'static>> {
    if item.case.suite() != CONTRACT {
        return Vec::new();
    }
    let outcome = match outcome {
        OutcomeKind::NotSupported if is_withheld(item, capabilities) => OutcomeKind::Inconclusive,
        other => other,
    };
    let ids = item.source().split_whitespace();
    let weighed = ids.filter_map(requirements::find);
    weighed
        .filter(|requirement| gravity(requirement.tier).is_some())
        .flat_map(|requirement| {
            let looked = move |feature| Looked {
                tier: requirement.tier,
                outcome,
                requirement: requirement.id,
                feature,
            };
            let mut features: Vec<_> = Feature::of(requirement.id).map(Some).collect();
            if features.is_empty() {
                features.push(None);
            }
            features.into_iter().map(looked)
        })
        .collect()
}

/// Whether a case needs to be let do something that it is not let do here.
fn is_withheld(item: &Item, capabilities: Capabilities) -> bool {
    let exclusive = match item.case.isolation {
        Isolation::Exclusive => Some(Capability::Exclusive),
        Isolation::Prefix | Isolation::Breaking | Isolation::Own => None,
    };
    let mut needs = item.case.needs.iter().copied().chain(exclusive);
    needs.any(|need| {
        let granted = need.is_hook() || need == Capability::Exclusive;
        granted && !capabilities.has(need)
    })
}

/// Whether this selection leaves out no case of [`CONTRACT`].
pub fn is_whole(selection: &Selection) -> bool {
    let selected = |name: &String| name == CONTRACT;
    selection.filters.is_empty()
        && (selection.suites.is_empty() || selection.suites.iter().any(selected))
}

/// The lines of a verdict, the gravest question first; none where nothing was looked at. `whole` where no case of the
/// suite was left out: else nothing can be answered with a yes.
pub fn verdicts(looked: &[Looked<'_>], whole: bool) -> Vec<VerdictLine> {
    let of = |tier| looked.iter().filter(move |looked| looked.tier == tier);
    let mut lines = Vec::new();
    if !looked.is_empty() {
        lines.push(usable(
            "Usable as a Kubernetes backend",
            Found::of(of(Tier::Kubernetes)),
            whole,
        ));
    }
    for (feature, name, _) in Feature::TABLE {
        let newer = of(Tier::NewerKubernetes).filter(|looked| looked.feature == Some(feature));
        let found = Found::of(newer);
        if found.total() > 0 {
            lines.push(usable(&format!("Good for {name}"), found, whole));
        }
    }
    let other = Found::of(of(Tier::NewerKubernetes).filter(|looked| looked.feature.is_none()));
    if other.total() > 0 {
        lines.push(usable("Good for newer Kubernetes besides", other, whole));
    }
    for (tier, name) in [
        (Tier::Parity, "Like etcd for other clients"),
        (Tier::Version, "Like the etcd of its version"),
    ] {
        let found = Found::of(of(tier));
        if found.total() > 0 {
            lines.push(counted(name, &found));
        }
    }
    lines
}

/// Requirements by what their cases say together: the worst.
#[derive(Debug, Default)]
struct Found<'a> {
    holds: usize,
    /// In this order: failed, not supported, unclear.
    failed: Vec<&'a str>,
    not_supported: Vec<&'a str>,
    unclear: Vec<&'a str>,
}

impl<'a> Found<'a> {
    fn of<'b: 'a>(looked: impl Iterator<Item = &'a Looked<'b>>) -> Self {
        let mut worst: Vec<(&str, u8)> = Vec::new();
        for looked in looked {
            let badness = match looked.outcome {
                OutcomeKind::Failed | OutcomeKind::KnownFailure => 3,
                OutcomeKind::NotSupported => 2,
                OutcomeKind::Inconclusive | OutcomeKind::Broken => 1,
                OutcomeKind::Passed | OutcomeKind::UnexpectedPass => 0,
            };
            match worst.iter_mut().find(|(id, _)| *id == looked.requirement) {
                Some((_, so_far)) => *so_far = badness.max(*so_far),
                None => worst.push((looked.requirement, badness)),
            }
        }
        let mut found = Self::default();
        for (id, badness) in worst {
            match badness {
                3 => found.failed.push(id),
                2 => found.not_supported.push(id),
                1 => found.unclear.push(id),
                _ => found.holds += 1,
            }
        }
        found
    }

    fn total(&self) -> usize {
        self.holds + self.failed.len() + self.not_supported.len() + self.unclear.len()
    }

    /// What failed and what is not supported, in words.
    fn reasons(&self) -> String {
        let plural = |ids: &[&str]| if ids.len() == 1 { "is" } else { "are" };
        let parts = [
            (&self.failed, "failed".to_owned()),
            (
                &self.not_supported,
                format!("{} not supported", plural(&self.not_supported)),
            ),
            (&self.unclear, format!("{} unclear", plural(&self.unclear))),
        ];
        let parts = parts.iter().filter(|(ids, _)| !ids.is_empty());
        let parts: Vec<String> = parts
            .map(|(ids, what)| format!("{} {what}", listed(ids)))
            .collect();
        parts.join("; ")
    }
}

/// The ids as one reads them out, the first of many.
fn listed(ids: &[&str]) -> String {
    let shown = ids.iter().take(NAMED).copied().collect::<Vec<_>>();
    match ids.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A question that everything must hold for.
fn usable(question: &str, found: Found<'_>, whole: bool) -> VerdictLine {
    let no = found.failed.len() + found.not_supported.len() > 0;
    let (answer, holds) = if no {
        (format!("no, because {}", found.reasons()), Some(false))
    } else if !found.unclear.is_empty() {
        (format!("not known, because {}", found.reasons()), None)
    } else if !whole || found.total() == 0 {
        let looked = match found.total() {
            1 => "the one requirement that was looked at holds".to_owned(),
            many => format!("{many} requirements were looked at and hold"),
        };
        (
            format!("not known, because cases were left out; {looked}"),
            None,
        )
    } else {
        ("yes".to_owned(), Some(true))
    };
    VerdictLine {
        text: format!("{question}: {answer}."),
        holds,
    }
}

/// How many hold of what is no condition. What is not supported is no mistake.
fn counted(name: &str, found: &Found<'_>) -> VerdictLine {
    let mut text = format!("{name}: {} of {}", found.holds, found.total());
    if found.holds < found.total() {
        text.push_str(&format!(" ({})", found.reasons()));
    }
    text.push('.');
    VerdictLine {
        text,
        holds: if !found.failed.is_empty() {
            Some(false)
        } else if found.holds < found.total() {
            None
        } else {
            Some(true)
        },
    }
}

#[cfg(test)]
#[path = "tiers_tests.rs"]
mod tests;
