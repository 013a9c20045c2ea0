//! Histories of stores that break a promise, one each, and what is said of them.

use super::write::{after, history, with_state};
use crate::watch::{
    GUARANTEES, Scope, WatchHistory, Watched, judge_guarantees, judge_watches, violations,
};

const WRITES: &str = "a=1@5 a=2@6 b=3@7 a-@9";

/// A broken promise: its id, what was done, the watches of which the last one breaks it, the delivery at which it shows,
/// and a part of what is said.
type Broken = (
    &'static str,
    &'static str,
    Vec<Watched>,
    Option<usize>,
    &'static str,
);

fn broken() -> Vec<Broken> {
    vec![
        (
            "closed",
            WRITES,
            vec![after(4, "+a=1@5 !500 ~a=2@6")],
            Some(2),
            "error",
        ),
        (
            "closed",
            WRITES,
            vec![after(4, "!500 !500")],
            Some(1),
            "error",
        ),
        (
            "origin",
            WRITES,
            vec![after(4, "+a=1@5 +c=9@6")],
            Some(1),
            "nothing changed c at @6",
        ),
        (
            "origin",
            WRITES,
            vec![after(4, "+a=1@5 ~a=9@6")],
            Some(1),
            "began to hold 2",
        ),
        (
            "origin",
            WRITES,
            vec![after(4, "+a=1@0")],
            Some(0),
            "no version",
        ),
        (
            "origin",
            "a=1@5 a=2? a=3@7",
            vec![after(4, "+a=1@5 -a=1@6")],
            Some(1),
            "nothing changed",
        ),
        (
            "ordered",
            WRITES,
            vec![after(4, "+a=1@5 +b=3@7 ~a=2@6")],
            Some(2),
            "had told of @7",
        ),
        (
            "unique",
            WRITES,
            vec![after(4, "+a=1@5 ~a=2@6 ~a=2@6")],
            Some(2),
            "again",
        ),
        (
            "unique",
            WRITES,
            vec![with_state("+a=2@6 +a=2@6 ||6")],
            Some(1),
            "twice",
        ),
        (
            "filtered",
            "in/a=1@5 inner/a=2@6",
            vec![after(4, "+in/a=1@5 +inner/a=2@6").of(Scope::Namespace("in".into()))],
            Some(1),
            "none of its objects",
        ),
        (
            "filtered",
            "a=1@5 ab=2@6",
            vec![after(4, "+a=1@5 +ab=2@6").of(Scope::Object("a".into()))],
            Some(1),
            "none of its objects",
        ),
        (
            "filtered",
            "a=3@5 a=4@6",
            vec![after(4, "+a=3@5 ~a=4@6").selecting(0)],
            Some(1),
            "selects nothing",
        ),
        (
            "filtered",
            "a=3@5 a=4@6 a=6@7",
            vec![after(6, "~a=6@7").selecting(0)],
            Some(0),
            "ADDED",
        ),
        (
            "filtered",
            "a=4@5 a=5@6",
            vec![after(4, "-a=4@6").selecting(0)],
            Some(0),
            "neither before nor after",
        ),
        (
            "filtered",
            WRITES,
            vec![after(4, "+a=1@5 +a=2@6")],
            Some(1),
            "MODIFIED",
        ),
        (
            "previous",
            WRITES,
            vec![after(7, "-a=1@9")],
            Some(0),
            "held 2 before @9",
        ),
        (
            "previous",
            "a=3@5 a=4@6",
            vec![after(5, "-a=4@6").selecting(0)],
            Some(0),
            "held 3",
        ),
        (
            "bookmarked",
            WRITES,
            vec![after(4, "+a=1@5 |6 ~a=2@6")],
            Some(1),
            "a@6 comes one delivery later",
        ),
        (
            "bookmarked",
            WRITES,
            vec![after(4, "+a=1@5 |7")],
            Some(1),
            "a@6 never came",
        ),
        (
            "bookmarked",
            WRITES,
            vec![after(4, "+a=1@5 |8 |7")],
            Some(1),
            "never came",
        ),
        (
            "bookmarked",
            WRITES,
            vec![after(9, "|12 |11")],
            Some(1),
            "there was one at @12",
        ),
        (
            "bookmarked",
            WRITES,
            vec![after(7, "-a=2@9 |8")],
            Some(1),
            "it had told of @9",
        ),
        (
            "bookmarked",
            WRITES,
            vec![after(9, "|0")],
            Some(0),
            "no version",
        ),
        (
            "bookmarked",
            WRITES,
            vec![after(9, "|9").without_progress()],
            Some(0),
            "did not ask",
        ),
        (
            "bookmarked",
            "a=1@5 a=2?",
            vec![after(4, "+a=1@5 |6 ~a=2@6")],
            Some(1),
            "one delivery later",
        ),
        (
            "initial",
            WRITES,
            vec![after(9, "||9")],
            Some(0),
            "was not asked for",
        ),
        (
            "initial",
            WRITES,
            vec![with_state("||4 ||4")],
            Some(1),
            "again",
        ),
        (
            "initial",
            WRITES,
            vec![with_state("~a=2@6 ||6")],
            Some(0),
            "before the state was ended",
        ),
        (
            "initial",
            WRITES,
            vec![with_state("+a=2@6 |6 ||6")],
            Some(1),
            "before the state was ended",
        ),
        (
            "initial",
            WRITES,
            vec![with_state("+a=2@6 +b=3@7 ||6")],
            Some(2),
            "b@7 belongs to it",
        ),
        (
            "initial",
            WRITES,
            vec![with_state("||4").opened_at(6)],
            Some(0),
            "@5 was known before",
        ),
        (
            "initial",
            WRITES,
            vec![with_state("+b=3@7 ||8")],
            Some(1),
            "leaves out a",
        ),
        (
            "initial",
            WRITES,
            vec![with_state("+a=1@5 ||6")],
            Some(0),
            "changed at @6",
        ),
        (
            "initial",
            WRITES,
            vec![with_state("+a=2@6 +b=3@7 ||9")],
            Some(0),
            "changed at @9",
        ),
        (
            "initial",
            WRITES,
            vec![with_state("+b=3@7").due(9)],
            None,
            "no bookmark ended",
        ),
        (
            "resumable",
            WRITES,
            vec![after(4, "~a=2@6")],
            Some(0),
            "leaves out a@5",
        ),
        (
            "resumable",
            WRITES,
            vec![after(5, "+a=1@5 ~a=2@6")],
            Some(0),
            "goes on after @5",
        ),
        (
            "resumable",
            WRITES,
            vec![after(4, "+a=1@5"), after(5, "+b=3@7").resuming(0)],
            Some(0),
            "where watch 0 ended",
        ),
        (
            "resumable",
            WRITES,
            vec![with_state("+a=1@5 ||5 +b=3@7")],
            Some(2),
            "the state of @5",
        ),
        (
            "monotonic",
            "a=1@5 a=2@6 b=3@7",
            vec![after(4, "+a=1@5 ~a=2@6"), after(5, "~a=2@6").resuming(0)],
            Some(0),
            "shows a@6 after @6",
        ),
        (
            "atomic",
            "a=1@5 b=2@5 c=3@6",
            vec![after(4, "+a=1@5 +c=3@6")],
            Some(0),
            "leaves out b",
        ),
        (
            "reliable",
            WRITES,
            vec![after(4, "+a=1@5 +b=3@7")],
            Some(1),
            "left out a@6",
        ),
        (
            "reliable",
            WRITES,
            vec![after(4, "+a=1@5").due(9)],
            None,
            "a@6 never came",
        ),
        (
            "reliable",
            "a=1@5 a=2? b=3@8",
            vec![after(4, "+a=1@5 ~a=2@6"), after(4, "+a=1@5 +b=3@8")],
            Some(1),
            "a@6",
        ),
        (
            "handover",
            "a=1@5 b=2@7 list@7 a=3@8",
            vec![after(7, "~a=3@8")],
            Some(0),
            "never shown",
        ),
    ]
}

