use futures::future;
use storeproof::storage::{ContinueToken, ItemsOnError, List, ListOptions, SelectionPredicate};
use storeproof_fixtures::objects::{Pod, PodExt, fields, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Verdict, expect_eq, expect_items, page,
        selecting, unexpected, version_of,
    },
};

const NEEDS: &[Capability] = &[
    Capability::Compaction,
    Capability::Paging,
    Capability::Transformer,
];

pub(super) const CASES: &[Case] = &[
    // The interface's first implementation goes on where it was, and loses what it had found by then.
    case!(
        a_page_begins_again_where_it_began,
        "Where a compaction overtakes a page of a selection, the token in the refusal begins where the page did.",
        "store/6/62 store/3.7.8"
    )
    .needs(NEEDS)
    .exclusive(),
    case!(
        a_list_mixes_no_versions,
        "Where a compaction overtakes a list of a selection, it is refused as a list, or is of one version all the same.",
        "store/6/61 store/3.7.8"
    )
    .needs(NEEDS)
    .exclusive(),
];

/// Creates many objects, and returns the two that are selected: an early one, and one behind many others.
async fn seed(context: &Context) -> Verdict<Vec<Pod>> {
    let mut selected = Vec::new();
    for number in 0..12 {
        let is_selected = number == 2 || number == 11;
        let node = if is_selected { "n1" } else { "n2" };
        let pod = pod("ns", &format!("pod-{number:02}")).node(node);
        let stored = context.create(&pod).await?;
        if is_selected {
            selected.push(stored);
        }
    }
    Ok(selected)
}

/// Up to three of the objects that are selected, from the token on.
fn selected(token: &str) -> ListOptions<Pod> {
    selecting(SelectionPredicate {
        limit: 3,
        continue_token: token.to_owned(),
        ..fields("spec.nodeName=n1")
    })
}

type Listed = Result<List<Pod>, ItemsOnError<Pod>>;

/// A list; while its first value is read, one more object is created behind all others, and history compacted there.
async fn overtaken(context: &Context, options: &ListOptions<Pod>) -> Verdict<(Listed, Pod)> {
    let transformer = context.transformer();
    transformer.hold_reads();
    let overtaking = async {
        let waits = "a value waits for the transformer";
        transformer
            .expect_waiting(waits, |waiting| waiting > 0)
            .await?;
        let written = context.create(&pod("ns", "pod-12").node("n1")).await?;
        context.compact(version_of(&written)?).await?;
        transformer.release_reads();
        Verdict::Ok(written)
    };
    let listing = context.store().get_list("/pods/", options);
    let (listed, written) = future::join(listing, overtaking).await;
    Ok((listed, written?))
}

async fn a_page_begins_again_where_it_began(context: &Context) -> Verdict {
    let mut wanted = seed(context).await?;
    let first = context.list_with("/pods/", page(1, "")).await?;
    let options = selected(&first.continue_token);
    let (listed, written) = overtaken(context, &options).await?;
    if let Ok(list) = listed {
        let version = first.resource_version;
        expect_eq("the page's version", list.resource_version, version)?;
        return expect_items(&list, &wanted);
    }
    let error = listed.expect_expired()?;
    let token = error
        .status()
        .and_then(|status| status.metadata.continue_.clone())
        .unwrap_or_default();
    let prefix = context.full_prefix("/pods/")?;
    let read = ContinueToken::decode(&token, &prefix)
        .map_err(|error| unexpected("the refusal holds a token", error.to_string()))?;
    expect_eq("its start", &read.start, &format!("{prefix}ns/pod-00\0"))?;
    expect_eq("its revision", read.revision, -1)?;
    wanted.push(written);
    let list = context.list_with("/pods/", selected(&token)).await?;
    expect_items(&list, &wanted)
}

async fn a_list_mixes_no_versions(context: &Context) -> Verdict {
    let mut wanted = seed(context).await?;
    let (listed, written) = overtaken(context, &selected("")).await?;
    match listed {
        Ok(list) => {
            if list.resource_version >= version_of(&written)? {
                wanted.push(written);
            }
            expect_items(&list, &wanted)
        }
        refused => {
            let error = refused.expect_expired()?;
            let text = "The resourceVersion for the provided list is too old.";
            expect_eq("the error's text", error.to_string(), text)
        }
    }
}
