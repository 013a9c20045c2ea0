use super::write::{
    accepts, at, create, created, current, delete, deleted, got, listed, missed, op, rejects, seen,
    update, updated,
};
use crate::{Answer, Content, Listed, Request};

#[test]
fn reads_beside_a_write_may_show_either_state() {
    accepts(vec![
        op(1, 1, 2, created("a", 1, 10)),
        op(2, 3, 8, updated("a", 2, 11, seen(1, 10))),
        op(3, 4, 5, got("a", seen(1, 10))),
        op(3, 6, 7, got("a", seen(2, 11))),
    ]);
}

#[test]
fn a_stale_read_is_older_than_a_write_that_had_ended() {
    let written = || {
        vec![
            op(1, 1, 2, created("a", 1, 10)),
            op(1, 3, 4, updated("a", 2, 11, seen(1, 10))),
        ]
    };
    let with = |last| written().into_iter().chain([last]).collect();
    accepts(with(op(2, 5, 6, got("a", seen(2, 11)))));
    rejects(
        with(op(2, 5, 6, got("a", seen(1, 10)))),
        2,
        "replaced at @11",
    );
    rejects(with(op(2, 5, 6, missed("a"))), 2, "nothing");
    rejects(
        with(op(2, 5, 6, listed(10, &[("a", seen(1, 10))]))),
        2,
        "@10",
    );
    rejects(with(op(2, 5, 6, current(10))), 2, "@10");
    accepts(with(op(2, 5, 6, current(12))));
}

#[test]
fn a_read_may_not_be_older_than_an_earlier_read() {
    let history = |first, second| {
        vec![
            op(1, 1, 2, created("a", 1, 10)),
            op(2, 3, 20, updated("a", 2, 11, seen(1, 10))),
            op(3, 4, 5, first),
            op(4, 6, 7, second),
        ]
    };
    accepts(history(got("a", seen(1, 10)), got("a", seen(2, 11))));
    rejects(
        history(got("a", seen(2, 11)), got("a", seen(1, 10))),
        4,
        "replaced",
    );
    rejects(history(current(11), got("a", seen(1, 10))), 4, "replaced");
}

#[test]
fn an_update_is_lost_where_two_were_made_of_the_same_state() {
    let history = |over, version| {
        vec![
            op(1, 1, 2, created("a", 1, 10)),
            op(2, 3, 6, updated("a", 2, 11, seen(1, 10))),
            op(3, 4, 5, updated("a", 3, version, over)),
        ]
    };
    accepts(history(seen(2, 11), 12));
    rejects(history(seen(1, 10), 12), 3, "it replaced 1@10");
}

#[test]
fn two_winners_of_one_key_are_a_split_brain() {
    let mut history = vec![
        op(1, 1, 3, created("a", 1, 10)),
        op(2, 2, 4, (create("a", 2), Answer::Exists)),
    ];
    accepts(history.clone());
    history.push(op(3, 2, 5, created("a", 3, 11)));
    rejects(history, 3, "it found nothing");
}

#[test]
fn versions_are_distinct_and_in_the_order_of_time() {
    let history = |first, second| {
        vec![
            op(1, 1, 2, created("a", 1, first)),
            op(2, 3, 4, created("b", 2, second)),
        ]
    };
    accepts(history(10, 11));
    rejects(history(11, 10), 2, "@10");
    rejects(
        vec![
            op(1, 1, 4, created("a", 1, 10)),
            op(2, 2, 3, updated("a", 2, 10, seen(1, 10))),
        ],
        2,
        "two changes of a",
    );
}

#[test]
fn a_read_shows_nothing_that_was_not_written() {
    let created = || op(1, 1, 2, created("a", 1, 10));
    rejects(
        vec![created(), op(2, 3, 4, got("a", seen(7, 11)))],
        2,
        "never written",
    );
    rejects(
        vec![created(), op(2, 3, 4, got("b", seen(1, 10)))],
        2,
        "elsewhere",
    );
    rejects(
        vec![created(), op(2, 3, 4, got("a", seen(1, 11)))],
        2,
        "not at 11",
    );
    let refused = op(2, 3, 4, (create("a", 2), Answer::Exists));
    rejects(
        vec![created(), refused, op(3, 5, 6, got("a", seen(2, 11)))],
        3,
        "refused",
    );
}

#[test]
fn a_read_from_the_future_shows_what_is_only_going_to_be_written() {
    let later = op(1, 5, 6, created("a", 1, 10));
    accepts(vec![later.clone(), op(2, 4, 7, got("a", seen(1, 10)))]);
    rejects(
        vec![later, op(2, 3, 4, got("a", seen(1, 10)))],
        2,
        "going to be",
    );
}

#[test]
fn what_was_deleted_does_not_come_back() {
    let history = |last| {
        vec![
            op(1, 1, 2, created("a", 1, 10)),
            op(1, 3, 4, deleted("a", 1, 11)),
            last,
        ]
    };
    accepts(history(op(2, 5, 6, missed("a"))));
    accepts(history(op(2, 5, 6, created("a", 2, 12))));
    rejects(
        history(op(2, 5, 6, got("a", seen(1, 10)))),
        2,
        "replaced at @11",
    );
    rejects(
        history(op(2, 3, 6, updated("a", 2, 12, seen(1, 10)))),
        2,
        "deleted at 11",
    );
}

#[test]
fn a_refusal_needs_a_moment_that_explains_it() {
    let conflict = |only_at| {
        let request = Request::Update {
            key: "a".into(),
            content: Content(9),
            only_at: Some(at(only_at)),
        };
        (request, Answer::Conflict)
    };
    let history = |last| vec![op(1, 1, 2, created("a", 1, 10)), op(2, 3, 4, last)];
    accepts(history((create("a", 2), Answer::Exists)));
    rejects(history((update("a", 2), Answer::Missing)), 2, "nothing");
    rejects(history((delete("a"), Answer::Missing)), 2, "nothing");
    rejects(
        vec![op(2, 3, 4, (create("a", 2), Answer::Exists))],
        2,
        "something",
    );
    accepts(history(conflict(9)));
    rejects(history(conflict(10)), 2, "another version");
}

#[test]
fn a_list_is_the_state_at_its_version() {
    let history = |list| {
        vec![
            op(1, 1, 2, created("a", 1, 10)),
            op(2, 3, 6, created("b", 2, 11)),
            op(3, 4, 5, list),
        ]
    };
    let (a, b) = (("a", seen(1, 10)), ("b", seen(2, 11)));
    accepts(history(listed(10, &[a])));
    accepts(history(listed(11, &[a, b])));
    rejects(history(listed(11, &[a])), 3, "at 11 there was 2@11 at b");
    rejects(history(listed(10, &[a, b])), 3, "as of 11");
    rejects(history(listed(11, &[b])), 3, "at a");
    rejects(history(listed(11, &[a, b, b])), 3, "twice");
    let torn = Listed {
        pages: vec![at(10), at(11)],
        items: vec![("a".into(), seen(1, 10))],
    };
    rejects(
        history((Request::List, Answer::Listed(torn))),
        3,
        "goes on at 11",
    );
}

#[test]
fn without_versions_contents_decide() {
    let history = |last| {
        vec![
            op(1, 1, 2, created("a", 1, 0)),
            op(1, 3, 4, updated("a", 2, 0, seen(1, 0))),
            op(2, 5, 6, last),
        ]
    };
    accepts(history(got("a", seen(2, 0))));
    rejects(history(got("a", seen(1, 0))), 2, "no more than");
}
