//! Histories of stores that keep every promise.

use crate::Version;

use super::write::{accepts, after, history, with_state};
use crate::watch::{Scope, owed_to_all};

const WRITES: &str = "a=1@5 a=2@6 b=3@7 a-@9";

#[test]
fn every_change_in_order() {
    accepts(WRITES, vec![after(4, "+a=1@5 ~a=2@6 +b=3@7 -a=2@9").due(9)]);
    accepts(WRITES, vec![after(5, "~a=2@6 +b=3@7 -a=2@9").due(9)]);
    accepts(WRITES, vec![after(9, "").due(9)]);
}

#[test]
fn a_watch_that_was_left_owes_nothing_more() {
    accepts(WRITES, vec![after(4, "+a=1@5 ~a=2@6")]);
    accepts(WRITES, vec![after(4, "")]);
    accepts(WRITES, vec![after(4, "+a=1@5 !410")]);
}

#[test]
fn bookmarks_behind_what_they_cover() {
    accepts(
        WRITES,
        vec![after(4, "|4 +a=1@5 |5 |5 ~a=2@6 +b=3@7 |8 -a=2@9 |12")],
    );
}

#[test]
fn only_what_was_asked_for() {
    let writes = "in/a=1@5 out/a=2@6 in/b=3@7 out/a-@8 inner/a=4@9 in/a=6@10";
    let namespace = || Scope::Namespace("in".into());
    let told = "+in/a=1@5 +in/b=3@7 ~in/a=6@10";
    accepts(writes, vec![after(4, told).of(namespace()).due(10)]);
    let object = Scope::Object("in/a".into());
    accepts(
        writes,
        vec![after(4, "+in/a=1@5 ~in/a=6@10").of(object).due(10)],
    );
    let told = "+in/b=3@7 +in/a=6@10";
    accepts(
        writes,
        vec![after(4, told).of(namespace()).selecting(0).due(10)],
    );
}

#[test]
fn objects_come_into_a_selection_and_go() {
    let writes = "a=3@5 a=6@6 a=7@7 a=8@8 a=9@9 a-@10 b=1@11";
    let told = "+a=3@5 ~a=6@6 -a=6@7 +a=9@9 -a=9@10 |11";
    accepts(writes, vec![after(4, told).selecting(0).due(11)]);
}

#[test]
fn a_state_and_what_follows() {
    accepts(WRITES, vec![with_state("+a=2@6 +b=3@7 ||8 -a=2@9").due(9)]);
    accepts(WRITES, vec![with_state("+b=3@7 ||9 |9")]);
    accepts(WRITES, vec![with_state("||4 +a=1@5 ~a=2@6")]);
    accepts(WRITES, vec![with_state("+a=2@6")]);
    let object = Scope::Object("b".into());
    accepts(
        WRITES,
        vec![with_state("+b=3@7 ||9").selecting(0).of(object).due(9)],
    );
}

#[test]
fn one_watch_where_another_ended() {
    accepts(
        WRITES,
        vec![
            after(4, "+a=1@5 ~a=2@6"),
            after(6, "+b=3@7 |8").resuming(0),
            after(8, "-a=2@9").resuming(1).due(9),
        ],
    );
    accepts(
        WRITES,
        vec![
            with_state("+a=2@6 ||6 +b=3@7"),
            after(7, "-a=2@9").resuming(0).due(9),
        ],
    );
}

#[test]
fn a_watch_from_the_version_of_a_list() {
    accepts(
        "a=1@5 b=2@6 list@6 a=3@7 b-@8",
        vec![after(6, "~a=3@7 -b=2@8").due(8)],
    );
}

#[test]
fn changes_of_one_version_together() {
    let writes = "a=1@5 b=2@5 a-@6 b-@6";
    accepts(writes, vec![after(4, "+a=1@5 +b=2@5 |5 -a=1@6 -b=2@6")]);
    accepts(writes, vec![after(4, "+a=1@5 +b=2@5 -a=1@6")]);
}

#[test]
fn a_write_of_unknown_outcome_may_have_happened() {
    let writes = "a=1@5 a=2? b=3@8";
    accepts(writes, vec![after(4, "+a=1@5 +b=3@8").due(8)]);
    accepts(writes, vec![after(4, "+a=1@5 ~a=2@6 +b=3@8").due(8)]);
    accepts("a=1?", vec![after(4, "").due(8)]);
    accepts("a=1?", vec![after(4, "+a=1@6").due(8)]);
}

#[test]
fn a_deletion_of_unknown_outcome_may_have_happened() {
    let writes = "a=1@5 a-? b=3@8";
    accepts(writes, vec![after(4, "+a=1@5 +b=3@8").due(8)]);
    accepts(writes, vec![after(4, "+a=1@5 -a=1@7 +b=3@8").due(8)]);
    accepts(writes, vec![with_state("+b=3@8 ||8").due(8)]);
    accepts(writes, vec![with_state("+a=1@5 +b=3@8 ||8").due(8)]);
}

#[test]
fn what_a_selection_lost_by_an_unknown_write_may_have_been_changed_or_deleted() {
    let writes = "a=3@5 a=4? a-? b=6@8";
    accepts(
        writes,
        vec![after(4, "+a=3@5 -a=3@7 +b=6@8").selecting(0).due(8)],
    );
    accepts(writes, vec![after(4, "+a=3@5 +b=6@8").selecting(0).due(8)]);
}

#[test]
fn a_watch_goes_on_behind_what_it_told_last() {
    for (watch, reached) in [
        (after(4, ""), Some(4)),
        (after(4, "+a=1@5"), Some(5)),
        (after(4, "+a=1@5 |8 !410"), Some(8)),
        (with_state("+b=3@7"), None),
        (with_state("+b=3@7 ||9"), Some(9)),
    ] {
        assert_eq!(watch.reached(), reached.map(Version::new), "{watch:?}");
    }
}

#[test]
fn a_watch_can_be_waited_for_until_the_last_change_it_is_told() {
    let watches = vec![
        after(4, ""),
        after(4, "").of(Scope::Object("b".into())),
        after(9, ""),
    ];
    let owed = owed_to_all(&history(WRITES, watches));
    let versions = [Some(9), Some(7), None].map(|version| version.map(Version::new));
    assert_eq!(owed, versions);
}
