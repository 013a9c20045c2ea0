use storeproof::storage::{Error, WatchOptions};
use storeproof_fixtures::objects::pod;

use crate::{
    case,
    harness::{Capability, Case, Context, ErrorExpectations, Row, Verdict, names, row_of},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    knows_a_version_that_is_none,
    "A watch from a version that is not a plain decimal number is refused at once, as invalid, whatever else it asks for.",
    "store/6/74 backend/6.23"
)
.needs(&[Capability::Watch])];

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
