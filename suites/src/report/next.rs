//! What to do after a run.

use super::{
    record::{CaseRecord, OutcomeKind, Report, SubjectRecord},
    replay,
    words::verb,
};

/// One thing to do, and the command for it where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) text: String,
    pub(super) command: Option<String>,
}

impl Step {
    fn new(text: impl Into<String>, command: impl Into<Option<String>>) -> Self {
        Self {
            text: text.into(),
            command: command.into(),
        }
    }
}

/// What to do next, in this order; never nothing.
pub(super) fn steps(report: &Report) -> Vec<Step> {
    let mut steps = Vec::new();
    let first = |kind| first(report, kind);
    if let Some((subject, case)) = first(OutcomeKind::Failed) {
        steps.push(Step::new(
            "Run the first failure alone, with the same randomness:",
            replay(&subject.name, &case.id, report.seed),
        ));
        if let Some(id) = case.requirement_ids.first() {
            steps.push(Step::new(
                "Read what it stands for and where that comes from:",
                format!("storeproof explain {}", super::quoted(id)),
            ));
        }
        steps.push(Step::new(
            "What cannot be mended now goes into a list with a reason and a day, and the run takes it along with \
             --known-failures FILE.",
            None,
        ));
    }
    let listed = count(report, OutcomeKind::UnexpectedPass);
    if listed > 0 {
        let text = format!(
            "Take {listed} {} off the list of known failures: {}.",
            verb(listed, "case", "cases"),
            verb(listed, "it passes", "they pass")
        );
        steps.push(Step::new(text, None));
    }
    if let Some((subject, case)) = first(OutcomeKind::Inconclusive) {
        steps.push(Step::new(
            "Try again, with less beside it, what nothing can be said of:",
            replay(&subject.name, &case.id, report.seed),
        ));
    }
    let problem = report
        .subjects
        .iter()
        .any(|subject| subject.problem.is_some());
    if problem || first(OutcomeKind::Broken).is_some() {
        steps.push(Step::new(
            "See what this machine can start, and what would mend the rest:",
            "storeproof doctor".to_owned(),
        ));
    }
    steps.push(Step::new(
        "After a change, judge into another folder and see what is different:",
        "storeproof diff OLD NEW".to_owned(),
    ));
    steps
}

fn first(report: &Report, kind: OutcomeKind) -> Option<(&SubjectRecord, &CaseRecord)> {
    let subjects = report.subjects.iter();
    let mut cases =
        subjects.flat_map(|subject| subject.cases.iter().map(move |case| (subject, case)));
    cases.find(|(_, case)| case.outcome == kind)
}

fn count(report: &Report, kind: OutcomeKind) -> usize {
    let cases = report.subjects.iter().flat_map(|subject| &subject.cases);
    cases.filter(|case| case.outcome == kind).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn commands(report: &Report) -> Vec<String> {
        let steps = steps(report).into_iter();
        steps.filter_map(|step| step.command).collect()
    }

    #[test]
    fn a_failure_comes_first() {
        assert_eq!(
            commands(&sample::report()),
            [
                "storeproof run etcd:3.4.23 --filter paging::limit::is_honoured/two --seed 7",
                "storeproof explain store/5.3.15/c2",
                "storeproof run etcd:3.4.23 --filter stress::watch::keeps_order --seed 7",
                "storeproof doctor",
                "storeproof diff OLD NEW",
            ]
        );
        let texts = steps(&sample::report()).into_iter().map(|step| step.text);
        let texts: Vec<String> = texts.collect();
        assert!(
            texts.contains(&"Take 1 case off the list of known failures: it passes.".to_owned()),
            "{texts:?}"
        );
    }

    #[test]
    fn where_all_is_well_there_is_the_next_run() {
        let sound = sample::report().subjects.remove(0);
        let report = sample::report_of(vec![sound]);
        assert_eq!(commands(&report), ["storeproof diff OLD NEW"]);
    }
}
