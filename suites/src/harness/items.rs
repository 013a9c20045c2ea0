use storeproof::storage::{List, ResourceVersion};
use storeproof_fixtures::objects::{Pod, PodExt};

use super::{Verdict, expect_eq, expect_that};

/// What is there, one `namespace/name@version` an object.
pub fn summary(pods: &[Pod]) -> Vec<String> {
    let name = |pod: &Pod| match pod.metadata.namespace.as_deref() {
        Some(namespace) => format!("{namespace}/{}@{}", pod.name(), pod.version()),
        None => format!("{}@{}", pod.name(), pod.version()),
    };
    pods.iter().map(name).collect()
}

/// The list must hold exactly these objects in this order, each as it is given.
///
/// # Errors
///
/// It holds others, in another order, or other states of them.
pub fn expect_items(list: &List<Pod>, expected: &[Pod]) -> Verdict {
    expect_eq("the list", summary(&list.items), summary(expected))?;
    for (item, expected) in list.items.iter().zip(expected) {
        expect_eq("a listed object", item, expected)?;
    }
    Ok(())
}

/// The version must lie between the store's versions before and after the read; on a store that nobody else uses, both
/// are the same.
///
/// # Errors
///
/// It does not.
pub fn expect_between(
    what: &str,
    observed: ResourceVersion,
    before: ResourceVersion,
    after: ResourceVersion,
) -> Verdict {
    expect_that(
        before <= observed && observed <= after,
        format!("{what} is the version of the store at that time, {before} to {after}"),
        format!("{what} is {observed}"),
    )
}
