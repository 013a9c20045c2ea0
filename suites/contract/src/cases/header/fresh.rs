//! Whether answers are as new as what was acknowledged before they were asked for.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use storeproof_wire::etcdserverpb::{RangeRequest, TxnRequest};
use tokio::{task::JoinSet, time::Instant};

use crate::{Case, Client, Context, Fault, Tier, Verdict, case, context::revision};

pub(in crate::cases) const CASES: &[Case] = &[case!(
    Tier::Kubernetes,
    no_read_is_older_than_a_write_before_it,
    "No answer is older than a write that anybody was told of before it was asked for.",
    "HDR-02"
)];

const WRITERS: usize = 8;
/// How many writes each of them makes, where there is time.
const WRITES: usize = 60;
/// How long they write, if enough is read by then.
const TIME: Duration = Duration::from_secs(2);
/// How long they write at most.
const LONGEST: Duration = Duration::from_secs(8);
/// Fewer reads than this say nothing.
const ENOUGH: usize = 200;

/// The shapes of reads, by name. Each is made after every write.
type Shapes = [(&'static str, RangeRequest); 5];

async fn no_read_is_older_than_a_write_before_it(context: &Context) -> Verdict {
    context.create("list/a", "1").await?;
    let shapes: Shapes = [
        ("a read of a missing key", context.one("missing")),
        ("a read of a key", context.one("list/a")),
        ("a list", context.all("list/")),
        ("an empty list", context.all("none/")),
        (
            "a count",
            RangeRequest {
                count_only: true,
                ..context.all("list/")
            },
        ),
    ];
    let (acknowledged, reads) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicUsize::new(0)));
    let begun = Instant::now();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let creates = (0..WRITES).map(|number| context.creating(format!("{writer}/{number}"), "1"));
        let creates: Vec<TxnRequest> = creates.collect();
        let client = context.connect(writer % context.members()).await?;
        let (shapes, reads) = (shapes.clone(), Arc::clone(&reads));
        let acknowledged = Arc::clone(&acknowledged);
        writers.spawn(async move {
            for create in creates {
                let enough = reads.load(Ordering::Relaxed) >= ENOUGH;
                if begun.elapsed() >= if enough { TIME } else { LONGEST } {
                    break;
                }
                write(&client, create, &acknowledged).await?;
                read(&client, &shapes, &acknowledged, &reads).await?;
            }
            Ok::<_, Fault>(())
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended.map_err(|error| Fault::broken("A writer did not end", error))??;
    }
    match reads.load(Ordering::Relaxed) {
        ENOUGH.. => Ok(()),
        few => Err(Fault::Inconclusive(format!(
            "Only {few} reads were made within {LONGEST:?}; {ENOUGH} would say something."
        ))),
    }
}

async fn write(client: &Client, create: TxnRequest, acknowledged: &AtomicI64) -> Verdict {
    let answer = client.txn(create).await?;
    acknowledged.fetch_max(revision(answer.header.as_ref())?, Ordering::SeqCst);
    Ok(())
}

async fn read(
    client: &Client,
    shapes: &Shapes,
    acknowledged: &AtomicI64,
    reads: &AtomicUsize,
) -> Verdict {
    for (what, shape) in shapes {
        let floor = acknowledged.load(Ordering::SeqCst);
        let answer = client.range(shape.clone()).await?;
        let seen = revision(answer.header.as_ref())?;
        if seen < floor {
            return Err(Fault::failed(
                format!(
                    "the revision of {what} is at least {floor}, acknowledged before it was asked for"
                ),
                format!("it is {seen}: the answer is {} revisions old", floor - seen),
            ));
        }
        reads.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
