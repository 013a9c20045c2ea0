use storeproof::storage::{ListOptions, ResourceVersionMatch};
use storeproof_fixtures::objects::pod;

use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_items, page},
};

pub(super) const CASES: &[Case] = &[case!(
    is_there_at_versions_before_its_end,
    "An object that has expired is there still at exactly a version before its end, and on pages of such a version.",
    "store/3.7.6 store/6/54"
)
.needs(&[
    Capability::ExactReads,
    Capability::Paging,
    Capability::TimeToLive,
    Capability::Watch,
])];

async fn is_there_at_versions_before_its_end(context: &Context) -> Verdict {
    let first = context.create(&pod("ns", "a")).await?;
    let short = context.create_for(&pod("ns", "b"), 1).await?;
    let before = context.list_with("/pods/", page(1, "")).await?;
    context.expect_expiry(&short).await?;
    let next = page(1, &before.continue_token);
    expect_items(
        &context.list_with("/pods/", next).await?,
        std::slice::from_ref(&short),
    )?;
    let then = ListOptions {
        resource_version: before.resource_version.to_string(),
        resource_version_match: ResourceVersionMatch::Exact,
        ..ListOptions::default()
    };
    let list = context.list_with("/pods/", then).await?;
    expect_items(&list, &[first.clone(), short])?;
    expect_items(&context.list("/pods/").await?, &[first])
}
