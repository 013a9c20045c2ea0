use std::{fmt::Debug, future::Future, time::Duration};

use proptest::strategy::Strategy;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Context, Failure, Fault, Trace, Verdict, candidates::Candidates, deadline,
    replay::Counterexample, shrink::shrink,
};

/// Where a store and the model parted.
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// The operations up to there, each with its result.
    pub operations: Vec<String>,
    /// What the model did.
    pub expected: String,
    /// What the store did.
    pub observed: String,
    /// What was noted of the store that this was played on, where it was one of its own.
    pub trace: Option<Trace>,
}

/// How a sequence came out: it agrees, it does not, or it could not be run.
pub type Trial = Verdict<Option<Mismatch>>;

/// The trial that ended with this verdict after these operations.
///
/// # Errors
///
/// It could not be run.
pub fn judged(verdict: Verdict, operations: Vec<String>) -> Trial {
    match verdict {
        Ok(()) => Ok(None),
        Err(Fault::Failed(failure)) => Ok(Some(Mismatch {
            operations,
            expected: failure.expected,
            observed: failure.observed,
            trace: None,
        })),
        Err(other) => Err(other),
    }
}

/// The same trial with what was noted of the store that it was played on.
///
/// # Errors
///
/// It could not be run.
pub fn noted(trial: Trial, trace: Trace) -> Trial {
    Ok(trial?.map(|mismatch| Mismatch {
        trace: Some(trace),
        ..mismatch
    }))
}

/// How a property is tried.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// One sequence for so many of [`Settings::sequences`](super::Settings::sequences): more where one takes long.
    pub one_in: u32,
    /// How often a sequence that failed is played before it counts as passing: more than once where it fails by chance.
    pub tries: u32,
}

impl Effort {
    /// Every sequence of the settings, each of which comes out the same whenever it is played.
    pub const FULL: Self = Self {
        one_in: 1,
        tries: 1,
    };

    /// The same for one sequence in so many.
    #[must_use]
    pub const fn one_in(self, one_in: u32) -> Self {
        Self { one_in, ..self }
    }

    /// The same for sequences that fail by chance.
    #[must_use]
    pub const fn tries(self, tries: u32) -> Self {
        Self { tries, ..self }
    }

    /// How many sequences that is; none only where none are wanted.
    fn of(self, sequences: u32) -> u32 {
        sequences.div_ceil(self.one_in.max(1))
    }
}

/// Tries random sequences on fresh stores until one fails, and makes that one small. A sequence kept from an earlier
/// run is tried first; a new one is kept.
///
/// `run` gets a sequence and how long it may wait for one event.
///
/// # Errors
///
/// Failed with the minimal sequence; broken where a store could not be opened.
pub async fn search<O, S, F, Fut>(
    context: &Context,
    case: &str,
    effort: Effort,
    strategy: impl FnOnce() -> S + Send + 'static,
    run: F,
) -> Verdict
where
    O: Clone + Debug + Send + Serialize + DeserializeOwned + 'static,
    S: Strategy<Value = Vec<O>>,
    F: Fn(Vec<O>, Duration) -> Fut,
    Fut: Future<Output = Trial>,
{
    let settings = context.settings();
    let folder = settings.counterexamples.as_deref();
    if let Some((kept, path)) = folder.and_then(|folder| Counterexample::<O>::load(folder, case))
        && let Some(mismatch) = replay(&run, effort, &kept.operations, deadline::EVENT).await?
    {
        return Err(failed(
            context,
            mismatch,
            format!("kept in {}", path.display()),
        ));
    }
    let candidates = Candidates::new(settings.seed.of(case).0, strategy);
    for _ in 0..effort.of(settings.sequences) {
        let Some(sequence) = candidates.another().await else {
            return Err(Fault::Broken("No sequence could be made.".to_owned()));
        };
        let Some(first) = run(sequence.clone(), deadline::EVENT).await? else {
            continue;
        };
        let fails = async |sequence: Vec<O>| {
            let patience = deadline::EVENT_WHILE_SHRINKING;
            matches!(replay(&run, effort, &sequence, patience).await, Ok(Some(_)))
        };
        let smallest = if settings.shrink {
            shrink(sequence, &candidates, fails).await
        } else {
            sequence
        };
        // Shrinking waits less for events than a verdict may; what it found has to stand at full length.
        let confirmed = replay(&run, effort, &smallest, deadline::EVENT).await?;
        let mut again = format!("seed {}", settings.seed);
        if confirmed.is_some()
            && let Some(folder) = folder
        {
            let kept = Counterexample::new(case, settings.seed, smallest);
            again = match kept.save(folder) {
                Ok(path) => format!("seed {}, kept in {}", settings.seed, path.display()),
                Err(error) => format!("seed {}; not kept: {error}", settings.seed),
            };
        }
        return Err(failed(context, confirmed.unwrap_or(first), again));
    }
    Ok(())
}

/// Plays a sequence that failed before, as often as it takes.
async fn replay<O, F, Fut>(run: &F, effort: Effort, sequence: &[O], patience: Duration) -> Trial
where
    O: Clone,
    F: Fn(Vec<O>, Duration) -> Fut,
    Fut: Future<Output = Trial>,
{
    for _ in 1..effort.tries {
        if let Some(mismatch) = run(sequence.to_vec(), patience).await? {
            return Ok(Some(mismatch));
        }
    }
    run(sequence.to_vec(), patience).await
}

fn failed(context: &Context, mismatch: Mismatch, replay: String) -> Fault {
    if let Some(trace) = &mismatch.trace {
        context.trace().take_over(trace);
    }
    Fault::Failed(Box::new(Failure {
        expected: mismatch.expected,
        observed: mismatch.observed,
        operations: mismatch.operations,
        replay: Some(replay),
        ..Failure::default()
    }))
}