fn recorded(writes: &str, watches: &[Watched]) -> WatchHistory {
    let mut history = history(writes, watches.to_vec());
    if writes.contains("list@7") {
        stale(&mut history);
    }
    history
}

/// The list did not show `a`: only whoever goes on from it can tell.
fn stale(history: &mut WatchHistory) {
    use crate::{Answer, History};

    let mut operations = history.operations.operations().to_vec();
    for operation in &mut operations {
        if let Answer::Listed(list) = &mut operation.answer {
            list.items.retain(|(key, _)| &**key != "a");
        }
    }
    history.operations = History::new(operations);
}

#[test]
fn each_is_told_by_its_name_and_place() {
    for (id, writes, watches, delivery, why) in broken() {
        let history = recorded(writes, &watches);
        let violation = judge_watches(&history).expect_err(why);
        let said = violation.phrase(&history);
        assert_eq!(violation.guarantee, id, "{said}");
        assert_eq!(violation.watch, watches.len() - 1, "{said}");
        assert_eq!(violation.delivery, delivery, "{said}");
        assert!(violation.why.contains(why), "{said}");
        let marked = violation.lines(&history);
        let marked = marked.iter().filter(|line| line.starts_with('✗')).count();
        assert_eq!(marked, usize::from(delivery.is_some()), "{said}");
    }
}

