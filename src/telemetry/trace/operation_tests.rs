use std::{fmt, pin::pin, time::Duration};

use opentelemetry::KeyValue;
use tracing::Level;

use super::{DECODE, GET, Operation};
use crate::log::Log;

fn begin() -> Operation {
    Operation::begin(
        None,
        || "Get etcd3".into(),
        || vec![KeyValue::new("key", "/pods/a"), KeyValue::new("limit", 5)],
    )
}

#[tokio::test(start_paused = true)]
async fn what_takes_half_a_second_is_logged_with_its_steps() {
    let log = Log::of(Level::INFO);
    let _guard = tracing::subscriber::set_default(log.clone());
    log.attune(1, async || {
        let slow = begin();
        tokio::time::advance(Duration::from_secs(1)).await;
        drop(slow);
    })
    .await;
    let fast = begin();
    tokio::time::advance(Duration::from_millis(499)).await;
    drop(fast);
    assert_eq!(log.lines(), [""; 0]);

    let slow = begin();
    tokio::time::advance(Duration::from_millis(300)).await;
    slow.step(GET, &Ok::<_, fmt::Error>(()));
    tokio::time::advance(Duration::from_millis(200)).await;
    slow.step_of(DECODE, &Err::<(), _>(fmt::Error), Some(3));
    drop(slow);
    assert_eq!(
        log.lines(),
        [
            "Get etcd3 took 500 ms: key=/pods/a, limit=5; Get call succeeded after 300 ms; Decode failed after 500 ms."
        ]
    );
}

#[tokio::test]
async fn where_nobody_wants_to_know_nothing_is_asked() {
    let _guard = tracing::subscriber::set_default(Log::of(Level::WARN));
    let operation = Operation::begin(
        None,
        || unreachable!("no name"),
        || unreachable!("no attributes"),
    );
    operation.step(GET, &Err::<(), _>(Unspoken));
    assert_eq!(operation.run(pin!(async { 1 })).await, 1);
}

/// An error that must not be written.
struct Unspoken;

impl fmt::Display for Unspoken {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        unreachable!("nobody asked")
    }
}
