//! Where tokens lead.

use super::{FORMAT, encoded, seed};
use crate::harness::{
    Context, ErrorExpectations, Row, Verdict, expect_eq, expect_items, names, page, row_of,
    unexpected,
};

pub(super) const CONFINED_ROWS: &[Row] = &names(&CONFINED);

/// The start in the token, and how many of the two objects in namespace `b` are on the page.
const CONFINED: [(&str, (&str, usize)); 6] = [
    ("before-all", ("!", 2)),
    ("of-the-whole-resource", ("b/x", 2)),
    ("of-an-earlier-namespace", ("a/x", 2)),
    ("of-a-later-namespace", ("zz/x", 0)),
    ("the-list-itself", ("/", 2)),
    ("between", ("xx", 1)),
];

pub(super) async fn stays_below_the_list(context: &Context, row: usize) -> Verdict {
    let pods = seed(context).await?;
    let (start, count) = *row_of(&CONFINED, row);
    let json = format!(r#"{{"v":"{FORMAT}","rv":-1,"start":"{start}"}}"#);
    let own = pods.get(3 - count..3).unwrap_or_default();
    for limit in [0, 10] {
        let list = context
            .list_with("/pods/b/", page(limit, &encoded(&json)))
            .await?;
        expect_items(&list, own)?;
        expect_eq("the continue token", list.continue_token, "")?;
    }
    Ok(())
}

pub(super) async fn may_point_behind_the_end(context: &Context) -> Verdict {
    seed(context).await?;
    let before = context.current().await?;
    let token = context.token("/pods/", "zzz", -1)?;
    let list = context.list_with("/pods/", page(1, &token)).await?;
    expect_items(&list, &[])?;
    expect_eq("the continue token", &*list.continue_token, "")?;
    expect_eq("how many follow", list.remaining_item_count, None)?;
    if list.resource_version < before {
        let observed = format!("it is at {}", list.resource_version);
        return Err(unexpected("the page is of the latest state", observed));
    }
    Ok(())
}

pub(super) async fn refuses_a_revision_in_the_future(context: &Context) -> Verdict {
    seed(context).await?;
    let token = context.token("/pods/", "b/x", i64::MAX)?;
    let answer = context.store().get_list("/pods/", &page(1, &token)).await;
    answer.expect_too_large().map(drop)
}