/// Each promise is looked at by its own check: no other one has to notice.
#[test]
fn each_promise_is_broken_by_one_of_these() {
    for guarantee in GUARANTEES {
        let alone = [*guarantee];
        let mut own = broken();
        own.retain(|(id, ..)| *id == guarantee.id);
        assert!(!own.is_empty(), "nothing breaks {}", guarantee.id);
        for (id, writes, watches, ..) in own {
            let violation = judge_guarantees(&recorded(writes, &watches), &alone);
            assert!(violation.is_err(), "{id} accepts {writes}: {watches:?}");
        }
    }
}

/// Whoever looks at bookmarks notices too.
#[test]
fn no_bookmark_cuts_a_version() {
    let history = history("a=1@5 b=2@5", vec![after(4, "+a=1@5 |5 +b=2@5")]);
    let atomic: Vec<_> = GUARANTEES
        .iter()
        .copied()
        .filter(|guarantee| guarantee.id == "atomic")
        .collect();
    let violation = judge_guarantees(&history, &atomic).expect_err("two parts");
    assert!(violation.why.contains("in two parts"), "{violation:?}");
    assert_eq!(violation.delivery, Some(2));
}

#[test]
fn what_is_around_is_shown() {
    let history = history("a=1@5", vec![after(4, "+a=1@5 |5 ~a=2@6")]);
    let violation = judge_watches(&history).expect_err("nobody wrote 2");
    let lines = violation.lines(&history);
    let shows = |what: &str| lines.iter().any(|line| line.contains(what));
    assert!(shows("watch 0: ADDED a 1@5"), "{lines:?}");
    assert!(shows("watch 0: BOOKMARK @5"), "{lines:?}");
    assert!(shows("✗ 10002 watch 0: MODIFIED a 2@6"), "{lines:?}");
    assert_eq!(
        violation.phrase(&history),
        "watch 0 (everything after @4, with progress), delivery 2, MODIFIED a 2@6: nothing changed a at @6"
    );
}

#[test]
fn all_that_is_broken_is_told() {
    let watches = vec![
        after(4, "+a=1@5 |7 ~a=2@6"),
        after(4, "+a=1@5 ~a=2@6"),
        after(4, "+a=1@5 |6 ~a=2@6"),
    ];
    let broken = violations(&history(WRITES, watches), GUARANTEES);
    let bookmarked = broken.iter().filter(|one| one.guarantee == "bookmarked");
    let watches: Vec<usize> = bookmarked.map(|one| one.watch).collect();
    assert_eq!(watches, [0, 2]);
}
