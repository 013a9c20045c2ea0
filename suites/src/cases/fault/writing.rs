use std::sync::Arc;

use tokio::{
    sync::{Semaphore, watch},
    task::yield_now,
};

use crate::{
    harness::Recording,
    judge::{Answer, Version, watch::Selection},
};

/// The namespace that somebody watches alone.
pub(super) const NAMESPACE: &str = "in";
/// The object that somebody watches alone.
pub(super) const LEFT: &str = "in/a";
const NAMES: [&str; 3] = [LEFT, "in/b", "out/c"];

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

/// Writes the last versions of all, so often that every watch is told of one, whatever it selects. Returns the last.
pub(super) async fn end(client: &mut Recording) -> Version {
    let mut version = acknowledged(client).await;
    for _ in 0..Selection::DIVISOR {
        version = acknowledged(client).await;
    }
    version
}

async fn acknowledged(client: &mut Recording) -> Version {
    loop {
        if let Answer::Wrote { version, .. } = put(client, LEFT).await {
            return version;
        }
        // Whoever runs this bounds how long it may take.
        yield_now().await;
    }
}
