use std::time::Duration;

use bytes::Bytes;
use storeproof_wire::etcdserverpb::{WatchCreateRequest, WatchResponse};
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::{
    Client, Fault, Verdict, WatchStream,
    context::revision,
    judge::{Told, Watched},
    phrase,
    seen::{key_value, revision_of},
    watching::NO_WATCH,
};

/// How many watches there are on a stream.
const WATCHES: usize = 2;

/// After how many messages a stream is cut off that resumes.
const CUT: usize = 150;

/// What a watcher does.
pub(super) struct Order {
    pub(super) name: String,
    pub(super) request: WatchCreateRequest,
    /// How often it asks for progress.
    pub(super) progress: Option<Duration>,
    /// The key after which nothing comes.
    pub(super) fence: Bytes,
    /// Whether it opens a new stream now and then, from where it is.
    pub(super) resumes: bool,
}

/// A stream of watches and what they told.
pub(super) struct Watcher {
    client: Client,
    order: Order,
    stream: WatchStream,
    /// The numbers of the watches of the stream, and where they stand among `watched`.
    open: Vec<(i64, usize)>,
    /// How many watches of the stream have not told of the fence.
    unfenced: usize,
    pub(super) watched: Vec<Watched>,
}

impl Watcher {
    /// Opens the stream and its watches: they are there when this returns.
    pub(super) async fn open(client: Client, order: Order) -> Verdict<Self> {
        let stream = client.watch(true).await?;
        let mut watcher = Self {
            client,
            order,
            stream,
            open: Vec::new(),
            unfenced: 0,
            watched: Vec::new(),
        };
        watcher
            .create([watcher.order.request.start_revision; WATCHES])
            .await?;
        Ok(watcher)
    }

    async fn create(&mut self, starts: [i64; WATCHES]) -> Verdict {
        self.open.clear();
        for (number, start_revision) in starts.into_iter().enumerate() {
            let request = WatchCreateRequest {
                start_revision,
                ..self.order.request.clone()
            };
            let range = (request.key.clone(), request.range_end.clone());
            self.stream.create(request).await?;
            // Watches that are open already may tell something meanwhile.
            let created = loop {
                let message = self.stream.next().await?;
                if message.created {
                    break message;
                }
                self.take(message)?;
            };
            self.open.push((created.watch_id, self.watched.len()));
            self.watched.push(Watched {
                name: format!("{}, watch {number} from {start_revision}", self.order.name),
                range,
                start: start_revision,
                created: revision(created.header.as_ref())?,
                told: Vec::new(),
            });
            self.unfenced += 1;
        }
        Ok(())
    }

    /// Reads until every watch has told of the fence.
    pub(super) async fn read(&mut self) -> Verdict {
        let mut asking = self.order.progress.map(asking);
        let mut messages = 0;
        while self.unfenced > 0 {
            tokio::select! {
                message = self.stream.next() => {
                    self.take(message?)?;
                    messages += 1;
                }
                () = tick(&mut asking) => self.stream.request_progress().await?,
            }
            if self.order.resumes && messages == CUT && self.unfenced == self.open.len() {
                messages = 0;
                self.resume().await?;
            }
        }
        Ok(())
    }

    /// Drops the stream and goes on behind the last event of each watch, as clients do after a break.
    async fn resume(&mut self) -> Verdict {
        let mut starts = [0; WATCHES];
        for ((_, place), start) in self.open.iter().zip(&mut starts) {
            let watched = self.watched.get(*place);
            let last = watched.and_then(|watched| watched.events().last().map(revision_of));
            let before = watched.map_or(0, Watched::first);
            *start = last.map_or(before, |last| last + 1);
        }
        self.stream = self.client.watch(true).await?;
        self.unfenced = 0;
        self.create(starts).await
    }

    fn take(&mut self, message: WatchResponse) -> Verdict {
        if message.canceled {
            return Err(Fault::failed(
                "the watch goes on",
                phrase::watched(&message),
            ));
        }
        let told = match message.events.is_empty() {
            true => Told::Progress(revision(message.header.as_ref())?),
            false => Told::Events(message.events),
        };
        let everyone = message.watch_id == NO_WATCH;
        for (id, place) in &self.open {
            if *id != message.watch_id && !everyone {
                continue;
            }
            let Some(watched) = self.watched.get_mut(*place) else {
                continue;
            };
            if let Told::Events(events) = &told {
                let fenced = |event| key_value(event).key == self.order.fence;
                let fenced = usize::from(events.iter().any(fenced));
                self.unfenced = self.unfenced.saturating_sub(fenced);
            }
            watched.told.push(told.clone());
        }
        Ok(())
    }
}

fn asking(often: Duration) -> Interval {
    let mut asking = interval(often);
    asking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    asking
}

async fn tick(asking: &mut Option<Interval>) {
    match asking {
        Some(asking) => drop(asking.tick().await),
        None => std::future::pending().await,
    }
}
