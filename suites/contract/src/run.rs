use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt;
use tokio::time::timeout;

use crate::{Access, Case, Context, Fault, Tier, Verdict, limit_of};

/// Runs one case from its first connection to its end, within its time.
///
/// What fails comes with what was asked and answered before. A request that the server does not know is a failure where
/// Kubernetes depends on it, and not supported elsewhere.
///
/// # Errors
///
/// The case did not pass.
pub async fn run(case: &Case, access: Arc<dyn Access>) -> Verdict {
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
