use storeproof::storage::{Error, WatchOptions};
use storeproof_fixtures::objects::pod;

use crate::{
    case,
    harness::{Capability, Case, Context, ErrorExpectations, Row, Verdict, names, row_of, sourced},
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        knows_a_version_that_is_none,
        "A watch from a version that is not a plain decimal number is refused at once, as invalid, whatever else it asks for.",
        "store/6/74"
    )
    .needs(&[Capability::Watch]),
    case!(
        rows FAR_ROWS,
        knows_a_version_that_nobody_reaches,
        "A watch of the changes after a version of more than 63 bits is refused at once, as invalid.",
        "backend/9/55"
    )
    .needs(&[Capability::Watch]),
    case!(
        rows KEY_ROWS,
        knows_a_key_that_is_none,
        "A watch of a key that is empty, relative or outside the resource is refused at once, and no watch begins.",
        "backend/6.22"
    )
    .needs(&[Capability::Watch]),
];

const ROWS: &[Row] = &names(&GRAMMAR);

const GRAMMAR: [(&str, &str); 6] = [
    ("letters", "abc"),
    ("minus", "-1"),
    ("plus", "+1"),
    ("blank", " "),
    ("hexadecimal", "0x1"),
    ("2^64", "18446744073709551616"),
];

async fn knows_a_version_that_is_none(context: &Context, row: usize) -> Verdict {
    context.create(&pod("ns", "foo")).await?;
    let version = *row_of(&GRAMMAR, row);
    for send_initial_events in [None, Some(false), Some(true)] {
        for recursive in [true, false] {
            let options = WatchOptions {
                resource_version: version.to_owned(),
                recursive,
                send_initial_events,
                ..WatchOptions::default()
            };
            let watch = context.store().watch("/pods/ns/foo", options).await;
            watch.expect_failure("invalid resource version", Error::is_invalid)?;
        }
    }
    Ok(())
}

const FAR_ROWS: &[Row] = &names(&FAR);

const FAR: [(&str, &str); 2] = [
    ("2^63", "9223372036854775808"),
    ("2^64-1", "18446744073709551615"),
];

async fn knows_a_version_that_nobody_reaches(context: &Context, row: usize) -> Verdict {
    for send_initial_events in [None, Some(false)] {
        let options = WatchOptions {
            resource_version: (*row_of(&FAR, row)).to_owned(),
            send_initial_events,
            ..WatchOptions::default()
        };
        let watch = context.store().watch("/pods/ns", options).await;
        watch.expect_failure("invalid resource version", Error::is_invalid)?;
    }
    Ok(())
}

const KEY_ROWS: &[Row] = &sourced(&KEYS);

/// The key, whether all below it is watched, and how the refusal begins.
#[rustfmt::skip]
const KEYS: [(&str, &str, (&str, bool, &str)); 8] = [
    ("empty", "backend/6.22/empty", ("", true, "empty key: ")),
    ("slash", "backend/6.22/slash", ("/", true, "empty key: ")),
    ("dot", "backend/6.22/dot", (".", true, "invalid key: ")),
    ("dot-dot", "backend/6.22/dot-dot", ("..", true, "invalid key: ")),
    ("without-slash", "backend/6.22/without-slash", ("pods", true, "invalid key: \"pods/\" lacks ")),
    ("sibling", "backend/6.22/sibling", ("/pods.apps", true, "invalid key: \"/pods.apps/\" lacks ")),
    ("foreign", "backend/6.22/foreign", ("/foo/", true, "invalid key: \"/foo/\" lacks ")),
    ("collection-alone", "backend/6.22/collection-alone", ("/pods", false, "invalid key: \"/pods\" lacks ")),
];

async fn knows_a_key_that_is_none(context: &Context, row: usize) -> Verdict {
    let &(key, recursive, text) = row_of(&KEYS, row);
    let options = WatchOptions {
        recursive,
        ..WatchOptions::default()
    };
    let watch = context.store().watch(key, options).await;
    watch
        .expect_failure(text, |error| error.to_string().starts_with(text))
        .map(drop)
}
