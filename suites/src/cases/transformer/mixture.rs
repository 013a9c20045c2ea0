use std::sync::Arc;

use storeproof::value::{AesGcm, Identity, PrefixTransformers, Transformer};
use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use super::at_rest::take_up_own;
use crate::{
    case,
    harness::{
        Capability, Case, Context, Fault, Keys, Verdict, expect_eq, expect_that, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        a_list_reads_all_providers,
        "A list reads values of the transformer, of another provider and of none side by side, whichever comes first.",
        "backend/9/103 backend/9/101 backend/7.13.8"
    )
    .needs(NEEDS),
    case!(
        a_watch_reads_all_providers,
        "A watch reads values of the transformer, of another provider and of none one after another, and former states too.",
        "backend/9/103 backend/7.13.8"
    )
    .needs(&[
        Capability::JudgedTransformer,
        Capability::Secrecy,
        Capability::Transformer,
        Capability::Watch,
    ]),
    case!(
        whoever_is_not_first_is_rewritten,
        "What another provider wrote is rewritten by the transformer once that comes first, and the other way round.",
        "backend/7.2 backend/7.13.9"
    )
    .needs(NEEDS),
];

const NEEDS: &[Capability] = &[
    Capability::JudgedTransformer,
    Capability::Secrecy,
    Capability::Transformer,
];

/// Who may come first, by the beginning of what each stores.
const OWN: &str = "k8s:enc:judged:v1:";
const OTHER: &str = "k8s:enc:aesgcm:v1:other:";
const NONE: &str = "";

/// The transformer, another provider and none, in this order.
async fn take_up(context: &Context, order: [&'static str; 3]) -> Verdict {
    let own: Arc<dyn Transformer> = context.open_transformer(&Keys::of(1)).await?;
    let other = AesGcm::new(&[0x77; 32]).map_err(|error| Fault::Broken(error.to_string()))?;
    let other: Arc<dyn Transformer> = Arc::new(other);
    let entries = order.map(|prefix| {
        let transformer = match prefix {
            OWN => Arc::clone(&own),
            OTHER => Arc::clone(&other),
            _ => Arc::new(Identity) as Arc<dyn Transformer>,
        };
        (prefix, transformer)
    });
    let what = format!("{order:?}");
    take_up_own(context, Arc::new(PrefixTransformers::new(entries)), &what);
    Ok(())
}

const ORDERS: [[&str; 3]; 3] = [[OWN, OTHER, NONE], [OTHER, NONE, OWN], [NONE, OWN, OTHER]];

/// An object of each, the second written with the second one first, and so on.
async fn create_all(context: &Context) -> Verdict<Vec<Pod>> {
    let mut written = Vec::new();
    for (name, order) in ["a", "b", "c"].into_iter().zip(ORDERS) {
        take_up(context, order).await?;
        written.push(context.create(&pod("test-ns", name)).await?);
    }
    Ok(written)
}

async fn a_list_reads_all_providers(context: &Context) -> Verdict {
    let written = create_all(context).await?;
    for order in ORDERS {
        take_up(context, order).await?;
        let list = context.list("/pods/").await?;
        expect_eq("the list", &list.items, &written)?;
    }
    Ok(())
}

async fn a_watch_reads_all_providers(context: &Context) -> Verdict {
    take_up(context, ORDERS[0]).await?;
    let first = context.create(&pod("test-ns", "first")).await?;
    let since = version_of(&first)?;
    let written = create_all(context).await?;
    take_up(context, ORDERS[1]).await?;
    let mut watch = context.watch("/pods/", since).await?;
    for created in &written {
        watch.expect_added(created).await?;
    }
    let at = |name| key("test-ns", name);
    for (name, order) in ["a", "b", "c"]
        .into_iter()
        .zip([ORDERS[2], ORDERS[0], ORDERS[1]])
    {
        // What it was before was written by another one.
        take_up(context, order).await?;
        let updated = context.update(&at(name), |pod| pod.label("a", "1")).await?;
        watch.expect_modified(&updated).await?;
    }
    for name in ["a", "b", "c"] {
        let deleted = context.delete(&at(name)).await?;
        watch.expect_deleted(&deleted).await?;
    }
    Ok(())
}

async fn whoever_is_not_first_is_rewritten(context: &Context) -> Verdict {
    take_up(context, ORDERS[0]).await?;
    let at = key("test-ns", "foo");
    let mut last = context.create(&pod("test-ns", "foo")).await?;
    for order in [ORDERS[1], ORDERS[2], ORDERS[0]] {
        take_up(context, order).await?;
        let rewritten = context.update(&at, |pod| pod).await?;
        expect_that(
            version_of(&rewritten)? > version_of(&last)?,
            format!(
                "with {order:?} it is rewritten at a version larger than {}",
                last.version()
            ),
            format!("it has version {}", rewritten.version()),
        )?;
        let same = context.update(&at, |pod| pod).await?;
        expect_eq("what the second update returns", &same, &rewritten)?;
        last = rewritten;
    }
    Ok(())
}
