//! Golden results: how every case of the wire contract comes out on one release of etcd, and why where it does not pass.

use std::{collections::HashMap, fmt::Write, path::PathBuf};

use crate::report::record::{CaseRecord, OutcomeKind, SubjectRecord};

/// What cases of the wire contract are called.
const SUITE: &str = "contract";

/// The results of one release, in the order of the table of cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Golden {
    /// The release: `3.5.30`.
    pub version: String,
    /// A line a case.
    pub entries: Vec<Entry>,
}

/// How one case comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The case's id.
    pub case: String,
    /// How it comes out.
    pub outcome: OutcomeKind,
    /// Why it does not pass, in a sentence; empty where it does.
    pub why: String,
}

/// Golden results that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadGolden {
    /// The file cannot be read.
    #[error("The golden results {} cannot be read: {cause}. `storeproof golden FILE RUN --write` makes them.", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A line of the text makes no sense.
    #[error(
        "Line {line} of the golden results {}: {problem}. The first line is `# etcd VERSION`; a line of a case holds its id, \
         its outcome and, unless it passed, why, with tabs between.", .path.display()
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// Counted from one.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// The run does not judge one server.
    #[error(
        "The run judges {found} subjects. Golden results are of one: `storeproof run etcd:VERSION --suite contract --out DIR`."
    )]
    Subjects {
        /// How many it judges.
        found: usize,
    },
    /// The run has none of the cases.
    #[error(
        "The run of {subject} has no case of the wire contract. Leave out --suite, or name it: --suite contract."
    )]
    NoCases {
        /// Whom it judges.
        subject: String,
    },
}

impl Golden {
    /// Reads the text of a file.
    ///
    /// # Errors
    ///
    /// The first line that makes no sense.
    pub fn parse(path: impl Into<PathBuf>, text: &str) -> Result<Self, BadGolden> {
        let path = path.into();
        let bad = |line: usize, problem: String| BadGolden::Line {
            path: path.clone(),
            line: line + 1,
            problem,
        };
        let first = text.lines().next().unwrap_or_default();
        let version = first
            .strip_prefix("# etcd ")
            .ok_or_else(|| bad(0, format!("{first:?} names no release of etcd")))?;
        let mut entries = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if line.starts_with('#') {
                continue;
            }
            entries.push(entry(line).map_err(|problem| bad(number, problem))?);
        }
        Ok(Self {
            version: version.to_owned(),
            entries,
        })
    }

    /// The results of a run, explained as in older ones where the outcome is the same.
    ///
    /// # Errors
    ///
    /// The run is not of one server, or has none of the cases.
    pub fn of(subjects: &[SubjectRecord], older: Option<&Self>) -> Result<Self, BadGolden> {
        let [subject] = subjects else {
            return Err(BadGolden::Subjects {
                found: subjects.len(),
            });
        };
        let entries: Vec<Entry> = cases(subject)
            .map(|case| Entry {
                case: case.id.clone(),
                outcome: case.outcome,
                why: older
                    .and_then(|older| older.entry(&case.id))
                    .filter(|older| older.outcome == case.outcome)
                    .map(|older| older.why.clone())
                    .unwrap_or_default(),
            })
            .collect();
        if entries.is_empty() {
            return Err(BadGolden::NoCases {
                subject: subject.name.clone(),
            });
        }
        Ok(Self {
            version: subject.server_version.clone().unwrap_or_default(),
            entries,
        })
    }

    /// The line of a case.
    pub fn entry(&self, case: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.case == case)
    }

    /// The cases that do not pass and of which nobody says why.
    pub fn unexplained(&self) -> impl Iterator<Item = &Entry> {
        let is_open = |entry: &&Entry| entry.outcome != OutcomeKind::Passed && entry.why.is_empty();
        self.entries.iter().filter(is_open)
    }

    /// Where other results differ from these, a line each.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        if self.version != other.version {
            differences.push(format!(
                "they are of etcd {}, and the run is of {}",
                self.version, other.version
            ));
        }
        let mut left: HashMap<&str, &Entry> = other
            .entries
            .iter()
            .map(|entry| (&*entry.case, entry))
            .collect();
        for Entry { case, outcome, .. } in &self.entries {
            match left.remove(&**case) {
                Some(found) if found.outcome == *outcome => {}
                Some(found) => differences.push(format!(
                    "{case}: {}, and was {}",
                    found.outcome.words(),
                    outcome.words()
                )),
                None => differences.push(format!("{case}: is not in the run")),
            }
        }
        let new = other.entries.iter();
        let new = new.filter(|entry| left.contains_key(&*entry.case));
        differences.extend(new.map(|entry| format!("{}: is new", entry.case)));
        differences
    }

    /// The text of the file of that name.
    pub fn text(&self, file: &str) -> String {
        let Self { version, entries } = self;
        let mut text = format!(
            "# etcd {version}\n\
             # storeproof run etcd:{version} --suite contract --out golden\n\
             # storeproof golden {file} golden --write\n"
        );
        for Entry { case, outcome, why } in entries {
            let _ = write!(text, "{case}\t{}", outcome.words());
            if !why.is_empty() {
                let _ = write!(text, "\t{why}");
            }
            text.push('\n');
        }
        text
    }
}

