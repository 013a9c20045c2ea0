//! What else a list is asked for beside a token.

use storeproof::storage::{ListOptions, ResourceVersionMatch};

use super::seed;
use crate::harness::{Context, ErrorExpectations, Row, Verdict, expect_items, names, page, row_of};

pub(super) const VERSION_ROWS: &[Row] = &names(&VERSIONS);

const VERSIONS: [(&str, &str); 4] = [
    ("first", "1"),
    ("future", "9223372036854775807"),
    ("letters", "abc"),
    ("zeros", "00"),
];

pub(super) async fn refuses_a_version_beside_a_token(context: &Context, row: usize) -> Verdict {
    seed(context).await?;
    for revision in [-1, 1] {
        let options = ListOptions {
            resource_version: (*row_of(&VERSIONS, row)).to_owned(),
            ..page(1, &context.token("/pods/", "b/x", revision)?)
        };
        let answer = context.store().get_list("/pods/", &options).await;
        let error = answer.expect_bad_request()?;
        Err::<(), _>(error)
            .expect_text("specifying resource version is not allowed when using continue")?;
    }
    Ok(())
}

pub(super) async fn is_judged_before_the_version(context: &Context) -> Verdict {
    for version in ["1", "abc"] {
        let options = ListOptions {
            resource_version: version.to_owned(),
            ..page(1, "%%%")
        };
        let answer = context.store().get_list("/pods/", &options).await;
        let error = answer.expect_bad_request()?;
        Err::<(), _>(error).expect_text("invalid continue token")?;
    }
    Ok(())
}

pub(super) async fn overrides_the_match(context: &Context) -> Verdict {
    let pods = seed(context).await?;
    let token = context.token("/pods/", "c/x", -1)?;
    for version in ["", "0"] {
        for matching in [
            ResourceVersionMatch::Exact,
            ResourceVersionMatch::NotOlderThan,
            ResourceVersionMatch::Other("Invalid".to_owned()),
        ] {
            let options = ListOptions {
                resource_version: version.to_owned(),
                resource_version_match: matching,
                ..page(1, &token)
            };
            let list = context.list_with("/pods/", options).await?;
            expect_items(&list, pods.get(3..).unwrap_or_default())?;
        }
    }
    Ok(())
}
