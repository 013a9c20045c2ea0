use storeproof::storage::{Preconditions, UpdateOptions};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Case, Context, ErrorExpectations, RecordedUpdate, Row, Verdict, expect_eq, names, row_of,
        update_if,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows HOLDING_ROWS,
        a_condition_that_holds_lets_the_update_pass,
        "An update whose preconditions hold is carried out.",
        "store/6/31"
    ),
    case!(
        rows FAILING_ROWS,
        a_condition_that_fails_stops_the_update,
        "An update whose preconditions fail, of a fresh suggestion too, is refused with wanted and found values, UID first, before it is called.",
        "store/6/31 store/6/74 store/1.5"
    ),
    case!(
        conditions_are_about_what_is_stored,
        "Preconditions that a suggestion fails are checked again with what is stored, and may hold there.",
        "store/6/31"
    ),
    case!(
        a_suggestion_satisfies_no_condition,
        "Preconditions that only a suggestion satisfies fail, and nothing is written.",
        "store/6/31"
    ),
    case!(
        nothing_satisfies_no_condition,
        "A missing object fails every precondition, also where it is to be ignored, and is not created.",
        "store/6/32"
    ),
    case!(
        empty_conditions_hold_of_nothing,
        "Preconditions that demand nothing hold where there is nothing, and the object is created.",
        "store/1.5 store/3.6"
    ),
    case!(
        an_object_without_uid_is_nobody,
        "An object without a UID fails a precondition on any UID, and is not updated.",
        "store/1.5"
    ),
    case!(
        a_missing_object_is_not_found_first,
        "Without leave to ignore it, a missing object is not found, whatever the preconditions.",
        "store/3.6"
    ),
];

const HOLDING_ROWS: &[Row] = &names(&HOLDING);

/// Conditions made of the stored object, whose UID is `A`.
type Conditions = fn(&Pod) -> Preconditions;

const HOLDING: [(&str, Conditions); 4] = [
    ("none", |_| Preconditions::default()),
    ("uid", |_| Preconditions::uid("A")),
    ("version", |pod| {
        Preconditions::resource_version(pod.version())
    }),
    ("both", |pod| both("A", pod.version())),
];

const FAILING_ROWS: &[Row] = &names(&FAILING);

const FAILING: [(&str, (Conditions, &str)); 11] = [
    ("uid", (|_| Preconditions::uid("B"), UID)),
    (
        "version",
        (|_| Preconditions::resource_version("1"), VERSION),
    ),
    // Equal as a number; conditions compare text.
    (
        "leading_zero",
        (
            |pod| Preconditions::resource_version(format!("0{}", pod.version())),
            VERSION,
        ),
    ),
    (
        "no_number",
        (|_| Preconditions::resource_version("none"), VERSION),
    ),
    ("both", (|_| both("B", "1"), UID)),
    (
        "version_beside_the_right_uid",
        (|_| both("A", "1"), VERSION),
    ),
    (
        "uid_in_small_letters",
        (|_| Preconditions::uid("a"), "UID in precondition: a, "),
    ),
    (
        "uid_with_a_blank",
        (|_| Preconditions::uid("A "), "UID in precondition: A , "),
    ),
    // What is there is compared, if it is empty: an empty text is not the same as none.
    ("empty_uid", (|_| Preconditions::uid(""), EMPTY_UID)),
    (
        "empty_version",
        (|_| Preconditions::resource_version(""), VERSION),
    ),
    (
        "version_zero",
        (|_| Preconditions::resource_version("0"), VERSION),
    ),
];

const UID: &str = "Precondition failed: UID in precondition: B, UID in object meta: A";
const EMPTY_UID: &str = "Precondition failed: UID in precondition: , UID in object meta: A";
const VERSION: &str = "Precondition failed: ResourceVersion in precondition: ";

fn both(uid: &str, version: &str) -> Preconditions {
    Preconditions {
        uid: Some(uid.to_owned()),
        resource_version: Some(version.to_owned()),
    }
}

async fn a_condition_that_holds_lets_the_update_pass(context: &Context, row: usize) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo").uid("A")).await?;
    let options = update_if(row_of(&HOLDING, row)(&stored));
    let mut update = RecordedUpdate::changing(&stored, |pod| pod.label("a", "1"));
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    update.expect_inputs(&[Some(&stored)])?;
    let wanted = stored.label("a", "1").at(updated.version());
    expect_eq("the updated object", &updated, &wanted)?;
    context.expect_stored(&at, &updated).await
}

