//! The golden results that are kept here are whole, and say why where a case does not pass.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::{fs, path::Path};

use storeproof_suites::{cases, golden::Golden};

/// The releases that there are golden results of.
const RELEASES: [&str; 3] = ["3.4.23", "3.5.16", "3.5.30"];

fn golden(release: &str) -> Golden {
    let name = format!("golden/etcd-{release}.tsv");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&name);
    let text = fs::read_to_string(path).unwrap();
    Golden::parse(&name, &text).unwrap()
}

#[test]
fn every_case_is_there_once_in_the_order_of_the_table() {
    let wire = cases::items().filter(|item| item.case.suite() == "contract");
    let table: Vec<String> = wire
        .filter(|item| !item.case.is_hazard())
        .map(|item| item.id())
        .collect();
    for release in RELEASES {
        let golden = golden(release);
        assert_eq!(golden.version, release);
        let entries = golden.entries.into_iter();
        let listed: Vec<String> = entries.map(|entry| entry.case).collect();
        assert_eq!(listed, table, "{release}");
    }
}

#[test]
fn what_does_not_pass_is_explained_in_a_sentence() {
    for release in RELEASES {
        let golden = golden(release);
        let open: Vec<&str> = golden.unexplained().map(|entry| &*entry.case).collect();
        assert_eq!(open, Vec::<&str>::new(), "{release}");
        for entry in golden.entries {
            let is_sentence = entry.why.is_empty() || entry.why.ends_with('.');
            assert!(is_sentence, "{}: {:?}", entry.case, entry.why);
        }
    }
}
