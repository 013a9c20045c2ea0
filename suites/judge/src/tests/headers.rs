//! Answers that carry the version of the whole store, as those of servers do.

use super::write::{
    accepts, at, create, created, deleted, got, lost, missed, op, put, rejects, seen, told,
};
use crate::{Answer, Content, Operation, Request, Seen};

fn putting(key: &str, content: u64, version: u64, over: Option<Seen>) -> (Request, Answer) {
    let answer = Answer::Wrote {
        version: at(version),
        over,
    };
    (put(key, content), answer)
}

fn replacing(key: &str, content: u64, only_at: u64) -> Request {
    Request::Update {
        key: key.into(),
        content: Content(content),
        only_at: Some(at(only_at)),
    }
}

/// A client writes `a`, then again.
fn twice() -> Vec<Operation> {
    vec![
        told(10, op(1, 1, 2, putting("a", 1, 10, None))),
        told(11, op(1, 3, 4, putting("a", 2, 11, Some(seen(1, 10))))),
    ]
}

#[track_caller]
fn rejects_after_two(last: Operation, why: &str) {
    let client = last.client.0;
    rejects(twice().into_iter().chain([last]).collect(), client, why);
}

#[test]
fn a_read_beside_a_write_is_of_the_version_that_it_tells() {
    let beside = |header, read| {
        let mut history = twice();
        history.extend([
            told(12, op(1, 5, 9, putting("a", 3, 12, Some(seen(2, 11))))),
            told(header, op(2, 6, 7, read)),
        ]);
        history
    };
    accepts(beside(11, got("a", seen(2, 11))));
    accepts(beside(12, got("a", seen(3, 12))));
    rejects(
        beside(12, got("a", seen(2, 11))),
        2,
        "at @12 there was 3@12",
    );
    rejects(beside(11, got("a", seen(3, 12))), 2, "of @11 and shows @12");
    rejects(beside(11, missed("a")), 2, "at @11 there was 2@11");
}

#[test]
fn a_stale_answer_is_told_by_its_header() {
    rejects_after_two(told(10, op(2, 5, 6, got("a", seen(1, 10)))), "it shows @10");
    rejects_after_two(told(9, op(2, 5, 6, missed("b"))), "it shows @9");
    rejects_after_two(
        told(11, op(2, 5, 6, got("a", seen(1, 10)))),
        "at @11 there was 2@11",
    );
}

#[test]
fn a_write_that_was_acknowledged_is_not_lost() {
    let lost = told(12, op(2, 5, 6, putting("a", 3, 12, Some(seen(2, 11)))));
    let mut history = twice();
    history.push(lost);
    history.push(told(12, op(3, 7, 8, got("a", seen(2, 11)))));
    rejects(history, 3, "at @12 there was 3@12");
}

#[test]
fn one_state_is_replaced_once() {
    let replaced = |content, version| {
        let answer = Answer::Wrote {
            version: at(version),
            over: Some(seen(2, 11)),
        };
        (replacing("a", content, 11), answer)
    };
    let mut history = twice();
    history.extend([
        told(12, op(2, 5, 8, replaced(3, 12))),
        told(13, op(3, 6, 9, replaced(4, 13))),
    ]);
    rejects(history, 3, "it replaced 2@11, but a was 3@12");
}

#[test]
fn a_comparison_fails_only_where_it_does_not_hold() {
    let refused = |found| (replacing("a", 9, 11), Answer::Found(found));
    rejects_after_two(
        told(11, op(2, 5, 6, refused(seen(2, 11)))),
        "at @11 there was 2@11",
    );
    let mut history = twice();
    history.extend([
        told(12, op(3, 5, 6, deleted("a", 2, 12))),
        told(12, op(2, 7, 8, (replacing("a", 9, 11), Answer::Missing))),
        told(12, op(2, 9, 10, (create("a", 8), Answer::Exists))),
    ]);
    rejects(history, 2, "at @12 there was nothing");
}

#[test]
fn two_requests_that_change_something_have_two_versions() {
    rejects_after_two(
        told(11, op(2, 3, 6, putting("b", 3, 11, None))),
        "another request changed something at @11",
    );
    // Parts of one request.
    accepts(vec![
        told(10, op(1, 1, 2, putting("a", 1, 10, None))),
        told(10, op(1, 1, 2, putting("b", 2, 10, None))),
        told(10, op(1, 1, 2, missed("c"))),
    ]);
}

#[test]
fn a_request_without_an_answer_happened_whole_or_not_at_all() {
    let two = |last: &[Operation]| {
        let mut history = vec![
            told(10, op(1, 1, 2, created("a", 1, 10))),
            lost(2, 3, put("a", 2)),
            lost(2, 3, put("b", 3)),
        ];
        history.extend(last.iter().cloned());
        history
    };
    let new = told(11, op(3, 5, 6, got("a", seen(2, 11))));
    let other = |header, read| told(header, op(4, 7, 8, read));
    accepts(two(&[new.clone(), other(11, got("b", seen(3, 11)))]));
    accepts(two(&[other(10, missed("b"))]));
    rejects(
        two(&[new.clone(), other(11, missed("b"))]),
        4,
        "at @11 there was 3@11",
    );
    rejects(two(&[new, other(12, got("b", seen(3, 12)))]), 4, "");
}

#[test]
fn a_put_without_an_answer_explains_what_nothing_else_does() {
    let history = |last| {
        vec![
            lost(1, 1, put("a", 1)),
            told(10, op(2, 3, 4, (create("a", 2), Answer::Exists))),
            last,
        ]
    };
    accepts(history(told(10, op(3, 5, 6, got("a", seen(1, 9))))));
    rejects(history(told(10, op(3, 5, 6, missed("a")))), 3, "");
}
