use std::collections::HashMap;

use super::{Change, ChangeKind};
use crate::{
    harness::{Exit, Seed},
    report::record::{CaseRecord, OutcomeKind, Report, SubjectRecord},
};

/// What is different between two runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference<'a> {
    /// What makes the runs hard to compare.
    pub notes: Vec<String>,
    /// Those of the later run in its order, then those that only the earlier one had.
    pub subjects: Vec<SubjectDifference<'a>>,
    /// Where the randomness of the later run came from.
    pub seed: Seed,
}

/// What is different of one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct SubjectDifference<'a> {
    /// The subject in the earlier run.
    pub old: Option<&'a SubjectRecord>,
    /// The subject in the later run.
    pub new: Option<&'a SubjectRecord>,
    /// The cases that are different, in the order of the table; those that are gone come last.
    pub changes: Vec<Change<'a>>,
}

/// Compares two runs. Subjects are the same where their names are, or where there is one in each run.
pub fn difference<'a>(old: &'a Report, new: &'a Report) -> Difference<'a> {
    let mut earlier: Vec<Option<&SubjectRecord>> = old.subjects.iter().map(Some).collect();
    let alone = old.subjects.len() == 1 && new.subjects.len() == 1;
    let mut subjects = Vec::new();
    for subject in &new.subjects {
        let same = earlier
            .iter_mut()
            .find(|before| before.is_some_and(|before| alone || before.name == subject.name));
        let before = same.and_then(Option::take);
        subjects.push(SubjectDifference::of(before, Some(subject)));
    }
    let left = earlier.into_iter().flatten();
    subjects.extend(left.map(|before| SubjectDifference::of(Some(before), None)));
    Difference {
        notes: notes(old, new),
        subjects,
        seed: new.seed,
    }
}

fn notes(old: &Report, new: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    if old.suite_version != new.suite_version {
        notes.push(format!(
            "The suites are not the same: {} before, {} now. Cases may be new or gone for that.",
            old.suite_version, new.suite_version
        ));
    }
    if (&old.suites, &old.filters) != (&new.suites, &new.filters) {
        let selection = |report: &Report| match [&*report.suites, &*report.filters].concat() {
            all if all.is_empty() => "everything".to_owned(),
            some => some.join(", "),
        };
        notes.push(format!(
            "Other cases were selected: {} before, {} now.",
            selection(old),
            selection(new)
        ));
    }
    notes
}

impl<'a> SubjectDifference<'a> {
    fn of(old: Option<&'a SubjectRecord>, new: Option<&'a SubjectRecord>) -> Self {
        let mut changes = Vec::new();
        if let (Some(old), Some(new)) = (old, new)
            && old.problem.is_none()
            && new.problem.is_none()
        {
            changes = compared(&old.cases, &new.cases);
        }
        Self { old, new, changes }
    }

    /// The subject's name, and the one it had before where that was another.
    pub fn name(&self) -> String {
        match (self.old, self.new) {
            (Some(old), Some(new)) if old.name != new.name => {
                format!("{} → {}", old.name, new.name)
            }
            (_, Some(one)) | (Some(one), None) => one.name.clone(),
            (None, None) => String::new(),
        }
    }

    /// Why its cases cannot be compared, where that is so.
    pub fn obstacle(&self) -> Option<String> {
        match (self.old, self.new) {
            (None, _) => Some("It was not judged in the earlier run.".to_owned()),
            (_, None) => Some("It was not judged in the later run.".to_owned()),
            (Some(old), Some(new)) => match (&old.problem, &new.problem) {
                (_, Some(problem)) => Some(format!("It could not be judged now: {problem}")),
                (Some(problem), _) => Some(format!("It could not be judged before: {problem}")),
                (None, None) => None,
            },
        }
    }

