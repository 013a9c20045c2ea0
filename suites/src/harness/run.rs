use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::FutureExt;
use tokio::{
    sync::{Mutex, Semaphore, mpsc},
    task::JoinSet,
    time::timeout,
};

use super::{
    Context, Counts, Failure, Fault, Isolation, Item, Outcome, Plan, Settings, Subject, Support,
    Verdict, deadline, keep_trace, whereabouts,
};
#[cfg(feature = "etcd")]
use super::{Run, wire};
use crate::report::{Event, Finished, timeline::arrange};

/// So many cases with servers of their own run at a time. They wait for timeouts of their servers, so that they take nobody's
/// turn.
const OWN: usize = 3;

/// Runs a plan, `jobs` cases at a time, and tells `events` what happens. Exclusive cases run one after another, and
/// so do those that break servers: beside the others, and not counted among them, where they have a backend of their own,
/// else while nothing else runs. Cases with servers of their own run beside all of these, a few at a time.
///
/// The receiver decides about the pace only; dropping it ends the run early.
pub async fn execute(
    plan: &Plan,
    subject: Arc<dyn Subject>,
    settings: &Settings,
    jobs: usize,
    events: mpsc::Sender<Event>,
) -> Counts {
    let jobs = u32::try_from(jobs.max(1)).unwrap_or(u32::MAX);
    let shared = Arc::new(Semaphore::new(jobs as usize));
    let exclusive = Arc::new(Mutex::new(()));
    let breaking = Arc::new(Mutex::new(()));
    let own = Arc::new(Semaphore::new(OWN));
    let mut running = JoinSet::new();
    for planned in plan.items() {
        let item = planned.item;
        if let Support::Not(reason) = &planned.support {
            let outcome = Outcome::NotSupported(reason.clone());
            running.spawn(std::future::ready((item, outcome, Duration::ZERO)));
            continue;
        }
        let (subject, settings, events) = (Arc::clone(&subject), settings.clone(), events.clone());
        let (shared, exclusive) = (Arc::clone(&shared), Arc::clone(&exclusive));
        let (breaking, own) = (Arc::clone(&breaking), Arc::clone(&own));
        running.spawn(async move {
            // The lane is taken first, so that nobody holds a job while waiting for it.
            let alone = match item.case.isolation {
                Isolation::Prefix | Isolation::Own => None,
                Isolation::Exclusive => Some(exclusive.lock().await),
                Isolation::Breaking => Some(breaking.lock().await),
            };
            // Jobs go to whoever waits longest: a lane that asked for one would begin its next case after all of the plan.
            let job = match (item.case.isolation, subject.has_spare()) {
                (Isolation::Prefix, _) => shared.acquire().await,
                (Isolation::Own, _) => own.acquire().await,
                (Isolation::Exclusive | Isolation::Breaking, true) => shared.acquire_many(0).await,
                (Isolation::Exclusive | Isolation::Breaking, false) => {
                    shared.acquire_many(jobs).await
                }
            };
            let _ = events.send(Event::Started(item)).await;
            let begun = Instant::now();
            let outcome = run_item(item, subject, settings).await;
            drop((job, alone));
            (item, outcome, begun.elapsed())
        });
    }
    let mut counts = Counts::default();
    while let Some(joined) = running.join_next().await {
        let Ok((item, outcome, took)) = joined else {
            counts.broken += 1;
            continue;
        };
        counts.add(&outcome);
        let finished = Finished {
            item,
            outcome,
            took,
        };
        if events.send(Event::Finished(finished)).await.is_err() {
            break;
        }
    }
    counts
}

/// Runs one item on a store of its own, from opening to closing.
pub async fn run_item(item: Item, subject: Arc<dyn Subject>, settings: Settings) -> Outcome {
    let known = settings
        .known_failures
        .of(&item)
        .map(|known| format!("{} (known since {})", known.reason, known.since));
    let mut folder = settings;
    if known.is_some() {
        folder.histories = None;
    }
    let verdict = judge(item, subject, folder).await;
    match (verdict, known) {
        (Ok(()), None) => Outcome::Passed,
        (Ok(()), Some(reason)) => Outcome::UnexpectedPass(format!(
            "It passes. Take it off the list of known failures, which says: {reason}"
        )),
        (Err(Fault::Failed(_)), Some(reason)) => Outcome::KnownFailure(reason),
        (Err(Fault::Failed(failure)), None) => Outcome::Failed(failure),
        (Err(Fault::NotSupported(reason)), _) => Outcome::NotSupported(reason),
        (Err(Fault::Inconclusive(reason)), _) => Outcome::Inconclusive(reason),
        (Err(Fault::Broken(reason)), _) => Outcome::Broken(reason),
    }
}

async fn judge(item: Item, subject: Arc<dyn Subject>, settings: Settings) -> Verdict {
    #[cfg(feature = "etcd")]
    if let Run::Wire(case) = item.case.run {
        return wire::judge(case, &item, subject.as_ref(), &settings).await;
    }
    let context = Context::open(subject, settings, item.case).await?;
    let limit = match item.case.suite() {
        "property" | "transformer" | "codec" => deadline::PROPERTY,
        "stress" => deadline::CASE + context.settings().stress,
        _ => deadline::CASE,
    };
    // Inside the case's task nothing else runs, so that a panic leaves nothing half done but the store itself.
    let check = AssertUnwindSafe(item.check(&context)).catch_unwind();
    let verdict = match timeout(limit, check).await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(panic)) => Err(Fault::failed(
            "the store never panics",
            format!("it panicked: {}", panic_text(&*panic)),
        )),
        Err(_) => Err(Fault::failed(
            format!("the case ends within {limit:?}"),
            "it is still running",
        )),
    };
    let verdict = verdict.map_err(|fault| match fault {
        Fault::Failed(failure) => Fault::Failed(Box::new(told(*failure, &item, &context))),
        other => other,
    });
    context.close().await;
    verdict
}

/// The failure with what led to it.
fn told(mut failure: Failure, item: &Item, context: &Context) -> Failure {
    let recorded = context.trace().to_recorded();
    if failure.operations.is_empty() {
        failure.operations = recorded.operations();
    }
    if failure.timeline.is_none() && recorded.watches() > 0 {
        let history = recorded.history(&failure.expected);
        failure.timeline = Some(Arc::new(arrange(&history)));
    }
    let settings = context.settings();
    if let Some(folder) = &settings.histories
        && failure.history.is_none()
        && recorded.entries().next().is_some()
    {
        let kept = keep_trace(&recorded, folder, &item.id(), settings.seed, &failure);
        failure.history = Some(whereabouts(folder, kept));
    }
    failure
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a text")
}
