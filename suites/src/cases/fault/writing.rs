use std::sync::Arc;

use tokio::{
    sync::{Semaphore, watch},
    task::yield_now,
};

use super::following::Goal;
use crate::{harness::Recording, judge::Answer};

/// The namespace of all that is recorded.
pub(super) const NAMESPACE: &str = "ns";
/// Two objects that somebody watches alone.
pub(super) const LEFT: &str = "a";
pub(super) const RIGHT: &str = "b";
const NAMES: [&str; 3] = [LEFT, RIGHT, "c"];

/// Creates, changes and deletes objects that others write too, one write a turn. `over` counts the turns.
pub(super) async fn write(
    mut client: Recording,
    number: usize,
    turns: Arc<Semaphore>,
    over: watch::Sender<usize>,
) {
    let names = NAMES.iter().cycle().skip(number);
    for (round, name) in names.enumerate() {
        let Ok(turn) = turns.acquire().await else {
            return;
        };
        turn.forget();
        let answer = match round % 4 {
            3 => client.delete(name, None).await,
            _ => put(&mut client, name).await,
        };
        // What became of it is best seen at once.
        if answer == Answer::Unknown {
            client.list().await;
        }
        over.send_modify(|over| *over += 1);
    }
}

/// Changes an object, or creates it where there is none.
async fn put(client: &mut Recording, name: &str) -> Answer {
    match client.update(name, None).await {
        Answer::Missing => client.create(name).await,
        answer => answer,
    }
}

/// Writes the last versions of all, as often as it takes until both are acknowledged.
pub(super) async fn end(client: &mut Recording) -> Goal {
    let left = acknowledged(client, LEFT).await;
    let right = acknowledged(client, RIGHT).await;
    Goal { left, right }
}

async fn acknowledged(client: &mut Recording, name: &str) -> storeproof::storage::ResourceVersion {
    loop {
        if let Answer::Wrote { version, .. } = put(client, name).await {
            return version;
        }
        // Whoever runs this bounds how long it may take.
        yield_now().await;
    }
}
