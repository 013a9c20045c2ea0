use storeproof::storage::{Preconditions, UpdateOptions};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedUpdate, Row, Verdict, expect_eq,
        expect_that, row_of, sourced, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        ends_as_its_conditions_and_its_change_say,
        "An update is refused, writes nothing or writes, as what is stored, its options and what it returns have it.",
        "store/5.3.29"
    ),
    case!(
        rows STALE_ROWS,
        writes_where_the_stored_value_is_stale,
        "An update of a stale value is written, whether it changes the object or not.",
        "store/5.3.29"
    )
    .needs(&[Capability::Transformer]),
];

/// What comes of an update.
#[derive(Clone, Copy)]
enum Outcome {
    NotFound,
    InvalidObject,
    /// Written: another version than before.
    Written,
    /// Not written: the version of before.
    Same,
}

/// An update that returns the stored object, changed or not.
#[derive(Clone, Copy)]
struct Request {
    /// The object's own key, or one with nothing there.
    existing: bool,
    ignore_not_found: bool,
    uid: &'static str,
    annotated: bool,
    self_link: bool,
    outcome: Outcome,
}

const fn existing(outcome: Outcome) -> Request {
    Request {
        existing: true,
        ignore_not_found: false,
        uid: "",
        annotated: false,
        self_link: false,
        outcome,
    }
}

const fn annotating(request: Request) -> Request {
    Request {
        annotated: true,
        ..request
    }
}

const fn linking(request: Request) -> Request {
    Request {
        self_link: true,
        ..request
    }
}

const fn of_uid(uid: &'static str, outcome: Outcome) -> Request {
    Request {
        uid,
        ..existing(outcome)
    }
}

const fn missing(ignore_not_found: bool, outcome: Outcome) -> Request {
    annotating(Request {
        existing: false,
        ignore_not_found,
        ..existing(outcome)
    })
}

const ROWS: &[Row] = &sourced(&TABLE);

#[rustfmt::skip]
const TABLE: [(&str, &str, Request); 7] = [
    ("missing", "store/5.3.29/c0", missing(false, Outcome::NotFound)),
    ("missing_ignored", "store/5.3.29/c1", missing(true, Outcome::Written)),
    ("changed", "store/5.3.29/c2", annotating(existing(Outcome::Written))),
    ("unchanged", "store/5.3.29/c3", existing(Outcome::Same)),
    ("self_link_set", "store/5.3.29/c4", linking(existing(Outcome::Same))),
    ("uid_matches", "store/5.3.29/c6", of_uid("A", Outcome::Same)),
    ("uid_differs", "store/5.3.29/c7", of_uid("B", Outcome::InvalidObject)),
];

const STALE_ROWS: &[Row] = &sourced(&STALE);

#[rustfmt::skip]
const STALE: [(&str, &str, Request); 2] = [
    ("changed", "store/5.3.29/c5", annotating(existing(Outcome::Written))),
    ("unchanged", "store/6/48", existing(Outcome::Written)),
];

async fn ends_as_its_conditions_and_its_change_say(context: &Context, row: usize) -> Verdict {
    let stored = context.create(&pod("test-ns", "foo").uid("A")).await?;
    judge(context, &stored, row_of(&TABLE, row)).await
}

async fn writes_where_the_stored_value_is_stale(context: &Context, row: usize) -> Verdict {
    let stored = context.create(&pod("test-ns", "foo").uid("A")).await?;
    context.transformer().set_stale(true);
    judge(context, &stored, row_of(&STALE, row)).await
}

async fn judge(context: &Context, stored: &Pod, request: &Request) -> Verdict {
    let at = match request.existing {
        true => key("test-ns", "foo"),
        false => "/pods/non-existing".to_owned(),
    };
    let wanted = match request.annotated {
        true => stored.clone().annotation("version", "1"),
        false => stored.clone(),
    };
    let mut returned = wanted.clone();
    returned.metadata.self_link = request.self_link.then(|| "testlink".to_owned());
    let options = UpdateOptions {
        ignore_not_found: request.ignore_not_found,
        preconditions: (!request.uid.is_empty()).then(|| Preconditions::uid(request.uid)),
        ..UpdateOptions::default()
    };
    let mut update = RecordedUpdate::to(&returned);
    let answer = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    let updated = match request.outcome {
        Outcome::NotFound => return answer.expect_not_found().map(drop),
        Outcome::InvalidObject => return answer.expect_invalid_object().map(drop),
        Outcome::Same | Outcome::Written => answer?,
    };
    expect_eq("calls of the update", update.calls(), 1)?;
    let written = version_of(&updated)? > version_of(stored)?;
    let expected = matches!(request.outcome, Outcome::Written);
    expect_that(
        written == expected && (written || updated.version() == stored.version()),
        format!(
            "it is written, at a version after {}: {expected}",
            stored.version()
        ),
        format!("it is at {}", updated.version()),
    )?;
    expect_eq(
        "the updated object",
        &updated,
        &wanted.at(updated.version()),
    )?;
    context.expect_stored(&at, &updated).await
}
