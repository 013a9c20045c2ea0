use storeproof_fixtures::objects::{PodExt, pod};

use super::corrupt::fill;
use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_eq, expect_items, page, version_of},
};

pub(super) const CASES: &[Case] = &[
    case!(
        may_exceed_four_mebibytes,
        "A list is whole however large it is: more than four mebibytes, the default bound of gRPC, come in one answer.",
        "store/6/70"
    )
    .needs(&[Capability::Paging]),
    case!(
        may_exceed_a_thousand_objects,
        "A list without a limit is whole, and a page as long as its limit, also beyond a thousand objects.",
        "store/6/70 store/3.7.3"
    )
    .needs(&[Capability::Paging]),
];

const COUNT: i64 = 9;
const HALF_A_MEBIBYTE: usize = 1 << 19;

async fn may_exceed_four_mebibytes(context: &Context) -> Verdict {
    let text = "x".repeat(HALF_A_MEBIBYTE);
    let mut versions = Vec::new();
    for number in 0..COUNT {
        let large = pod("ns", &format!("pod-{number}")).annotation("large", &text);
        versions.push(version_of(&context.create(&large).await?)?);
    }
    for limit in [0, COUNT] {
        let list = context.list_with("/pods/", page(limit, "")).await?;
        let mut found = Vec::new();
        for pod in &list.items {
            let annotations = pod.metadata.annotations.as_ref();
            let whole = annotations.and_then(|all| all.get("large")) == Some(&text);
            expect_eq("whether the object is whole", whole, true)?;
            found.push(version_of(pod)?);
        }
        expect_eq("the versions of what is found", &found, &versions)?;
    }
    Ok(())
}

/// More than many a database answers at once.
const MANY: i64 = 1_100;

async fn may_exceed_a_thousand_objects(context: &Context) -> Verdict {
    let stored = fill(context, usize::try_from(MANY).unwrap_or_default()).await?;
    let whole = context.list("/pods/").await?;
    expect_items(&whole, &stored)?;
    let limit = MANY - 10;
    let first = context.list_with("/pods/", page(limit, "")).await?;
    let (long, rest) = stored.split_at(usize::try_from(limit).unwrap_or_default());
    expect_items(&first, long)?;
    expect_eq("how many follow", first.remaining_item_count, Some(10))?;
    let last = page(limit, &first.continue_token);
    expect_items(&context.list_with("/pods/", last).await?, rest)
}
