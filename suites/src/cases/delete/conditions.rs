use storeproof::storage::{DeleteOptions, Preconditions};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Case, Context, ErrorExpectations, RecordedValidation, Row, Verdict, delete_if, expect_eq,
        expect_that, row_of, sourced, unexpected, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows HOLDING_ROWS,
        a_condition_that_holds_lets_the_deletion_pass,
        "A deletion whose preconditions hold is carried out, and returns the last state at a new version.",
        "store/5.3.6 store/6/18"
    ),
    case!(
        rows FAILING_ROWS,
        a_condition_that_fails_stops_the_deletion,
        "A deletion whose preconditions fail, of a fresh suggestion too, is refused with wanted and found values, UID first, and nothing is asked.",
        "store/5.3.6 store/6/18 store/6/74"
    ),
    case!(
        conditions_are_about_what_is_stored,
        "Preconditions that a suggestion fails are checked again with what is stored, and may hold there.",
        "store/5.3.13 IFC-07"
    ),
    case!(
        a_suggestion_satisfies_no_condition,
        "Preconditions that only a suggestion satisfies fail, and the object stays.",
        "store/5.3.14"
    ),
    case!(
        a_failure_speaks_of_what_is_stored,
        "Where preconditions fail for the suggestion and for what is stored, the error speaks of what is stored.",
        "store/6/26"
    ),
    case!(
        an_object_without_uid_is_nobody,
        "An object without a UID fails a precondition on any UID, and stays.",
        "store/1.5"
    ),
    case!(
        a_missing_object_is_not_found_first,
        "A missing object is not found, whatever the preconditions of its deletion.",
        "store/3.5"
    ),
    case!(
        conditions_are_checked_again,
        "Preconditions hold for the state that is deleted, not only for the one first read.",
        "store/3.5"
    ),
];

const HOLDING_ROWS: &[Row] = &sourced(&HOLDING);

/// Conditions made of the stored object, whose UID is `A`.
type Conditions = fn(&Pod) -> Preconditions;

#[rustfmt::skip]
const HOLDING: [(&str, &str, Conditions); 4] = [
    ("none", "store/1.5", |_| Preconditions::default()),
    ("uid", "store/5.3.6", |_| Preconditions::uid("A")),
    ("version", "store/6/18", |pod| Preconditions::resource_version(pod.version())),
    ("both", "store/6/18", |pod| both("A", pod.version())),
];

const FAILING_ROWS: &[Row] = &sourced(&FAILING);

#[rustfmt::skip]
const FAILING: [(&str, &str, (Conditions, &str)); 11] = [
    ("uid", "store/5.3.6", (|_| Preconditions::uid("B"), UID)),
    ("version", "store/6/18", (|_| Preconditions::resource_version("1"), VERSION)),
    // Equal as a number; conditions compare text.
    ("leading_zero", "store/6/18 store/6/74",
        (|pod| Preconditions::resource_version(format!("0{}", pod.version())), VERSION)),
    ("no_number", "store/6/18", (|_| Preconditions::resource_version("none"), VERSION)),
    ("both", "store/6/18", (|_| both("B", "1"), UID)),
    ("version_beside_the_right_uid", "store/6/18 store/1.5", (|_| both("A", "1"), VERSION)),
    ("uid_in_small_letters", "store/1.5", (|_| Preconditions::uid("a"), "UID in precondition: a, ")),
    ("uid_with_a_blank", "store/1.5", (|_| Preconditions::uid("A "), "UID in precondition: A , ")),
    // What is there is compared, if it is empty: an empty text is not the same as none.
    ("empty_uid", "store/1.5", (|_| Preconditions::uid(""), EMPTY_UID)),
    ("empty_version", "store/1.5 store/6/18", (|_| Preconditions::resource_version(""), VERSION)),
    ("version_zero", "store/1.5 store/6/18", (|_| Preconditions::resource_version("0"), VERSION)),
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

async fn a_condition_that_holds_lets_the_deletion_pass(context: &Context, row: usize) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo").uid("A")).await?;
    let options = delete_if(row_of(&HOLDING, row)(&stored));
    let mut validation = RecordedValidation::accepting();
    let deleted = context
        .store()
        .delete(&at, options, &mut validation)
        .await?;
    validation.expect_asked(&[Some(&stored)])?;
    let deleted = deleted.ok_or_else(|| unexpected("the last state", "nothing"))?;
    expect_that(
        version_of(&deleted)? > version_of(&stored)?,
        format!("a version larger than {}", stored.version()),
        deleted.version(),
    )?;
    expect_eq("the last state", &deleted, &stored.at(deleted.version()))?;
    context.expect_missing(&at).await
}

