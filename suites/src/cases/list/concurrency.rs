use std::sync::Arc;

use storeproof::storage::{List, SelectionPredicate, Store, Update, UpdateOptions, update_with};
use storeproof_fixtures::objects::{Pod, PodExt, key, labels, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, Fault, Verdict, expect_that, selecting},
};

pub(super) const CASES: &[Case] = &[
    case!(
        is_of_one_moment,
        "A list shows one moment: of two objects that are written in turn, the second is never ahead of the first.",
        "store/6/60 store/5.3.28"
    ),
    case!(
        is_of_one_moment_over_many_keys,
        "A list with selector and limit shows one moment, though many keys that do not match lie between its objects.",
        "store/6/60 store/5.3.28"
    )
    .needs(&[Capability::Paging]),
];

/// How often both objects are written.
const ROUNDS: u32 = 60;
const ROUND: &str = "round";

/// Writes `a`, then `b`, each round with its number on them.
async fn write_in_turn(store: Arc<dyn Store<Pod>>) -> storeproof::storage::Result<()> {
    for round in 1..=ROUNDS {
        for name in ["a", "z"] {
            let mut update = update_with(|current: Option<Pod>, _| {
                let current = current.unwrap_or_else(|| pod("ns", name));
                Ok(Update::from(current.annotation(ROUND, &round.to_string())))
            });
            let options = UpdateOptions::default();
            store
                .guaranteed_update(&key("ns", name), options, &mut update)
                .await?;
        }
    }
    Ok(())
}

fn round_of(list: &List<Pod>, name: &str) -> u32 {
    list.items
        .iter()
        .find(|pod| pod.name() == name)
        .and_then(|pod| pod.metadata.annotations.as_ref()?.get(ROUND)?.parse().ok())
        .unwrap_or_default()
}

/// Lists while somebody writes, and compares the rounds of both objects in each list.
async fn list_meanwhile(context: &Context, predicate: SelectionPredicate<Pod>) -> Verdict {
    for name in ["a", "z"] {
        context
            .create(&pod("ns", name).label("kind", "round"))
            .await?;
    }
    let writer = tokio::spawn(write_in_turn(context.shared_store()));
    let mut finished = false;
    while !finished {
        finished = writer.is_finished();
        let list = context
            .list_with("/pods/ns/", selecting(predicate.clone()))
            .await?;
        let (first, second) = (round_of(&list, "a"), round_of(&list, "z"));
        expect_that(
            second <= first && first <= second + 1,
            "the first object is in the round of the second, or one ahead",
            format!("the first is in round {first}, the second in round {second}"),
        )?;
    }
    let written = writer.await;
    Ok(written.map_err(|error| Fault::Broken(format!("The writer died: {error}")))??)
}

async fn is_of_one_moment(context: &Context) -> Verdict {
    list_meanwhile(context, labels(&[])).await
}

async fn is_of_one_moment_over_many_keys(context: &Context) -> Verdict {
    for number in 0..40 {
        context
            .create(&pod("ns", &format!("between-{number}")))
            .await?;
    }
    let predicate = SelectionPredicate {
        limit: 2,
        ..labels(&[("kind", "round")])
    };
    list_meanwhile(context, predicate).await
}
