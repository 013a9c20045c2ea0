use std::{sync::Arc, time::Duration};

use storeproof::{memory, storage::ResourceVersion};
use storeproof_fixtures::objects::{Pod, RESOURCE_PREFIX};

use super::{
    generate::{Vocabulary, sequences},
    operation::Operation,
    parting,
    player::{Compact, Player},
};
use crate::{
    case,
    harness::{
        Apart, Capability, Case, Context, Effort, Fault, Journal, Mismatch, Trace, Trial, Verdict,
        noted, search,
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
    let apart = context.open_apart().await?;
    let result = compare(&apart, &operations, patience).await;
    noted(result, apart.close().await)
}

async fn compare(apart: &Apart, operations: &[Operation], patience: Duration) -> Trial {
    let compact = apart.instance.hooks.compaction.clone();
    let mut subject = Player::new(apart.journal().clone(), compact, patience).await?;
    let (store, compact) = model()?;
    let model = Journal::new(store, Trace::default());
    let mut model = Player::new(model, Some(compact), patience).await?;
    let mut told = Vec::new();
    for operation in operations {
        let expected = model.play(operation).await?;
        let observed = subject.play(operation).await?;
        told.push(format!("{operation} → {observed}"));
        if expected != observed {
            parting::mark(&subject, &model, &expected, &expected);
            return Ok(Some(Mismatch {
                operations: told,
                expected,
                observed,
                trace: None,
            }));
        }
    }
    let (expected, observed) = (model.sync().await?, subject.sync().await?);
    if expected == observed {
        return Ok(None);
    }
    let at_length = format!("the watches saw {expected}");
    parting::mark(&subject, &model, &expected, &at_length);
    Ok(Some(Mismatch {
        operations: told,
        expected: at_length,
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

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use storeproof_fixtures::mutants;

    use super::{
        super::operation::{At, Content, Demand, Match, Name, Operation, Scope, Select, Suggest},
        compare,
    };
    use crate::{
        harness::{Apart, Opening, ScriptedCodec, ScriptedTransformer, Trace, teeth},
        report::{
            Style,
            timeline::{arrange, draw},
        },
    };

    const A: Name = Name {
        namespace: 0,
        name: 0,
    };
    const CONTENT: Content = Content {
        uid: false,
        even: true,
        value: 1,
    };

    fn watch(from: At, initial: Option<bool>) -> Operation {
        Operation::Watch {
            scope: Scope::All,
            from,
            select: Select::Everything,
            initial,
        }
    }

    /// What is left of a sequence on a broken store, without the openings above.
    async fn picture(mutant: &str, operations: &[Operation]) -> Vec<String> {
        let mutant = mutants::all().iter().find(|known| known.name == mutant);
        let subject = teeth::subject(mutant.expect("a broken store of that name"));
        let codec = Arc::new(ScriptedCodec::default());
        let opening = Opening::fresh(codec, Arc::new(ScriptedTransformer::default()), false);
        let instance = subject.open(&opening).await.expect("open");
        let apart = Apart::new(instance, Trace::default());
        let trial = compare(&apart, operations, Duration::from_secs(5)).await;
        let mismatch = trial.expect("played").expect("a difference");
        let trace = Trace::default();
        trace.take_over(&apart.close().await);
        let history = trace.to_recorded().history(&mismatch.expected);
        draw(&arrange(&history), &Style::plain())
    }

    #[tokio::test]
    async fn the_first_event_that_the_model_does_not_tell_is_marked() {
        let changed = Content {
            value: 2,
            ..CONTENT
        };
        let update = Operation::Update {
            name: A,
            content: changed,
            create: false,
            demand: Demand::Nothing,
            suggest: Suggest::Nothing,
        };
        let operations = [
            Operation::Create(A, CONTENT),
            watch(At::Write(1), None),
            update,
        ];
        let lines = picture("watch_reports_every_change_as_added", &operations).await;
        assert_eq!(
            lines,
            [
                "operations                       w1",
                "  current version → 1",
                "  create /pods/ns/a → @2 #1",
                "  watch /pods/ from 2 → w1",
                "  update /pods/ns/a → @3 #2    ✗ ADDED ns/a @3",
                "                                 expected MODIFIED ns/a @3",
                "  update /pods/ns/zz → @4 #3     ADDED ns/zz @4",
                "  update /pods/ns2/zz → @5 #4    ADDED ns2/zz @5",
            ]
        );
    }

    #[tokio::test]
    async fn an_answer_that_is_not_the_models_is_marked() {
        let operations = [
            Operation::Create(A, CONTENT),
            Operation::List {
                scope: Scope::All,
                at: At::Unset,
                matching: Match::Unset,
                select: Select::NotA,
            },
        ];
        let lines = picture("list_ignores_the_field_selector", &operations).await;
        assert_eq!(
            lines,
            [
                "operations",
                "  current version → 1",
                "  create /pods/ns/a → @2 #1",
                "✗ list /pods/, where metadata.name!=a → 1 objects at 2",
                "  expected [] at #1, the end",
            ]
        );
    }

    #[tokio::test]
    async fn a_watch_that_the_model_refuses_is_marked() {
        let operations = [watch(At::Future, Some(true))];
        let lines = picture("watch_state_ignores_the_bound", &operations).await;
        assert_eq!(
            lines,
            [
                "operations                                            w1",
                "  current version → 1",
                "  list /pods/ → 0 objects at 1",
                "  watch /pods/ from 1000000001 with the state → w1",
                "                                                    ✗ BOOKMARK @1, state ends",
                "  expected ERROR 504 Timeout: Too large resourc…ersion: 1000000001, current: 1",
            ]
        );
    }
}
