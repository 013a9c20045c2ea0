use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use storeproof::{
    storage::{List, ListOptions, ResourceVersionMatch, SelectionPredicate},
    value::Error,
};
use storeproof_fixtures::objects::{Pod, PodExt, key_of, labels, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_eq, expect_items, expect_that},
};

pub(super) const CASES: &[Case] = &[case!(
    can_be_read_again,
    "A page during which writes go on is of one version: read again at exactly that, it is the same in all its parts.",
    "store/5.3.28"
)
.needs(&[
    Capability::Paging,
    Capability::ExactReads,
    Capability::Transformer,
])];

/// Far more than are created where creating reads no value.
const MANY: u64 = 500;

fn numbered(number: u64) -> Pod {
    let even = number.is_multiple_of(2).to_string();
    pod("", &format!("pod-{number}")).label("even", &even)
}

/// From now on one more object is created before every value that is read.
fn create_while_reading(context: &Context, last: u64) -> Arc<AtomicU64> {
    let created = Arc::new(AtomicU64::new(last));
    let (store, count) = (Arc::downgrade(&context.shared_store()), created.clone());
    context.transformer().before_reads(move || {
        let (store, next) = (store.clone(), count.fetch_add(1, Ordering::SeqCst) + 1);
        async move {
            let (store, pod) = (store.upgrade().ok_or(Error::NoTransformer)?, numbered(next));
            if next > MANY {
                return Err(Error::NoTransformer);
            }
            let created = store.create(&key_of(&pod), &pod, None).await;
            created
                .map(drop)
                .map_err(|error| Error::Other(Arc::new(error)))
        }
    });
    created
}

/// Up to four of the objects with an even number.
async fn even(
    context: &Context,
    version: &str,
    matching: ResourceVersionMatch,
) -> Verdict<List<Pod>> {
    let options = ListOptions {
        resource_version: version.to_owned(),
        resource_version_match: matching,
        predicate: SelectionPredicate {
            limit: 4,
            ..labels(&[("even", "true")])
        },
        ..ListOptions::default()
    };
    context.list_with("/pods/", options).await
}

async fn can_be_read_again(context: &Context) -> Verdict {
    let mut pods = Vec::new();
    for number in 1..=5 {
        pods.push(context.create(&numbered(number)).await?);
    }
    pods.retain(|pod| *pod.name() == *"pod-2" || *pod.name() == *"pod-4");
    let created = create_while_reading(context, 5);
    let first = even(context, "", ResourceVersionMatch::Unset).await?;
    expect_items(&first, &pods)?;
    expect_that(
        created.load(Ordering::SeqCst) >= 10,
        "every value was read, and something written before it",
        format!("the last object is {}", created.load(Ordering::SeqCst)),
    )?;
    let version = first.resource_version.to_string();
    let again = even(context, &version, ResourceVersionMatch::Exact).await?;
    expect_eq("the page read again", &again, &first)?;
    let newer = even(context, &version, ResourceVersionMatch::NotOlderThan).await?;
    expect_eq("how many are on a later page", newer.items.len(), 4)?;
    let version = newer.resource_version.to_string();
    let again = even(context, &version, ResourceVersionMatch::Exact).await?;
    expect_eq("the later page read again", &again, &newer)
}
