use super::{Requirement, Tier};

/// Requirements that belong together, in the order of the table.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// What they are about.
    pub title: &'static str,
    /// A line a requirement: id, tier, sentence, source, and where no case looks at it the reason; tabs between.
    lines: &'static str,
}

macro_rules! sections {
    ($($title:literal: $file:literal,)*) => {
        &[$(Section { title: $title, lines: include_str!(concat!("table/", $file, ".tsv")) },)*]
    };
}

const SECTIONS: &[Section] = sections! {
    "store: create, get and delete": "store_object",
    "store: lists of a known history": "store_list",
    "store: unreadable objects, latest lists and pages": "store_page",
    "store: update, statistics, namespaces and keys": "store_update",
    "store: what documentation promises": "store_promise",
    "watch: shared tests": "backend_watch",
    "backend: configuration, factory and client": "backend_factory",
    "backend: health": "backend_health",
    "backend: compactor": "backend_compactor",
    "backend: metrics": "backend_metrics",
    "watch: what documentation promises": "backend_event",
    "backend: encryption at rest": "backend_value",
    "backend: stored bytes and the rest": "backend_bytes",
    "wire: headers": "wire_header",
    "wire: range": "wire_range",
    "wire: put and delete": "wire_write",
    "wire: transactions": "wire_txn",
    "wire: watch": "wire_watch",
    "wire: compaction": "wire_compaction",
    "wire: leases": "wire_lease",
    "wire: maintenance and cluster": "wire_cluster",
    "wire: limits, TLS and users": "wire_limit",
    "interface": "interface",
    "durability": "durability",
    "key-value guarantees": "linearizable",
    "watch guarantees": "guarantee",
};

impl Section {
    /// What belongs here.
    pub fn requirements(self) -> impl Iterator<Item = Requirement> {
        self.lines.lines().map(|line| {
            parse(line).expect("a test reads every line of the table: each has its columns")
        })
    }
}

fn parse(line: &'static str) -> Option<Requirement> {
    let mut columns = line.split('\t');
    let requirement = Requirement {
        id: columns.next()?,
        tier: Tier::of(columns.next()?)?,
        says: columns.next()?,
        source: columns.next()?,
        uncovered: columns.next(),
    };
    columns.next().is_none().then_some(requirement)
}

/// The table, section by section.
pub fn sections() -> impl Iterator<Item = Section> {
    SECTIONS.iter().copied()
}

/// Every requirement, in the order of the table.
pub fn all() -> impl Iterator<Item = Requirement> {
    sections().flat_map(Section::requirements)
}

/// The requirement of that id.
pub fn find(id: &str) -> Option<Requirement> {
    all().find(|requirement| requirement.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rstest::rstest;

    use super::*;

    /// Longer sentences say more than one thing.
    const LONGEST: usize = 160;

    #[test]
    fn every_line_is_one_requirement() {
        for line in sections().flat_map(|section| section.lines.lines()) {
            assert!(parse(line).is_some(), "{line:?}");
        }
    }

    #[test]
    fn ids_are_unique() {
        let mut seen = HashSet::new();
        for requirement in all() {
            assert!(
                seen.insert(requirement.id),
                "{} is there twice",
                requirement.id
            );
        }
    }

    #[test]
    fn sentences_are_short_and_end() {
        for requirement in all() {
            for text in [Some(requirement.says), requirement.uncovered]
                .into_iter()
                .flatten()
            {
                let sentence = text.ends_with('.')
                    && text.starts_with(char::is_uppercase)
                    && text.chars().count() <= LONGEST;
                assert!(sentence, "{}: {text:?}", requirement.id);
            }
            assert!(!requirement.source.is_empty(), "{}", requirement.id);
        }
    }

    #[rstest]
    #[case("")]
    #[case("X-01\tC\tIt holds.")]
    #[case("X-01\tZ\tIt holds.\tetcd API")]
    #[case("X-01\tC\tIt holds.\tetcd API\tNobody looks.\tmore")]
    fn a_line_with_other_columns_is_none(#[case] line: &'static str) {
        assert_eq!(parse(line), None);
    }

    #[test]
    fn requirements_are_found_by_their_whole_id() {
        assert_eq!(
            find("store/5.3.15/c1").map(|found| found.id),
            Some("store/5.3.15/c1")
        );
        assert_eq!(find("store/5.3.15/c"), None);
    }
}
