use std::{sync::Arc, thread};

use storeproof_fixtures::objects::{PodExt, pod};

use super::coding::Coding;
use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, unexpected},
};

pub(super) const CASES: &[Case] = &[case!(
    each_call_has_an_object_of_its_own,
    "Many who encode and decode at the same time each get their own object.",
    "backend/8.7"
)
.needs(&[Capability::JudgedCodec])];

const THREADS: usize = 8;
const ROUNDS: usize = 400;

async fn each_call_has_an_object_of_its_own(context: &Context) -> Verdict {
    let coding = Coding::of(context)?;
    coding.note(format!(
        "{THREADS} threads encode and decode {ROUNDS} objects each"
    ));
    let coding = Arc::new(coding);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let coding = Arc::clone(&coding);
                scope.spawn(move || there_and_back(&coding, thread))
            })
            .collect();
        threads.into_iter().try_for_each(|thread| {
            let panicked = |_| Err(unexpected("every call ends", "one panics"));
            thread.join().unwrap_or_else(panicked)
        })
    })
}

fn there_and_back(coding: &Coding<'_>, thread: usize) -> Verdict {
    for round in 0..ROUNDS {
        let text = "x".repeat((thread * 37 + round * 11) % 300);
        let wanted = pod("test-ns", &format!("foo-{thread}")).annotation("text", &text);
        let bytes = coding.encode(&wanted)?;
        coding.expect_object(&bytes, &wanted)?;
    }
    Ok(())
}
