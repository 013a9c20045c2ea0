use rstest::rstest;

use super::parse;
use crate::cases;

const CASE: &str = "crud::create::refuses_a_key_that_exists";

fn complaints(text: &str) -> Vec<String> {
    let bad = parse("known.toml", text).expect_err("a bad list");
    bad.iter().map(ToString::to_string).collect()
}

fn entry(case: &str) -> String {
    format!("[[failure]]\ncase = \"{case}\"\nreason = \"slow\"\nsince = \"2026-11-25\"\n")
}

#[test]
fn what_is_well_written_is_taken() {
    let text = format!("# Nobody is perfect.\n\n{}", entry(CASE));
    let known = parse("known.toml", &text).expect("a good list");
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].case, CASE);
    assert_eq!(known[0].reason, "slow");
    assert_eq!(known[0].since, "2026-11-25");
}

#[test]
fn a_day_needs_no_quotes_and_a_list_no_entries() {
    let text = entry(CASE).replace("\"2026-11-25\"", "2026-11-25");
    let known = parse("known.toml", &text).expect("a good list");
    assert_eq!(known[0].since, "2026-11-25");
    assert_eq!(parse("known.toml", ""), Ok(Vec::new()));
}

#[rstest]
#[case::unknown(
    &entry("crud::create::refuse_a_key_that_exist"),
    "known.toml:2: There is no case \"crud::create::refuse_a_key_that_exist\". Did you mean \"crud::create::refuses_a_key_that_exists\"?"
)]
#[case::unlike(&entry("zzzzzzzz"), "known.toml:2: There is no case \"zzzzzzzz\". `storeproof list`")]
#[case::prefix(&entry("crud::create"), "known.toml:2: There is no case \"crud::create\".")]
#[case::no_case(
    "[[failure]]\nreason = \"slow\"\nsince = \"2026-11-25\"",
    "known.toml:1: No case is named."
)]
#[case::no_reason(&entry(CASE).replace("reason = \"slow\"", ""), "known.toml:1: No reason is given. Add reason")]
#[case::empty_reason(&entry(CASE).replace("slow", " "), "known.toml:3: No reason is given.")]
#[case::no_day(&entry(CASE).replace("since = \"2026-11-25\"", ""), "known.toml:1: No day is given. Add since")]
#[case::no_such_day(&entry(CASE).replace("11-25", "02-30"), "known.toml:4: \"2026-02-30\" is no day. Write since = \"YYYY-MM-DD\"")]
#[case::words(&entry(CASE).replace("2026-11-25", "last week"), "known.toml:4: \"last week\" is no day.")]
#[case::with_time(&entry(CASE).replace("\"2026-11-25\"", "2026-11-25T10:00:00"), "known.toml:4: \"2026-11-25T10:00:00\" is no day.")]
#[case::twice(&(entry(CASE) + &entry(CASE)), "known.toml:6: \"crud::create::refuses_a_key_that_exists\" is listed twice")]
#[case::misspelled(&entry(CASE).replace("since", "sinse"), "known.toml:4: unknown field `sinse`")]
#[case::other_table(&entry(CASE).replace("failure", "failures"), "known.toml:1: unknown field `failures`")]
#[case::no_list("failure = 1", "known.toml:1: invalid type")]
#[case::no_toml("[[failure]\n", "known.toml:1: ")]
fn what_is_not_says_where_and_what_would_be_right(#[case] text: &str, #[case] begin: &str) {
    let complaints = complaints(text);
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints[0].starts_with(begin), "{complaints:?}");
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let text = "[[failure]]\ncase = \"no\"\nsince = \"now\"\n\n[[failure]]\nreason = \"slow\"\n";
    let complaints = complaints(text);
    let lines: Vec<&str> = complaints
        .iter()
        .filter_map(|complaint| complaint.split(' ').next())
        .collect();
    assert_eq!(
        lines,
        [
            "known.toml:2:",
            "known.toml:1:",
            "known.toml:3:",
            "known.toml:5:",
            "known.toml:5:"
        ]
    );
}

#[test]
fn a_row_and_its_whole_case_are_the_same_twice() {
    let row = cases::items()
        .find(|item| item.row.is_some())
        .expect("a case with rows");
    for (one, other) in [(row.id(), row.case.id()), (row.case.id(), row.id())] {
        let complaints = complaints(&(entry(&one) + &entry(&other)));
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].contains("is listed twice"), "{complaints:?}");
    }
}
