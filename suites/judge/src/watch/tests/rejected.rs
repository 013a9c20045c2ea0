//! What is said of histories that break a promise.

use super::{
    broken::{WRITES, broken},
    write::{after, history},
};
use crate::watch::{
    GUARANTEES, WatchHistory, Watched, judge_guarantees, judge_watches, violations,
};

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
