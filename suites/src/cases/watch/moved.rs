use std::sync::Arc;

use storeproof::{storage::GetOptions, value::AesGcm};
use storeproof_fixtures::objects::{key, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, ErrorExpectations, Fault, Verdict},
};

pub(super) const CASES: &[Case] = &[case!(
    value_ends_a_watch,
    "An encrypted value that is copied to another key ends a watch with one 500, and is an internal error to a get.",
    "backend/9/61"
)
.needs(&[
    Capability::Watch,
    Capability::Transformer,
    Capability::RawBytes,
])
.without_unsafe_deletion()];

async fn value_ends_a_watch(context: &Context) -> Verdict {
    let cipher = AesGcm::new(&[7; 32]).map_err(|error| Fault::Broken(error.to_string()))?;
    context.transformer().seal_with(Arc::new(cipher));
    context.create(&pod("ns", "from")).await?;
    context.create(&pod("ns", "to")).await?;
    let mut watch = context.watch("/pods/ns", context.current().await?).await?;
    let sealed = context.raw_get(&key("ns", "from")).await?;
    let to = key("ns", "to");
    context.raw_put(&to, sealed.unwrap_or_default()).await?;
    watch.expect_error_and_end(500).await?;
    let got = context.store().get(&to, &GetOptions::default()).await;
    got.expect_internal().map(drop)
}