    /// The changes of a kind.
    pub fn of_kind(&self, kind: ChangeKind) -> impl Iterator<Item = &Change<'a>> {
        self.changes
            .iter()
            .filter(move |change| change.kind == kind)
    }

    /// The same, those that keep the subject from conforming first.
    pub(super) fn gravest_first(&self, kind: ChangeKind) -> Vec<&Change<'a>> {
        let mut changes: Vec<_> = self.of_kind(kind).collect();
        changes.sort_by_key(|change| !change.is_wrong());
        changes
    }

    /// How many cases failed in both runs.
    pub fn still_failing(&self) -> usize {
        let (Some(old), Some(new)) = (self.old, self.new) else {
            return 0;
        };
        let fails = |case: &&CaseRecord| {
            matches!(
                case.outcome,
                OutcomeKind::Failed | OutcomeKind::KnownFailure
            )
        };
        let before: Vec<&str> = old
            .cases
            .iter()
            .filter(fails)
            .map(|case| &*case.id)
            .collect();
        let now = new.cases.iter().filter(fails);
        now.filter(|case| before.contains(&&*case.id)).count()
    }

    fn exit(&self) -> Exit {
        let judged = |subject: &SubjectRecord| subject.problem.is_none();
        if self.old.is_some_and(judged) && self.new.is_some_and(|new| new.problem.is_some()) {
            return Exit::Environment;
        }
        if self.of_kind(ChangeKind::Regressed).next().is_some() {
            return Exit::Regressed;
        }
        if self.of_kind(ChangeKind::Unclear).next().is_some() {
            return Exit::Inconclusive;
        }
        Exit::Conforms
    }
}

impl Difference<'_> {
    /// What a comparison ends with: [`Exit::Regressed`] where a case fails that did not.
    pub fn exit(&self) -> Exit {
        Exit::worst(self.subjects.iter().map(SubjectDifference::exit))
    }

    /// How many changes of a kind there are.
    pub fn count(&self, kind: ChangeKind) -> usize {
        let subjects = self.subjects.iter();
        subjects.map(|subject| subject.of_kind(kind).count()).sum()
    }

    /// How many of what could not regress, since nobody looked before, keep a subject from conforming all the same.
    fn wrong_among(&self, kind: ChangeKind) -> String {
        if !matches!(kind, ChangeKind::New | ChangeKind::Support) {
            return String::new();
        }
        let subjects = self.subjects.iter();
        let changes = subjects.flat_map(|subject| subject.of_kind(kind));
        match changes.filter(|change| change.is_wrong()).count() {
            0 => String::new(),
            wrong => format!(" ({wrong} not as it should be)"),
        }
    }

    /// Everything in one sentence.
    pub fn verdict(&self) -> String {
        let parts: Vec<String> = ChangeKind::ALL
            .into_iter()
            .filter(|kind| *kind != ChangeKind::Regressed)
            .map(|kind| (self.count(kind), kind))
            .filter(|(count, _)| *count > 0)
            .map(|(count, kind)| format!("{count} {}{}", kind.words(), self.wrong_among(kind)))
            .collect();
        let head = match self.count(ChangeKind::Regressed) {
            0 => "nothing regressed".to_owned(),
            count => format!("{count} regressed"),
        };
        if parts.is_empty() {
            head
        } else {
            format!("{head}, {}", parts.join(", "))
        }
    }
}

fn compared<'a>(old: &'a [CaseRecord], new: &'a [CaseRecord]) -> Vec<Change<'a>> {
    let before: HashMap<&str, &CaseRecord> = old.iter().map(|case| (&*case.id, case)).collect();
    let now: HashMap<&str, &CaseRecord> = new.iter().map(|case| (&*case.id, case)).collect();
    let there = new
        .iter()
        .filter_map(|case| Change::between(before.get(&*case.id).copied(), Some(case)));
    let gone = old.iter().filter(|case| !now.contains_key(&*case.id));
    there
        .chain(gone.filter_map(|case| Change::between(Some(case), None)))
        .collect()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
