use std::sync::Arc;

use tokio::{sync::watch, task::yield_now};

use super::writing::{LEFT, NAMESPACE};
use crate::{
    harness::{Fault, Verdict, WatchRecorder, deadline},
    judge::{
        Version,
        watch::{Scope, Selection, Start, Told, Wish, owed_to_all},
    },
};

/// Watches of each kind, from a version on.
pub(super) fn wishes(after: Version) -> [Wish; 4] {
    let wish = |scope, selection| Wish {
        scope,
        selection,
        start: Start::After(after),
        progress: false,
    };
    [
        everything(after),
        wish(Scope::Namespace(NAMESPACE.into()), None),
        wish(Scope::Object(LEFT.into()), None),
        wish(Scope::Everything, Some(Selection { remainder: 0 })),
    ]
}

/// A watch of all there is, from a version on.
pub(super) fn everything(after: Version) -> Wish {
    Wish {
        scope: Scope::Everything,
        selection: None,
        start: Start::After(after),
        progress: false,
    }
}

/// Watches until the last version of all is known and everything is told that is due by then, as clients of the API do:
/// after an error from the last version that was seen.
///
/// # Errors
///
/// A watch ends without a word, or with an error after which there is no going on.
pub(super) async fn follow(
    watches: Arc<WatchRecorder>,
    wish: Wish,
    mut last: watch::Receiver<Option<Version>>,
) -> Verdict {
    let mut place = until_it_begins(&watches, &wish, None).await;
    loop {
        tokio::select! {
            ended = watches.ended(place) => ended?,
            Ok(last) = async { last.wait_for(Option::is_some).await.map(|last| *last) } => {
                let owed = owed_to_all(&watches.history());
                let owed = owed.get(place).copied().flatten();
                watches.drain(place, owed.or(last).unwrap_or_default(), deadline::EVENT).await?;
            }
        }
        let Some(words) = watches.last_words(place)? else {
            return Ok(());
        };
        resumable(&wish, words)?;
        place = until_it_begins(&watches, &wish, Some(place)).await;
    }
}

/// Tries until the store lets the watch begin, where another one ended or anew. Whoever runs this bounds how long it may
/// take.
async fn until_it_begins(watches: &WatchRecorder, wish: &Wish, behind: Option<usize>) -> usize {
    loop {
        let begun = match behind {
            Some(place) => watches.resume(place).await,
            None => watches.open(wish.clone()).await,
        };
        match begun {
            Ok(place) => return place,
            Err(_) => yield_now().await,
        }
    }
}

/// Nothing is compacted here, so no version expires.
fn resumable(wish: &Wish, words: Option<Told>) -> Verdict {
    let observed = match words {
        Some(Told::Error {
            code: 410, message, ..
        }) => {
            format!("it has expired, though nothing was compacted: {message}")
        }
        Some(Told::Error { .. }) => return Ok(()),
        _ => "it ends without a word".to_owned(),
    };
    Err(Fault::failed(
        format!(
            "a watch of {:?} goes on, or ends with an error from which it can",
            wish.scope
        ),
        observed,
    ))
}
