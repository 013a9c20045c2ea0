use super::write::{
    accepts, at, create, created, delete, deleted, got, lost, missed, op, rejects, seen, update,
};
use crate::{Answer, Content, Request};

#[test]
fn a_write_without_an_answer_is_seen_not_seen_or_seen_late() {
    let history = |last: &[(Request, Answer)]| {
        let lost = lost(2, 3, update("a", 2));
        let mut operations = vec![op(1, 1, 2, created("a", 1, 10)), lost];
        for (position, last) in (0..).zip(last) {
            let call = 5 + 2 * position;
            operations.push(op(
                3 + u32::try_from(position).expect("few"),
                call,
                call + 1,
                last.clone(),
            ));
        }
        operations
    };
    let (old, new) = (got("a", seen(1, 10)), got("a", seen(2, 11)));
    accepts(history(&[old.clone(), old.clone()]));
    accepts(history(&[new.clone(), new.clone()]));
    accepts(history(&[old.clone(), new.clone()]));
    rejects(history(&[new.clone(), old.clone()]), 4, "replaced at @11");
    rejects(history(&[new, got("a", seen(2, 12))]), 4, "not at 12");
}

#[test]
fn a_write_without_an_answer_that_nobody_saw_explains_a_conflict() {
    let refused = Request::Update {
        key: "a".into(),
        content: Content(9),
        only_at: Some(at(10)),
    };
    accepts(vec![
        op(1, 1, 2, created("a", 1, 10)),
        lost(2, 3, update("a", 2)),
        op(3, 5, 6, (refused, Answer::Conflict)),
    ]);
}

#[test]
fn a_creation_without_an_answer_may_have_happened() {
    let history = |last: &[(Request, Answer)]| {
        let mut operations = vec![lost(1, 1, create("a", 1))];
        for (position, last) in (0..).zip(last) {
            let call = 5 + 2 * position;
            operations.push(op(
                2 + u32::try_from(position).expect("few"),
                call,
                call + 1,
                last.clone(),
            ));
        }
        operations
    };
    let exists = || (create("a", 2), Answer::Exists);
    accepts(history(&[missed("a"), exists()]));
    accepts(history(&[
        missed("a"),
        created("a", 2, 10),
        got("a", seen(2, 10)),
    ]));
    rejects(history(&[exists(), missed("a")]), 3, "no more than");
    rejects(history(&[exists(), created("a", 2, 10)]), 3, "no more than");
    accepts(history(&[exists(), deleted("a", 1, 12), missed("a")]));
}

#[test]
fn a_deletion_without_an_answer_may_have_happened_or_may_still() {
    let history = |last: &[(Request, Answer)]| {
        let mut operations = vec![op(1, 1, 2, created("a", 1, 10)), lost(2, 3, delete("a"))];
        for (position, last) in (0..).zip(last) {
            let call = 5 + 2 * position;
            operations.push(op(
                3 + u32::try_from(position).expect("few"),
                call,
                call + 1,
                last.clone(),
            ));
        }
        operations
    };
    let there = got("a", seen(1, 10));
    accepts(history(&[there.clone(), there.clone()]));
    accepts(history(&[there.clone(), missed("a")]));
    rejects(history(&[missed("a"), there]), 4, "no more than");
}
