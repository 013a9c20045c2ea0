use std::{future::Future, sync::Arc};

use rand::{SeedableRng, rngs::StdRng};
use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    harness::{Context, Failure, Fault, Recorder, Recording, Verdict, keep, whereabouts},
    judge::{History, Ruling, Violation, judge, overlap, phrase},
};

/// So many of a hundred operations are to overlap another one on the same object: rounds go on until they do.
const WANTED: usize = 50;
/// Where that cannot be had, so many must have; with fewer, nothing was tried.
const NEEDED: usize = 20;
/// So many rounds are run whatever the overlap.
const ROUNDS: usize = 2;
/// No more rounds than this.
const MOST_ROUNDS: usize = 12;
/// So many steps the search of one key may take.
const BUDGET: u64 = 400_000;
/// A failure shows the operation that does not fit, and so many before it.
const SHOWN: usize = 11;

/// One client of one round.
pub(super) struct Part {
    /// What it asks through.
    pub(super) client: Recording,
    /// Its number, from zero on: clients of a round do different things.
    pub(super) number: usize,
    /// The round, from zero on.
    pub(super) round: usize,
    /// What it decides by.
    pub(super) random: StdRng,
}

/// Lets `clients` act their part at the same time, round by round until enough of them overlapped, and judges the whole.
pub(super) async fn judged<F>(
    context: &Context,
    case: &str,
    clients: usize,
    act: fn(Part) -> F,
) -> Verdict
where
    F: Future<Output = ()> + Send + 'static,
{
    let recorder = Recorder::new(context.shared_store());
    let seed = context.settings().seed.of(case).0;
    let mut reached = 0;
    for round in 0..MOST_ROUNDS {
        if round >= ROUNDS && reached >= WANTED {
            break;
        }
        let begin = Arc::new(Barrier::new(clients));
        let mut running = JoinSet::new();
        for number in 0..clients {
            let turn = u64::try_from(round * clients + number).unwrap_or_default();
            let part = Part {
                client: recorder.client(),
                number,
                round,
                random: StdRng::seed_from_u64(seed.wrapping_add(turn)),
            };
            let begin = Arc::clone(&begin);
            running.spawn(async move {
                begin.wait().await;
                act(part).await;
            });
        }
        while let Some(joined) = running.join_next().await {
            joined.map_err(|error| Fault::Broken(format!("A client died: {error}")))?;
        }
        reached = overlap(&recorder.history());
    }
    verdict(context, case, &recorder, reached)
}

fn verdict(context: &Context, case: &str, recorder: &Recorder, reached: usize) -> Verdict {
    let history = recorder.history();
    let count = history.operations().len();
    match judge(&history, BUDGET) {
        Ruling::Violated(violation) => return Err(failed(context, case, &history, &violation)),
        Ruling::Undecided { why } => return Err(Fault::Inconclusive(why)),
        Ruling::Linearizable => {}
    }
    // Now and then a server may lose a leader. A store that does not answer is not a store.
    let (troubles, last) = recorder.troubles();
    if troubles * 10 > count {
        return Err(Fault::failed(
            "operations are answered",
            format!("{troubles} operations beside {count} failed, the last with: {last}"),
        ));
    }
    if reached < NEEDED {
        return Err(Fault::Inconclusive(format!(
            "Of {count} operations only {reached} in a hundred overlapped another one on the same object; \
             {NEEDED} are needed to say anything."
        )));
    }
    Ok(())
}

fn failed(context: &Context, case: &str, history: &History, violation: &Violation) -> Fault {
    let told = |position: &usize| history.get(*position).map(phrase);
    let before = violation.prefix.len().saturating_sub(SHOWN);
    let mut operations: Vec<String> = violation
        .prefix
        .iter()
        .skip(before)
        .filter_map(told)
        .collect();
    let culprit = told(&violation.culprit).unwrap_or_default();
    operations.push(format!("✗ {culprit}"));
    let settings = context.settings();
    let replay = format!(
        "seed {}, {} operations",
        settings.seed,
        history.operations().len()
    );
    let folder = settings.histories.as_ref();
    Fault::Failed(Box::new(Failure {
        expected: violation.guarantee.to_owned(),
        observed: format!("{culprit}: {}", violation.why),
        operations,
        replay: Some(replay),
        history: folder
            .map(|folder| whereabouts(folder, keep(history, folder, case, settings.seed))),
        ..Failure::default()
    }))
}
