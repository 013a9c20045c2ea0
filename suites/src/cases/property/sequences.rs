use std::{sync::Arc, time::Duration};

use storeproof::{memory, storage::ResourceVersion};
use storeproof_fixtures::objects::{Pod, RESOURCE_PREFIX};

use super::{
    generate::{Vocabulary, sequences},
    operation::Operation,
    player::{Compact, Player},
};
use crate::{
    case,
    harness::{
        Capability, Case, Context, Effort, Fault, Instance, Mismatch, Trial, Verdict, noted, search,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        objects_agree_with_the_model,
        "Any sequence of creates, updates, deletes, gets and lists has the results that the reference model has.",
        "store/3 store/6/54"
    ),
    case!(
        lists_agree_with_the_model,
        "Lists at every version, match and selection, and all pages of them, have the results that the model has.",
        "store/3.7.2 store/6/54"
    )
    .needs(&[
        Capability::Paging,
        Capability::ExactReads,
        Capability::Statistics,
    ]),
    case!(
        watches_agree_with_the_model,
        "Watches from every version and with every selection see the events that the model's watches see.",
        "backend/5.2 backend/5.5"
    )
    .needs(&[
        Capability::Watch,
        Capability::WatchHistory,
        Capability::InitialEvents,
    ]),
    case!(
        compaction_agrees_with_the_model,
        "With history compacted at any point, lists, pages and watches have the results that the model has.",
        "store/3.7.8 backend/5.6"
    )
    .needs(&[
        Capability::Paging,
        Capability::ExactReads,
        Capability::Watch,
        Capability::WatchHistory,
        Capability::InitialEvents,
        Capability::Statistics,
        Capability::Compaction,
    ])
    .exclusive(),
    case!(
        every_list_request_agrees_with_the_model,
        "Whatever version, match, selector, limit and token a list is asked with, it has the model's result or refusal.",
        "store/3.7.2 store/6/50 store/6/51 store/6/55 store/6/74"
    )
    .needs(&[Capability::Paging, Capability::ExactReads]),
    case!(
        every_list_request_agrees_after_compaction,
        "With history compacted, whatever a list is asked with, it has the model's result or refusal.",
        "store/3.7.2 store/3.7.8 store/6/50 store/6/51 store/6/61 store/6/62"
    )
    .needs(&[
        Capability::Paging,
        Capability::ExactReads,
        Capability::Compaction,
    ])
    .exclusive(),
];

async fn objects_agree_with_the_model(context: &Context) -> Verdict {
    agree(context, "objects", Vocabulary::Objects).await
}

async fn lists_agree_with_the_model(context: &Context) -> Verdict {
    agree(context, "lists", Vocabulary::Lists).await
}

async fn watches_agree_with_the_model(context: &Context) -> Verdict {
    agree(context, "watches", Vocabulary::Watches).await
}

async fn compaction_agrees_with_the_model(context: &Context) -> Verdict {
    agree(context, "compaction", Vocabulary::Compaction).await
}

async fn every_list_request_agrees_with_the_model(context: &Context) -> Verdict {
    agree(context, "queries", Vocabulary::Queries).await
}

async fn every_list_request_agrees_after_compaction(context: &Context) -> Verdict {
    agree(context, "compacted_queries", Vocabulary::CompactedQueries).await
}

async fn agree(context: &Context, name: &str, vocabulary: Vocabulary) -> Verdict {
    let case = format!("property::{name}");
    search(
        context,
        &case,
        Effort::FULL,
        move || sequences(vocabulary),
        |operations, patience| play(context, operations, patience),
    )
    .await
}

/// Plays a sequence on a fresh store and on a fresh model, and compares after every step.
async fn play(context: &Context, operations: Vec<Operation>, patience: Duration) -> Trial {
    let (instance, trace) = context.open_apart().await?;
    let result = compare(&instance, &operations, patience).await;
    instance.close().await;
    noted(result, trace)
}

async fn compare(instance: &Instance, operations: &[Operation], patience: Duration) -> Trial {
    let (store, compact) = (
        Arc::clone(&instance.store),
        instance.hooks.compaction.clone(),
    );
    let mut subject = Player::new(store, compact, patience).await?;
    let (store, compact) = model()?;
    let mut model = Player::new(store, Some(compact), patience).await?;
    let mut told = Vec::new();
    for operation in operations {
        let expected = model.play(operation).await?;
        let observed = subject.play(operation).await?;
        told.push(format!("{operation} → {observed}"));
        if expected != observed {
            return Ok(Some(Mismatch {
                operations: told,
                expected,
                observed,
                trace: None,
            }));
        }
    }
    let (expected, observed) = (model.sync().await?, subject.sync().await?);
    Ok((expected != observed).then(|| Mismatch {
        operations: told,
        expected: format!("the watches saw {expected}"),
        observed: format!("the watches saw {observed}"),
        trace: None,
    }))
}

fn model() -> Verdict<(Arc<memory::Store<Pod>>, Compact)> {
    let store = memory::Store::<Pod>::open("/model", RESOURCE_PREFIX)
        .map_err(|error| Fault::Broken(format!("The model could not be opened: {error}")))?;
    let store = Arc::new(store);
    let compacting = Arc::clone(&store);
    let compact: Compact = Arc::new(move |at: ResourceVersion| {
        let store = Arc::clone(&compacting);
        Box::pin(async move { Ok(store.compact(at)?) })
    });
    Ok((store, compact))
}
