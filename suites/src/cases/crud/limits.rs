use storeproof::storage::{Error, Result};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use crate::{
    case,
    harness::{
        Case, Context, RecordedUpdate, Row, Verdict, names, row_of, unexpected, update_or_create,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows SIZE_ROWS,
        what_is_too_large_is_not_created,
        "A large object is stored whole, or refused in the words of whoever stores it, and then there is nothing.",
        "store/6/70 store/2.4.6"
    ),
    case!(
        rows SIZE_ROWS,
        what_is_too_large_changes_nothing,
        "An update to a large object is stored whole, or refused in the words of whoever stores it, and then all is as before.",
        "store/6/70 store/2.4.6"
    ),
];

const SIZE_ROWS: &[Row] = &names(&SIZES);

/// etcd refuses both by default, the one itself and the other before it has read it.
const SIZES: [(&str, usize); 2] = [("1.6-mebibytes", 1_677_721), ("3-mebibytes", 3 << 20)];

fn large(row: usize) -> Pod {
    pod("ns", "foo").annotation("large", &"x".repeat(*row_of(&SIZES, row)))
}

/// The object where it was stored, `None` where it was refused.
fn accepted(result: Result<Pod>) -> Verdict<Option<Pod>> {
    match result {
        Ok(stored) => Ok(Some(stored)),
        Err(Error::Other(_) | Error::Plain(_)) => Ok(None),
        Err(error) => Err(unexpected(
            "the object is stored, or refused by what is beneath the store",
            format!("{error}"),
        )),
    }
}

async fn what_is_too_large_is_not_created(context: &Context, row: usize) -> Verdict {
    let at = key("ns", "foo");
    let created = context.store().create(&at, &large(row), None).await;
    match accepted(created)? {
        Some(stored) => context.expect_stored(&at, &stored).await,
        None => {
            context.expect_missing(&at).await?;
            context.create(&pod("ns", "foo")).await.map(drop)
        }
    }
}

async fn what_is_too_large_changes_nothing(context: &Context, row: usize) -> Verdict {
    let at = key("ns", "foo");
    let before = context.create(&pod("ns", "foo")).await?;
    let mut update = RecordedUpdate::to(&large(row));
    let updated = context
        .store()
        .guaranteed_update(&at, update_or_create(), &mut update)
        .await;
    let stored = accepted(updated)?;
    context.expect_stored(&at, &stored.unwrap_or(before)).await
}