async fn a_condition_that_fails_stops_the_deletion(context: &Context, row: usize) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo").uid("A")).await?;
    let (conditions, text) = row_of(&FAILING, row);
    let text = whole(text, conditions(&stored), &stored);
    for suggestion in [None, Some(stored.clone())] {
        let options = DeleteOptions {
            suggestion,
            ..delete_if(conditions(&stored))
        };
        let mut validation = RecordedValidation::accepting();
        let refused = context.store().delete(&at, options, &mut validation).await;
        let error = refused.expect_invalid_object()?;
        context.expect_verdict_on(&at, &error)?;
        Err::<(), _>(error).expect_text(&text)?;
        expect_eq("calls of the validation", validation.calls(), 0)?;
        context.expect_stored(&at, &stored).await?;
    }
    Ok(())
}

/// A text about versions with both of them, the wanted one first.
fn whole(text: &str, conditions: Preconditions, stored: &Pod) -> String {
    if text != VERSION {
        return text.to_owned();
    }
    let wanted = conditions.resource_version.unwrap_or_default();
    let found = stored.version();
    format!("{VERSION}{wanted}, ResourceVersion in object meta: {found}")
}

async fn conditions_are_about_what_is_stored(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    for version_too in [false, true] {
        let old = context.create(&pod("test-ns", "foo")).await?;
        let current = context.update(&at, |pod| pod.uid("A")).await?;
        let conditions = match version_too {
            true => both("A", current.version()),
            false => Preconditions::uid("A"),
        };
        let options = DeleteOptions {
            suggestion: Some(old),
            ..delete_if(conditions)
        };
        let mut validation = RecordedValidation::accepting();
        context
            .store()
            .delete(&at, options, &mut validation)
            .await?;
        validation.expect_asked(&[Some(&current)])?;
        context.expect_missing(&at).await?;
    }
    Ok(())
}

async fn a_suggestion_satisfies_no_condition(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo").uid("A")).await?;
    let current = context.update(&at, |pod| pod.uid("B")).await?;
    for conditions in [
        Preconditions::uid("A"),
        Preconditions::resource_version(old.version()),
        both("A", old.version()),
    ] {
        let options = DeleteOptions {
            suggestion: Some(old.clone()),
            ..delete_if(conditions)
        };
        let mut validation = RecordedValidation::accepting();
        let refused = context.store().delete(&at, options, &mut validation).await;
        let error = refused.expect_invalid_object()?;
        context.expect_verdict_on(&at, &error)?;
        context.expect_stored(&at, &current).await?;
    }
    Ok(())
}

async fn a_failure_speaks_of_what_is_stored(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let old = context.create(&pod("test-ns", "foo").uid("old")).await?;
    let current = context.update(&at, |pod| pod.uid("current")).await?;
    let options = DeleteOptions {
        suggestion: Some(old),
        ..delete_if(Preconditions::uid("wanted"))
    };
    let mut validation = RecordedValidation::accepting();
    let refused = context.store().delete(&at, options, &mut validation).await;
    let error = refused.expect_invalid_object()?;
    Err::<(), _>(error).expect_text("UID in precondition: wanted, UID in object meta: current")?;
    context.expect_stored(&at, &current).await
}

async fn an_object_without_uid_is_nobody(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let options = delete_if(Preconditions::uid("A"));
    let mut validation = RecordedValidation::accepting();
    let refused = context.store().delete(&at, options, &mut validation).await;
    refused.expect_invalid_object()?;
    context.expect_stored(&at, &stored).await
}

async fn conditions_are_checked_again(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo").uid("A")).await?;
    let replace = async {
        context.delete(&at).await?;
        context
            .create(&pod("test-ns", "foo").uid("B"))
            .await
            .map(drop)
    };
    let mut validation = RecordedValidation::accepting().meanwhile(replace);
    let options = delete_if(Preconditions::uid("A"));
    let refused = context.store().delete(&at, options, &mut validation).await;
    let error = refused.expect_invalid_object()?;
    context.expect_verdict_on(&at, &error)?;
    validation.expect_asked(&[Some(&created)])?;
    let stored = context.get(&at).await?;
    let theirs = pod("test-ns", "foo").uid("B").at(stored.version());
    expect_eq("the other one's object", stored, theirs)
}

async fn a_missing_object_is_not_found_first(context: &Context) -> Verdict {
    let at = key("test-ns", "missing");
    let gone = context.create(&pod("test-ns", "missing").uid("B")).await?;
    context.delete(&at).await?;
    for (conditions, suggestion) in [
        (Preconditions::uid("A"), None),
        (Preconditions::uid("A"), Some(gone)),
        (Preconditions::default(), None),
    ] {
        let mut validation = RecordedValidation::accepting();
        let options = DeleteOptions {
            suggestion,
            ..delete_if(conditions)
        };
        let refused = context.store().delete(&at, options, &mut validation).await;
        let error = refused.expect_not_found()?;
        context.expect_verdict_on(&at, &error)?;
        expect_eq("calls of the validation", validation.calls(), 0)?;
    }
    Ok(())
}
