use storeproof::storage::{GetOptions, ListOptions};
use storeproof_fixtures::objects::{key, pod};

use crate::{
    case,
    cases::watch::panics::{PANICS, ROWS},
    harness::{Capability, Case, Context, ErrorExpectations, Verdict, expect_eq, row_of},
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    fail_what_reads_the_value,
    "A transformer or codec that panics fails the get and the list that read the value, and nothing else.",
    "backend/9/63"
)
.needs(&[Capability::Transformer, Capability::Codec])];

async fn fail_what_reads_the_value(context: &Context, row: usize) -> Verdict {
    let sound = context.create(&pod("ns", "a")).await?;
    context.create(&pod("other", "unreadable")).await?;
    row_of(&PANICS, row)(context);
    let at = key("other", "unreadable");
    let got = context.store().get(&at, &GetOptions::default()).await;
    got.expect_failure("an error", |_| true)?;
    let everything = ListOptions::default();
    let listed = context.store().get_list("/pods/", &everything).await;
    listed.expect_failure("an error", |_| true)?;
    context.expect_stored(&key("ns", "a"), &sound).await?;
    let list = context.list("/pods/ns").await?;
    expect_eq("the sound objects", list.items, vec![sound])
}
