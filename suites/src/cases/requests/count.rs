use storeproof::requests::Request;
use storeproof_fixtures::objects::pod;

use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_eq},
};

pub(super) const CASES: &[Case] = &[case!(
    is_one_request_that_reads_nothing,
    "Where no sizes are estimated, statistics are one request that counts, and no object is read for them.",
    "store/3.9 store/3.12"
)
.needs(&[
    Capability::RequestCounting,
    Capability::Statistics,
    Capability::Transformer,
])];

async fn is_one_request_that_reads_nothing(context: &Context) -> Verdict {
    for name in ["foo", "bar"] {
        context.create(&pod("ns", name)).await?;
    }
    context.forget_requests().await?;
    let stats = context.store().stats().await?;
    expect_eq("the number of objects", stats.object_count, 2)?;
    let start = context.full_prefix("/pods/")?;
    let parent = start.strip_suffix('/').unwrap_or(&start);
    let end = format!("{parent}0");
    context
        .expect_requests(&[Request::Count { start, end }])
        .await?;
    let read = context.transformer().take_reads();
    expect_eq("the keys whose values are read", read, Vec::<String>::new())
}
