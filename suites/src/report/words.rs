//! A run in plain words, as the files for people begin.

use super::{
    record::{Conformance, Report, SubjectRecord},
    style::shortened,
    tally,
};

/// A name within a sentence gets no longer: with all its options it stands elsewhere.
const NAME: usize = 60;

/// The verdict on everybody, in one sentence.
pub(super) fn headline(report: &Report) -> String {
    match &*report.subjects {
        [] => "Nobody was judged.".to_owned(),
        [only] => one(only),
        all => {
            let count = |wanted| {
                let of_it = all.iter().filter(|subject| subject.conformance == wanted);
                of_it.count()
            };
            let total = all.len();
            match (
                count(Conformance::Conforms),
                count(Conformance::DoesNotConform),
            ) {
                (conforming, _) if conforming == total => {
                    format!("All {total} subjects conform.")
                }
                (0, 0) => format!("Of none of {total} subjects can be said whether it conforms."),
                (conforming, 0) => format!(
                    "{conforming} of {total} subjects {}; of the rest that cannot be said.",
                    verb(conforming, "conforms", "conform")
                ),
                (_, failing) => format!(
                    "{failing} of {total} subjects {} not conform.",
                    verb(failing, "does", "do")
                ),
            }
        }
    }
}

fn one(subject: &SubjectRecord) -> String {
    let name = shortened(&subject.name, NAME);
    match subject.conformance {
        Conformance::Conforms => format!("{name} conforms."),
        Conformance::DoesNotConform => format!("{name} does not conform."),
        Conformance::Inconclusive => format!("Whether {name} conforms cannot be said yet."),
        Conformance::NothingJudged => format!("Nothing of {name} was judged."),
        Conformance::NotJudged => format!("{name} could not be judged."),
    }
}

/// What the verdict on a subject rests on, in a sentence or two.
pub(super) fn grounds(subject: &SubjectRecord) -> String {
    if let Some(problem) = &subject.problem {
        return problem.clone();
    }
    let counts = &subject.counts;
    let ran = tally::total(counts) - counts.not_supported;
    let mut parts = Vec::new();
    let mut part = |count: usize, singular: &str, plural: &str| {
        if count > 0 {
            parts.push(format!("{count} {}", verb(count, singular, plural)));
        }
    };
    part(counts.failed, "failed", "failed");
    part(
        counts.unexpected_pass,
        "passed though it is listed as a known failure",
        "passed though they are listed as known failures",
    );
    part(
        counts.broken,
        "could not be judged for trouble with the machine",
        "could not be judged for trouble with the machine",
    );
    part(
        counts.inconclusive,
        "came to no verdict",
        "came to no verdict",
    );
    part(
        counts.known_failure,
        "failed as its list of known failures says",
        "failed as its list of known failures says",
    );
    let mut text = if parts.is_empty() {
        match counts.passed {
            0 => "No case ran.".to_owned(),
            1 => "The one case that ran passed.".to_owned(),
            passed => format!("All {passed} cases that ran passed."),
        }
    } else {
        format!(
            "Of {ran} {} that ran, {}.",
            verb(ran, "case", "cases"),
            parts.join(", ")
        )
    };
    if counts.not_supported > 0 {
        text.push_str(&format!(
            " {} more did not run: what {} is not offered or not allowed.",
            counts.not_supported,
            verb(counts.not_supported, "it needs", "they need")
        ));
    }
    text
}

/// What was judged under that name, where more is known than the name.
pub(super) fn identity(subject: &SubjectRecord) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(first) = subject.origin.lines().next() {
        parts.push(first.to_owned());
    }
    if let Some(version) = &subject.server_version {
        parts.push(format!("server version {version}"));
    }
    if subject.problem.is_none() {
        parts.push(seconds(subject.duration_ms));
    }
    parts.join(" · ")
}

/// A time as people read it.
pub(super) fn seconds(milliseconds: u64) -> String {
    format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100)
}

/// The word for one or for any other number.
pub(super) const fn verb<'a>(count: usize, singular: &'a str, plural: &'a str) -> &'a str {
    if count == 1 { singular } else { plural }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{harness::Counts, report::sample};

    fn subject(conformance: Conformance) -> SubjectRecord {
        SubjectRecord {
            conformance,
            ..sample::report().subjects.remove(0)
        }
    }

    use Conformance::{Conforms, DoesNotConform, Inconclusive, NotJudged, NothingJudged};

    #[rstest]
    #[case(&[], "Nobody was judged.")]
    #[case(&[Conforms], "memory conforms.")]
    #[case(&[DoesNotConform], "memory does not conform.")]
    #[case(&[Inconclusive], "Whether memory conforms cannot be said yet.")]
    #[case(&[NothingJudged], "Nothing of memory was judged.")]
    #[case(&[NotJudged], "memory could not be judged.")]
    #[case(&[Conforms, Conforms], "All 2 subjects conform.")]
    #[case(&[Conforms, DoesNotConform], "1 of 2 subjects does not conform.")]
    #[case(&[DoesNotConform, DoesNotConform, NotJudged], "2 of 3 subjects do not conform.")]
    #[case(
        &[Conforms, Inconclusive],
        "1 of 2 subjects conforms; of the rest that cannot be said."
    )]
    #[case(&[NotJudged, Inconclusive], "Of none of 2 subjects can be said whether it conforms.")]
    fn the_verdict_is_one_sentence(#[case] subjects: &[Conformance], #[case] text: &str) {
        let subjects = subjects.iter().map(|one| subject(*one)).collect();
        let report = Report {
            subjects,
            ..sample::report()
        };
        assert_eq!(headline(&report), text);
    }

    #[rstest]
    #[case((3, 0, 0, 0), "All 3 cases that ran passed.")]
    #[case((1, 0, 0, 0), "The one case that ran passed.")]
    #[case(
        (3, 0, 2, 0),
        "All 3 cases that ran passed. 2 more did not run: what they need is not offered or not allowed."
    )]
    #[case((3, 1, 0, 0), "Of 4 cases that ran, 1 failed.")]
    #[case((3, 2, 0, 1), "Of 6 cases that ran, 2 failed, 1 came to no verdict.")]
    #[case((0, 0, 0, 0), "No case ran.")]
    fn the_grounds_are_in_words(
        #[case] (passed, failed, not_supported, inconclusive): (usize, usize, usize, usize),
        #[case] text: &str,
    ) {
        let counts = Counts {
            passed,
            failed,
            not_supported,
            inconclusive,
            ..Counts::default()
        };
        let subject = SubjectRecord {
            counts,
            ..subject(Conforms)
        };
        assert_eq!(grounds(&subject), text);
    }

    #[test]
    fn a_subject_that_was_not_judged_says_why() {
        let subject = SubjectRecord::not_judged("tcp://a:1", "Nobody answers.");
        assert_eq!(grounds(&subject), "Nobody answers.");
        assert_eq!(identity(&subject), "");
    }
}