fn cases(subject: &SubjectRecord) -> impl Iterator<Item = &CaseRecord> {
    subject.cases.iter().filter(|case| case.suite == SUITE)
}

fn entry(line: &str) -> Result<Entry, String> {
    let mut columns = line.split('\t');
    let case = columns.next().unwrap_or_default();
    let words = columns.next().ok_or("it has no outcome")?;
    let outcome = OutcomeKind::ALL
        .into_iter()
        .find(|kind| kind.words() == words)
        .ok_or_else(|| format!("{words:?} is no outcome"))?;
    let why = columns.next().unwrap_or_default();
    if columns.next().is_some() {
        return Err("it has more than three columns".to_owned());
    }
    Ok(Entry {
        case: case.to_owned(),
        outcome,
        why: why.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::report::sample;

    const TEXT: &str = "# etcd 3.5.30\n\
                        # storeproof run etcd:3.5.30 --suite contract --out golden\n\
                        # storeproof golden f.tsv golden --write\n\
                        contract::a\tpassed\n\
                        contract::b\tnot supported\tIt is newer.\n";

    fn read(text: &str) -> Golden {
        Golden::parse("f.tsv", text).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let golden = read(TEXT);
        assert_eq!(golden.version, "3.5.30");
        assert_eq!(golden.text("f.tsv"), TEXT);
        assert_eq!(golden.unexplained().count(), 0);
    }

    #[rstest]
    #[case("contract::a\tpassed\n", "Line 1 of the golden results f.tsv")]
    #[case(
        "# etcd 3.5.30\ncontract::a\n",
        "Line 2 of the golden results f.tsv: it has no outcome"
    )]
    #[case("# etcd 3.5.30\ncontract::a\tfine\n", "\"fine\" is no outcome")]
    #[case("# etcd 3.5.30\na\tpassed\tb\tc\n", "more than three columns")]
    fn what_makes_no_sense_is_named(#[case] text: &str, #[case] says: &str) {
        let error = Golden::parse("f.tsv", text).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }

    #[test]
    fn every_difference_is_told() {
        let (old, new) = (
            read(TEXT),
            read("# etcd 3.6.0\ncontract::b\tpassed\ncontract::c\tfailed\n"),
        );
        assert_eq!(old.differences(&old), Vec::<String>::new());
        assert_eq!(
            old.differences(&new),
            [
                "they are of etcd 3.5.30, and the run is of 3.6.0",
                "contract::a: is not in the run",
                "contract::b: passed, and was not supported",
                "contract::c: is new",
            ]
        );
        let open: Vec<&str> = new.unexplained().map(|entry| &*entry.case).collect();
        assert_eq!(open, ["contract::c"]);
    }

    #[test]
    fn reasons_outlive_the_same_outcome() {
        let mut subject = sample::report().subjects.remove(0);
        subject.server_version = Some("3.5.30".to_owned());
        let mut cases = subject.cases.iter_mut();
        let (first, second) = (cases.next().unwrap(), cases.next().unwrap());
        for (case, id) in [(first, "contract::a"), (second, "contract::b")] {
            case.id = id.to_owned();
            case.suite = SUITE.to_owned();
            case.outcome = OutcomeKind::NotSupported;
        }
        let made = Golden::of(&[subject.clone()], Some(&read(TEXT))).unwrap();
        let why: Vec<&str> = made.entries.iter().map(|entry| &*entry.why).collect();
        assert_eq!(why, ["", "It is newer."]);
        let twice = Golden::of(&[subject.clone(), subject.clone()], None).unwrap_err();
        assert!(twice.to_string().contains("judges 2 subjects"), "{twice}");
        subject.cases.retain(|case| case.suite != SUITE);
        let none = Golden::of(&[subject], None).unwrap_err();
        assert!(none.to_string().contains("--suite contract"), "{none}");
    }
}
