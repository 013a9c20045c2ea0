use storeproof::storage::GetOptions;
use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{Case, Context, ErrorExpectations, Row, Verdict, expect_eq, names, row_of, sourced},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows BOUND_ROWS,
        returns_the_latest_state,
        "Whatever older version a read is bounded by, it returns the latest state of the object.",
        "store/5.3.4"
    ),
    case!(
        every_write_is_read_at_once,
        "A read that begins after a write was acknowledged sees it, be it a creation, an update or a deletion.",
        "store/2.3.1 store/6/17"
    ),
    case!(
        rows FUTURE_ROWS,
        refuses_versions_of_the_future,
        "A read bounded by a version that has not happened yet is refused as 504, whether the object exists or not.",
        "store/6/12 store/6/15"
    ),
    case!(
        the_future_begins_after_the_current_version,
        "A read bounded by the current version succeeds; one version more is 504, and the message tells both.",
        "store/6/14 store/6/15 IFC-03"
    )
    .exclusive(),
    case!(
        rows GRAMMAR_ROWS,
        refuses_what_is_no_version,
        "A bound that is not a version is refused as 400, whether the object exists or not.",
        "store/6/12 store/6/74"
    ),
    case!(
        a_missing_object_is_not_found,
        "Getting a missing object is refused in the name of the full key.",
        "store/5.3.4/get-non-existing store/2.4.1"
    ),
    case!(
        a_missing_object_can_be_ignored,
        "Where a missing object is to be ignored, the answer is nothing, and no error.",
        "store/5.3.4/get-non-existing-ignored store/6/13"
    ),
];

const BOUND_ROWS: &[Row] = &sourced(&BOUNDS);

/// A bound, made of three versions.
type Bound = fn([&str; 3]) -> String;

/// The bound, made of the versions of the object's creation, of its last update, and of a later write elsewhere.
#[rustfmt::skip]
const BOUNDS: [(&str, &str, Bound); 6] = [
    ("none", "store/5.3.4/get-existing", |_| String::new()),
    ("zero", "store/5.3.4/resource-version-0", |_| "0".to_owned()),
    ("creation", "store/5.3.4/object-created-resource-version", |[created, ..]| created.to_owned()),
    ("last_update", "store/5.3.4/current-object-resource-version", |[_, updated, _]| updated.to_owned()),
    ("later_write", "store/5.3.4/latest-resource-version", |[.., later]| later.to_owned()),
    ("leading_zeros", "store/6/74", |[.., later]| format!("00{later}")),
];

const FUTURE_ROWS: &[Row] = &sourced(&FUTURE);

#[rustfmt::skip]
const FUTURE: [(&str, &str, &str); 3] = [
    ("largest_signed", "store/5.3.4/too-high store/6/12", "9223372036854775807"),
    ("beyond_signed", "store/6/12 store/6/15", "9223372036854775808"),
    ("largest", "store/6/12 store/6/15", "18446744073709551615"),
];

const GRAMMAR_ROWS: &[Row] = &names(&NO_VERSIONS);

const NO_VERSIONS: [(&str, &str); 9] = [
    ("letters", "abc"),
    ("minus", "-1"),
    ("plus", "+1"),
    ("blank", " "),
    ("leading_blank", " 1"),
    ("trailing_blank", "1 "),
    ("hexadecimal", "0x1"),
    ("underscore", "1_0"),
    ("out_of_range", "18446744073709551616"),
];

fn bounded(version: &str, ignore_not_found: bool) -> GetOptions {
    GetOptions {
        resource_version: version.to_owned(),
        ignore_not_found,
    }
}

