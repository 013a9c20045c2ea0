use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt;
use tokio::time::timeout;

use crate::{Access, Case, Context, Failure, Fault, Need, Tier, Verdict, limit_of};

/// How often a case is run that counts the revisions of a store that others may write to.
const ATTEMPTS: usize = 3;

/// Runs one case from its first connection to its end, within its time.
///
/// What fails comes with what was asked and answered before. A request that the server does not know is a failure where
/// Kubernetes depends on it, and not supported elsewhere.
///
/// A case that counts revisions and needs a quiet store is run again where they do not add up: it failed where they are
/// wrong every time in the same way, and is inconclusive where they are not.
///
/// # Errors
///
/// The case did not pass.
pub async fn run(case: &Case, access: Arc<dyn Access>) -> Verdict {
    let quiet = case.needs.contains(&Need::Quiet);
    let mut failures: Vec<Box<Failure>> = Vec::new();
    while failures.len() < ATTEMPTS {
        match once(case, Arc::clone(&access)).await {
            Err(Fault::Failed(failure)) if quiet && failure.counted => failures.push(failure),
            verdict => return verdict,
        }
    }
    let differ = |pair: &[Box<Failure>]| match pair {
        [one, other] => one.observed != other.observed,
        _ => false,
    };
    if failures.windows(2).any(differ) {
        let observed: Vec<&str> = failures.iter().map(|each| &*each.observed).collect();
        return Err(Fault::Inconclusive(format!(
            "Others write to the store meanwhile: {}.",
            observed.join(", then ")
        )));
    }
    failures
        .pop()
        .map_or(Ok(()), |failure| Err(Fault::Failed(failure)))
}

async fn once(case: &Case, access: Arc<dyn Access>) -> Verdict {
    let context = Context::open(access).await?;
    let limit = limit_of(case);
    // Nothing but the case's own connections is left half done by a panic.
    let check = AssertUnwindSafe((case.run)(&context)).catch_unwind();
    let verdict = match timeout(limit, check).await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(_)) => Err(Fault::Broken("The case panicked.".to_owned())),
        Err(_) => Err(Fault::failed(
            format!("the case ends within {limit:?}"),
            "it is still running",
        )),
    };
    verdict.map_err(|fault| told(fault, case, &context))
}

fn told(fault: Fault, case: &Case, context: &Context) -> Fault {
    match fault {
        Fault::Failed(mut failure) => {
            if failure.operations.is_empty() {
                failure.operations = context.log().lines();
            }
            Fault::Failed(failure)
        }
        Fault::Unsupported(reason) if case.tier == Tier::Kubernetes => told(
            Fault::failed("the server supports what Kubernetes sends", reason),
            case,
            context,
        ),
        other => other,
    }
}
