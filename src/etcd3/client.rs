use std::{
    fmt,
    future::Future,
    sync::{Arc, PoisonError, RwLock},
};

use etcd_client::{KvClient, LeaseClient, WatchClient};
use futures::{Stream, stream};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::requests::Requests;

use super::{Error, compacted::Compacted, way::Way};

/// One connection to etcd and the tasks that live off it.
///
/// The three clients are cloned for each call: a clone shares the connection and costs a few counts. A client is bound
/// to the runtime that made it.
pub(crate) struct Client {
    clients: RwLock<Option<Clients>>,
    closed: CancellationToken,
    tasks: TaskTracker,
    progress: watch::Sender<()>,
    /// Shared with whoever else learns of compactions of the same etcd.
    pub(super) compacted: Arc<Compacted>,
    /// What the contract made this client send.
    pub(super) requests: Requests,
}

struct Clients {
    kv: KvClient,
    lease: LeaseClient,
    watch: WatchClient,
}

impl Client {
    /// Wraps a channel. Answers may be of any size; watches ask the member to end them when it loses its leader.
    ///
    /// # Errors
    ///
    /// The client cannot be made, or its user is not let in.
    pub(crate) async fn new(way: impl Into<Way>) -> Result<Self, Error> {
        Self::sharing(way, Arc::default()).await
    }

    /// The same, with what others know of compactions.
    ///
    /// # Errors
    ///
    /// As [`Client::new`].
    pub(crate) async fn sharing(
        way: impl Into<Way>,
        compacted: Arc<Compacted>,
    ) -> Result<Self, Error> {
        let way: Way = way.into();
        let calls = connected(&way).await?;
        let with_leader = way.options().with_require_leader(true);
        let streams = etcd_client::Client::from_channel(way.channel, Some(with_leader)).await?;
        Ok(Self {
            clients: RwLock::new(Some(Clients {
                kv: calls.kv_client().max_decoding_message_size(usize::MAX),
                lease: calls.lease_client(),
                watch: streams.watch_client().max_decoding_message_size(usize::MAX),
            })),
            closed: CancellationToken::new(),
            tasks: TaskTracker::new(),
            progress: watch::Sender::new(()),
            compacted,
            requests: Requests::default(),
        })
    }

    /// Whether the other end speaks etcd's protocol, and the version that it states. Any answer will do, a refusal too: this
    /// asks no majority.
    ///
    /// # Errors
    ///
    /// There was no answer, or the user is not let in.
    pub(crate) async fn greet(way: &Way) -> Result<Option<String>, Error> {
        let client = connected(way).await?;
        match version(&client).await {
            Ok(version) => Ok(Some(version)),
            Err(error) if error.kind().is_silence() => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// The version that the server at the other end states.
    ///
    /// # Errors
    ///
    /// etcd's.
    pub(crate) async fn version(way: &Way) -> Result<String, Error> {
        version(&connected(way).await?).await
    }

    /// The bytes that the database of the server at the other end takes on disk.
    ///
    /// # Errors
    ///
    /// etcd's.
    pub(crate) async fn database_size(way: &Way) -> Result<i64, Error> {
        let client = connected(way).await?;
        Ok(client.maintenance_client().status().await?.db_size())
    }

    pub(super) fn kv(&self) -> Result<KvClient, Error> {
        self.cloned(|clients| clients.kv.clone())
    }

    pub(super) fn lease(&self) -> Result<LeaseClient, Error> {
        self.cloned(|clients| clients.lease.clone())
    }

    pub(super) fn watch(&self) -> Result<WatchClient, Error> {
        self.cloned(|clients| clients.watch.clone())
    }

    fn cloned<C>(&self, pick: impl FnOnce(&Clients) -> C) -> Result<C, Error> {
        let clients = self.clients.read().unwrap_or_else(PoisonError::into_inner);
        clients.as_ref().map(pick).ok_or(Error::Closed)
    }

    /// Asks every running watch to ask for progress on its stream.
    pub(super) fn request_progress(&self) {
        self.progress.send_replace(());
    }

    /// Tells a watch whenever progress is asked for from now on.
    pub(super) fn progress_requests(&self) -> impl Stream<Item = ()> + Send + 'static {
        stream::unfold(self.progress.subscribe(), |mut asked| async move {
            asked.changed().await.ok()?;
            Some(((), asked))
        })
    }

    /// Runs a task that [`Client::close`] waits for. It has to end once [`Client::closed`] is cancelled.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Cancelled once the client is being closed.
    pub(super) fn closed(&self) -> &CancellationToken {
        &self.closed
    }

    /// Refuses further calls, ends all tasks, and returns when the last of them is gone. The connection goes with the
    /// last call that was under way. May be called any number of times, also at once.
    pub(crate) async fn close(&self) {
        self.clients
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        self.closed.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

async fn connected(way: &Way) -> Result<etcd_client::Client, Error> {
    let connected = etcd_client::Client::from_channel(way.channel.clone(), Some(way.options()));
    Ok(connected.await?)
}

async fn version(client: &etcd_client::Client) -> Result<String, Error> {
    let status = client.maintenance_client().status().await?;
    Ok(status.version().to_owned())
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("closed", &self.closed.is_cancelled())
            .finish_non_exhaustive()
    }
}