async fn returns_the_latest_state(context: &Context, row: usize) -> Verdict {
    let at = key("test-ns", "foo");
    let created = context.create(&pod("test-ns", "foo")).await?;
    let updated = context
        .update(&at, |pod| pod.annotation("test", "1"))
        .await?;
    let later = context.create(&pod("test-ns", "bar")).await?;
    let bound = row_of(&BOUNDS, row)([created.version(), updated.version(), later.version()]);
    for ignore in [false, true] {
        let found = context.store().get(&at, &bounded(&bound, ignore)).await?;
        expect_eq("the object", found.as_ref(), Some(&updated))?;
    }
    Ok(())
}

async fn every_write_is_read_at_once(context: &Context) -> Verdict {
    let at = key("test-ns", "foo");
    for round in 0..10 {
        let created = context.create(&pod("test-ns", "foo")).await?;
        context.expect_stored(&at, &created).await?;
        let number = round.to_string();
        let updated = context
            .update(&at, |pod| pod.label("round", &number))
            .await?;
        context.expect_stored(&at, &updated).await?;
        context.delete(&at).await?;
        context.expect_missing(&at).await?;
    }
    Ok(())
}

async fn refuses_versions_of_the_future(context: &Context, row: usize) -> Verdict {
    let bound = *row_of(&FUTURE, row);
    context.create(&pod("test-ns", "foo")).await?;
    for name in ["foo", "missing"] {
        for ignore in [false, true] {
            let at = key("test-ns", name);
            let refused = context.store().get(&at, &bounded(bound, ignore)).await;
            refused.expect_too_large()?;
        }
    }
    Ok(())
}

async fn the_future_begins_after_the_current_version(context: &Context) -> Verdict {
    let stored = context.create(&pod("test-ns", "foo")).await?;
    let at = key("test-ns", "foo");
    // The current version is not that of the object.
    context.create(&pod("test-ns", "other")).await?;
    let current = context.current().await?;
    let found = context
        .store()
        .get(&at, &bounded(&current.to_string(), false))
        .await?;
    expect_eq("the object at the current version", found, Some(stored))?;
    let next = current.next();
    let refused = context
        .store()
        .get(&at, &bounded(&next.to_string(), false))
        .await;
    let error = refused.expect_too_large()?;
    expect_eq(
        "the message",
        error.to_string(),
        format!("Timeout: Too large resource version: {next}, current: {current}"),
    )?;
    let reason = error.status().and_then(|status| status.reason.clone());
    expect_eq("the reason", reason.as_deref(), Some("Timeout"))
}

async fn refuses_what_is_no_version(context: &Context, row: usize) -> Verdict {
    let bound = *row_of(&NO_VERSIONS, row);
    context.create(&pod("test-ns", "foo")).await?;
    for name in ["foo", "missing"] {
        for ignore in [false, true] {
            let at = key("test-ns", name);
            let refused = context.store().get(&at, &bounded(bound, ignore)).await;
            let error = refused.expect_bad_request()?;
            let text =
                format!("invalid resource version: resourceVersion: Invalid value: {bound:?}:");
            Err::<(), _>(error).expect_text(&text)?;
        }
    }
    Ok(())
}

async fn a_missing_object_is_not_found(context: &Context) -> Verdict {
    context.create(&pod("test-ns", "foo")).await?;
    for at in ["/pods/non-existing", "/pods/test-ns/missing"] {
        let refused = context.store().get(at, &GetOptions::default()).await;
        let error = refused.expect_not_found()?;
        context.expect_verdict_on(at, &error)?;
    }
    Ok(())
}

async fn a_missing_object_can_be_ignored(context: &Context) -> Verdict {
    let existing = context.create(&pod("test-ns", "foo")).await?;
    for at in ["/pods/non-existing", "/pods/test-ns/missing"] {
        for bound in ["", "0", existing.version()] {
            let found = context.store().get(at, &bounded(bound, true)).await?;
            expect_eq("the missing object", found, None)?;
        }
    }
    let found = context
        .store()
        .get(&key("test-ns", "foo"), &bounded("", true))
        .await?;
    expect_eq("an object that is there", found, Some(existing))
}
