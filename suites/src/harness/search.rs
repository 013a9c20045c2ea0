use std::{fmt::Debug, future::Future, time::Duration};

use proptest::strategy::Strategy;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Context, Failure, Fault, Verdict, candidates::Candidates, deadline, replay::Counterexample,
    shrink::shrink,
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
}

/// How a sequence came out: it agrees, it does not, or it could not be run.
pub type Trial = Verdict<Option<Mismatch>>;

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
        && let Some(mismatch) = run(kept.operations, deadline::EVENT).await?
    {
        return Err(failed(mismatch, format!("kept in {}", path.display())));
    }
    let candidates = Candidates::new(settings.seed.of(case).0, strategy);
    for _ in 0..settings.sequences {
        let Some(sequence) = candidates.another().await else {
            return Err(Fault::Broken("No sequence could be made.".to_owned()));
        };
        let Some(first) = run(sequence.clone(), deadline::EVENT).await? else {
            continue;
        };
        let fails = async |sequence: Vec<O>| {
            matches!(
                run(sequence, deadline::EVENT_WHILE_SHRINKING).await,
                Ok(Some(_))
            )
        };
        let smallest = if settings.shrink {
            shrink(sequence, &candidates, fails).await
        } else {
            sequence
        };
        // Shrinking waits less for events than a verdict may; what it found has to stand at full length.
        let confirmed = run(smallest.clone(), deadline::EVENT).await?;
        let mut replay = format!("seed {}", settings.seed);
        if confirmed.is_some()
            && let Some(folder) = folder
        {
            let kept = Counterexample::new(case, settings.seed, smallest);
            replay = match kept.save(folder) {
                Ok(path) => format!("seed {}, kept in {}", settings.seed, path.display()),
                Err(error) => format!("seed {}; not kept: {error}", settings.seed),
            };
        }
        return Err(failed(confirmed.unwrap_or(first), replay));
    }
    Ok(())
}

fn failed(mismatch: Mismatch, replay: String) -> Fault {
    Fault::Failed(Box::new(Failure {
        expected: mismatch.expected,
        observed: mismatch.observed,
        operations: mismatch.operations,
        replay: Some(replay),
    }))
}
