use std::{
    convert::Infallible,
    future::pending,
    sync::{Arc, PoisonError},
};

use storeproof::storage::{
    Bookmark, Error, Event, Format, Object, ResourceVersion, Result, SelectionPredicate, Status,
    Watch, WatchOptions, WatchSender, expired_watch, internal_error, plan_watch,
};
use tokio::sync::watch::Receiver;

use crate::{
    Database, SqliteStore, event,
    log::{self, Marks},
    range::Range,
    start::Start,
};

/// How many events wait for a reader before the watch waits for it too.
const CAPACITY: usize = 100;
/// How many changes are read at a time.
const BATCH: usize = 64;

/// Where a watch begins is decided before this returns: whoever writes now will be told of. What is wrong with the key or
/// the grammar of the version is said at once, all else as the one event of the watch.
pub(crate) async fn watch<T: Object>(
    store: &SqliteStore<T>,
    key: &str,
    options: WatchOptions<T>,
) -> Result<Watch<T>> {
    let key = store.keys.prepare(key, options.recursive)?;
    let plan = plan_watch(&options)?;
    let news = News {
        marks: store.database.marks(),
        progress: options.progress_notify.then(|| store.progress.subscribe()),
    };
    let range = Range::of(&key, options.recursive);
    let start = Start::of(&store.database, range.clone(), plan).await;
    let (sender, watch) = Watch::channel(CAPACITY);
    let watcher = Watcher {
        database: store.database.clone(),
        format: Arc::clone(&store.format),
        predicate: options.predicate,
        range,
        sender,
    };
    let mut watches = store.watches.lock().unwrap_or_else(PoisonError::into_inner);
    while watches.try_join_next().is_some() {}
    watches.spawn(watcher.run(start, news));
    Ok(watch)
}

/// Why a watch ends of itself.
pub(crate) enum End {
    /// Nobody reads any more.
    Stopped,
    /// There is no going on.
    Failed(Box<Status>),
}

impl From<Status> for End {
    fn from(status: Status) -> Self {
        Self::Failed(Box::new(status))
    }
}

impl From<Error> for End {
    fn from(error: Error) -> Self {
        internal_error(&error.to_string()).into()
    }
}

struct Watcher<T> {
    database: Database,
    format: Arc<Format<T>>,
    predicate: SelectionPredicate<T>,
    range: Range,
    sender: WatchSender<T>,
}

impl<T: Object> Watcher<T> {
    /// Tells of everything until it fails, or nobody reads any more.
    async fn run(self, start: Result<Start, End>, news: News) {
        let serve = async {
            let ended = match start {
                Ok(start) => self.tell(start, news).await,
                Err(end) => Err(end),
            };
            if let Err(End::Failed(status)) = ended {
                self.sender.send(Event::Error(status)).await;
            }
        };
        tokio::select! {
            biased;
            () = self.sender.stopped() => {}
            () = serve => {}
        }
    }

    async fn tell(&self, start: Start, news: News) -> Result<Infallible, End> {
        for entry in start.state {
            let stored = entry.value.into();
            let object = self.format.read(&entry.key, stored, entry.revision).await?;
            let added = Event::of_change(&self.predicate, None, Some(object));
            self.send(added).await?;
        }
        if start.end_marked {
            self.bookmark(start.after, true).await?;
        }
        self.tell_changes(start.after, news).await
    }

    async fn tell_changes(
        &self,
        mut position: ResourceVersion,
        mut news: News,
    ) -> Result<Infallible, End> {
        let mut is_asked = false;
        loop {
            news.marks.borrow_and_update();
            let range = self.range.clone();
            let (changes, marks) = self
                .database
                .run(move |connection| {
                    let changes = log::changes(connection, &range, position, BATCH)?;
                    Ok((changes, log::marks(connection)?))
                })
                .await?;
            if position < marks.forgotten {
                return Err(expired_watch().into());
            }
            let is_full = changes.len() == BATCH;
            for change in changes {
                position = change.revision;
                let event = event::of_change(&self.format, &self.predicate, change).await?;
                self.send(event).await?;
            }
            if is_full {
                continue;
            }
            // A watch that begins in the future is there already, and has no progress to tell of.
            if is_asked && marks.latest >= position {
                self.bookmark(marks.latest, false).await?;
            }
            position = position.max(marks.latest);
            is_asked = news.wait().await?;
        }
    }

    async fn bookmark(&self, resource_version: ResourceVersion, is_end: bool) -> Result<(), End> {
        let bookmark = Bookmark {
            resource_version,
            initial_events_end: is_end,
        };
        self.send(Some(Event::Bookmark(bookmark))).await
    }

    async fn send(&self, event: Option<Event<T>>) -> Result<(), End> {
        let Some(event) = event else { return Ok(()) };
        if self.sender.send(event).await {
            Ok(())
        } else {
            Err(End::Stopped)
        }
    }
}

/// What wakes a watch.
struct News {
    /// Changes whenever there is more to read.
    marks: Receiver<Marks>,
    /// Changes whenever progress is asked for; `None` where nobody wants to hear of it.
    progress: Option<Receiver<u64>>,
}

impl News {
    /// Waits until there is more to tell, and says whether that is how far the watch is.
    async fn wait(&mut self) -> Result<bool, End> {
        let asked = async {
            match &mut self.progress {
                Some(progress) => progress.changed().await,
                None => pending().await,
            }
        };
        let heard = tokio::select! {
            asked = asked => asked.map(|()| true),
            more = self.marks.changed() => more.map(|()| false),
        };
        // Whoever tells the news is gone with the store, which owns this task.
        heard.map_err(|_| End::Stopped)
    }
}
