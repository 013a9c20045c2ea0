use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::{TcpStream, UnixStream},
    time::{Instant, sleep, timeout},
};
use tokio_rustls::TlsConnector;

use super::{
    Connection, Dial,
    endpoint::{Route, Security, ServerAddress},
    tls::TlsFiles,
    watched::{Refusal, Turn, Watched},
};

/// How long one server may take to accept a connection.
const PATIENCE_WITH_ONE: Duration = Duration::from_secs(3);
/// How long calls wait for a server to come back, counted from when the connection was found lost. After that they fail at
/// once until there is a connection again.
const PATIENCE_WITH_ALL: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Makes connections, one at a time, and stays with the server that works (backend §1.9).
///
/// Calls that meet a broken connection wait here rather than fail. A server that cannot be reached, or that ends a
/// connection without a word, is passed over for the next one. Certificates are read anew for each connection.
#[derive(Clone)]
pub(super) struct Connector {
    servers: Arc<[ServerAddress]>,
    files: TlsFiles,
    dial: Option<Dial>,
    preferred: Arc<AtomicUsize>,
    lost: Arc<Mutex<Option<Instant>>>,
    failure: Arc<Mutex<Option<String>>>,
    refusal: Refusal,
}

impl Connector {
    pub(super) fn new(servers: Vec<ServerAddress>, files: TlsFiles, dial: Option<Dial>) -> Self {
        Self {
            servers: servers.into(),
            files,
            dial,
            preferred: Arc::default(),
            lost: Arc::default(),
            failure: Arc::default(),
            refusal: Refusal::default(),
        }
    }

    /// A connection to any of the servers.
    ///
    /// # Errors
    ///
    /// That of the last attempt, once every server was tried and patience is at its end.
    pub(super) async fn connect(&self) -> io::Result<Box<dyn Connection>> {
        let since = *self.lost().get_or_insert_with(Instant::now);
        let deadline = since + PATIENCE_WITH_ALL;
        let mut pause = FIRST_PAUSE;
        loop {
            let mut last = None;
            for _ in 0..self.servers.len() {
                match self.try_preferred().await {
                    Ok(connection) => {
                        *self.lost() = None;
                        return Ok(connection);
                    }
                    Err(error) => last = Some(error),
                }
            }
            if Instant::now() + pause >= deadline {
                return Err(last.unwrap_or_else(|| io::Error::other("there are no servers")));
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Whose turn it is.
    pub(super) fn turn(&self) -> usize {
        self.preferred.load(Ordering::Relaxed)
    }

    /// Whether there is no other server.
    pub(super) fn has_one(&self) -> bool {
        self.servers.len() == 1
    }

    /// The server whose turn it is.
    pub(super) fn server(&self) -> Option<&str> {
        let server = self.servers.get(self.turn() % self.servers.len().max(1))?;
        Some(&server.given)
    }

    /// Goes on to the next server with the next connection, unless somebody else did so since it was this one's turn.
    pub(super) fn pass_over(&self, turn: usize) {
        pass_over(&self.preferred, turn);
    }

    /// What went wrong last, where nothing has gone right since; else how a server refused this client.
    pub(super) fn last_failure(&self) -> Option<String> {
        let told = |slot: &Mutex<Option<String>>| {
            let slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            slot.clone()
        };
        told(&self.failure).or_else(|| told(&self.refusal))
    }

    async fn try_preferred(&self) -> io::Result<Box<dyn Connection>> {
        let turn = self.turn();
        let Some(server) = self.servers.get(turn % self.servers.len().max(1)) else {
            return Err(io::Error::other("there are no servers"));
        };
        let attempt = timeout(PATIENCE_WITH_ONE, self.reach(server, turn)).await;
        let reached = attempt.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let reached = reached
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", server.given)));
        let failure = reached.as_ref().err().map(ToString::to_string);
        match &failure {
            None => tracing::debug!(server = server.given, "connected"),
            Some(failure) => {
                tracing::debug!("not connected: {failure}");
                self.pass_over(turn);
            }
        }
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
        reached
    }

    async fn reach(&self, server: &ServerAddress, turn: usize) -> io::Result<Box<dyn Connection>> {
        let plain: Box<dyn Connection> = match (&server.route, &self.dial) {
            (Route::Tcp(address), Some(dial)) => dial(address.clone()).await?,
            (Route::Tcp(address), None) => {
                let stream = TcpStream::connect(address.as_str()).await?;
                stream.set_nodelay(true)?;
                Box::new(stream)
            }
            (Route::Unix(path), _) => Box::new(UnixStream::connect(path).await?),
        };
        let inner = if secured(server, &self.files) {
            let config = self.files.load().map_err(io::Error::other)?;
            let secure = TlsConnector::from(config)
                .connect(server.name.clone(), plain)
                .await
                .map_err(|error| self.files.explain(error))?;
            Box::new(secure)
        } else {
            plain
        };
        Ok(Box::new(Watched {
            inner,
            server: server.given.clone(),
            files: self.files.clone(),
            refusal: Arc::clone(&self.refusal),
            turn: Turn::of(&self.preferred, turn),
        }))
    }

    fn lost(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts on, once for all who noticed the same.
pub(super) fn pass_over(preferred: &AtomicUsize, turn: usize) {
    let next = turn.wrapping_add(1);
    let _ = preferred.compare_exchange(turn, next, Ordering::Relaxed, Ordering::Relaxed);
}

/// Whether connections to the server are TLS.
pub(super) fn secured(server: &ServerAddress, files: &TlsFiles) -> bool {
    match server.security {
        Security::Required => true,
        Security::Never => false,
        Security::WhereConfigured => !files.is_empty(),
    }
}