async fn a_condition_that_fails_stops_the_update(context: &Context, row: usize) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo").uid("A")).await?;
    let (conditions, text) = row_of(&FAILING, row);
    for suggestion in [None, Some(stored.clone())] {
        let options = UpdateOptions {
            suggestion,
            ..update_if(conditions(&stored))
        };
        let mut update = RecordedUpdate::to(&pod("test-ns", "foo"));
        let refused = context
            .store()
            .guaranteed_update(&at, options, &mut update)
            .await;
        let error = refused.expect_invalid_object()?;
        context.expect_verdict_on(&at, &error)?;
        Err::<(), _>(error).expect_text(text)?;
        expect_eq("calls of the update", update.calls(), 0)?;
        context.expect_stored(&at, &stored).await?;
    }
    Ok(())
}

async fn conditions_are_about_what_is_stored(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo")).await?;
    let current = context.update(&at, |pod| pod.uid("A")).await?;
    let options = UpdateOptions {
        preconditions: Some(both("A", current.version())),
        suggestion: Some(old),
        ..UpdateOptions::default()
    };
    let mut update = RecordedUpdate::changing(&current, |pod| pod.label("a", "1"));
    let updated = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    update.expect_inputs(&[Some(&current)])?;
    let wanted = current.label("a", "1").at(updated.version());
    expect_eq("the updated object", &updated, &wanted)
}

async fn a_suggestion_satisfies_no_condition(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo").uid("A")).await?;
    let current = context.update(&at, |pod| pod.uid("B")).await?;
    let by_version = format!("ResourceVersion in object meta: {}", current.version());
    let by_uid = "UID in object meta: B";
    for (conditions, text) in [
        (Preconditions::uid("A"), by_uid),
        (Preconditions::resource_version(old.version()), &*by_version),
        (both("A", old.version()), by_uid),
    ] {
        let options = UpdateOptions {
            preconditions: Some(conditions),
            suggestion: Some(old.clone()),
            ..UpdateOptions::default()
        };
        let mut update = RecordedUpdate::changing(&current, |pod| pod.label("a", "1"));
        let refused = context
            .store()
            .guaranteed_update(&at, options, &mut update)
            .await;
        let error = refused.expect_invalid_object()?;
        context.expect_verdict_on(&at, &error)?;
        Err::<(), _>(error).expect_text(text)?;
    }
    context.expect_stored(&at, &current).await
}

async fn nothing_satisfies_no_condition(context: &Context) -> Verdict {
    let at = key("test-ns", "missing");
    for conditions in [
        Preconditions::uid("A"),
        Preconditions::resource_version("1"),
        // A key of etcd that is not there has version 0; an object that is not there has none.
        Preconditions::resource_version("0"),
    ] {
        let options = UpdateOptions {
            ignore_not_found: true,
            ..update_if(conditions)
        };
        let mut update = RecordedUpdate::to(&pod("test-ns", "missing").uid("A"));
        let refused = context
            .store()
            .guaranteed_update(&at, options, &mut update)
            .await;
        refused.expect_invalid_object()?;
        expect_eq("calls of the update", update.calls(), 0)?;
    }
    context.expect_missing(&at).await
}

async fn an_object_without_uid_is_nobody(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let options = update_if(Preconditions::uid("A"));
    let mut update = RecordedUpdate::changing(&stored, |pod| pod.label("a", "1"));
    let refused = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await;
    refused.expect_invalid_object()?;
    context.expect_stored(&at, &stored).await
}

async fn a_missing_object_is_not_found_first(context: &Context) -> Verdict {
    let at = key("test-ns", "missing");
    let gone = context.create(&pod("test-ns", "missing").uid("B")).await?;
    context.delete(&at).await?;
    for suggestion in [None, Some(gone)] {
        let options = UpdateOptions {
            suggestion,
            ..update_if(Preconditions::uid("A"))
        };
        let mut update = RecordedUpdate::to(&pod("test-ns", "missing").uid("A"));
        let refused = context
            .store()
            .guaranteed_update(&at, options, &mut update)
            .await;
        refused.expect_not_found()?;
        expect_eq("calls of the update", update.calls(), 0)?;
    }
    context.expect_missing(&at).await
}

async fn empty_conditions_hold_of_nothing(context: &Context) -> Verdict {
    let at = key("test-ns", "missing");
    let options = UpdateOptions {
        ignore_not_found: true,
        ..update_if(Preconditions::default())
    };
    let wanted = pod("test-ns", "missing");
    let mut update = RecordedUpdate::to(&wanted);
    let created = context
        .store()
        .guaranteed_update(&at, options, &mut update)
        .await?;
    update.expect_inputs(&[None])?;
    context.expect_stored(&at, &created).await?;
    expect_eq("the object", &created, &wanted.at(created.version()))
}
