use std::{
    fmt,
    sync::{Arc, OnceLock, PoisonError, RwLock},
    time::Duration,
};

use bytes::Bytes;
use tokio::time::{Instant, sleep};
use tokio_util::task::AbortOnDropHandle;

use super::{
    Service,
    data_key::DataKey,
    data_keys::{Asked, DataKeys},
    proto::DecryptRequest,
    source::{Digest, Kind, Source},
    status::Unhealthy,
};
use crate::value::{
    Context, Secret,
    kms::{
        Error, Observer, Tracer,
        check::Check,
        observer::{nobody, observed},
        tracer::Steps,
    },
};

/// Between two looks at a plugin that is well.
const CALM: Duration = Duration::from_secs(60);
/// Between two looks at one that is not.
const WORRIED: Duration = Duration::from_secs(10);

/// A plugin, the data key source that values are written with, and the data keys that were decrypted (backend §7.9, §7.10).
///
/// Until the plugin was healthy once nothing can be read or written. From then on reads need it only for data keys that
/// nobody has decrypted in this process. Writes never ask it, but stop three minutes after it last confirmed its key.
pub struct Provider {
    pub(super) name: String,
    pub(super) service: Arc<dyn Service>,
    pub(super) kind: Kind,
    pub(super) check: Check<Unhealthy>,
    pub(super) version: OnceLock<String>,
    pub(super) keys: Arc<DataKeys>,
    pub(super) observer: Arc<dyn Observer>,
    tracer: Option<Arc<dyn Tracer>>,
    state: RwLock<State>,
}

/// What is written with, or why nothing is.
#[derive(Clone)]
enum State {
    Never(String),
    Ready(Arc<Current>),
}

/// The data key source that values are written with.
#[derive(Clone)]
pub(super) struct Current {
    /// The name of the request that the plugin encrypted it for.
    pub(super) uid: String,
    pub(super) source: Source,
    pub(super) digest: Digest,
    /// What stands behind each value.
    pub(super) behind: Bytes,
    pub(super) key: DataKey,
    /// Until when it may be written with.
    pub(super) until: Instant,
}

impl Provider {
    /// A provider of the name that its prefix carries. It has no data key before its first [`check`](Self::check).
    pub fn new(name: impl Into<String>, service: Arc<dyn Service>) -> Self {
        Self {
            name: name.into(),
            service,
            kind: Kind::Seed,
            check: Check::new(),
            version: OnceLock::new(),
            keys: Arc::default(),
            observer: nobody(),
            tracer: None,
            state: RwLock::new(State::Never("none yet".to_owned())),
        }
    }

    /// The same, but it encrypts with data keys themselves, as API servers did before 1.28, and not with seeds of keys. For
    /// tests: a key wears out, a seed does not.
    #[must_use]
    pub fn without_seeds(mut self) -> Self {
        self.kind = Kind::Key;
        self
    }

    /// The same, with somebody who is told what it does. Before it is used.
    #[must_use]
    pub fn observed_by(mut self, observer: Arc<dyn Observer>) -> Self {
        self.keys = Arc::new(DataKeys::observed_by(Arc::clone(&observer)));
        self.observer = observer;
        self
    }

    /// The same, with somebody who makes spans of what it does with values. Before it is used.
    #[must_use]
    pub fn traced_by(mut self, tracer: Arc<dyn Tracer>) -> Self {
        self.tracer = Some(tracer);
        self
    }

    /// A provider that has looked at its plugin once, and goes on looking: each minute, and each ten seconds while the plugin
    /// is not well. That it is not well now is no error.
    pub async fn start(
        name: impl Into<String>,
        service: Arc<dyn Service>,
    ) -> (Arc<Self>, StatusLoop) {
        Self::new(name, service).started().await
    }

    /// The same for a provider that was made already.
    pub async fn started(self) -> (Arc<Self>, StatusLoop) {
        let provider = Arc::new(self);
        // What is wrong is told to whoever checks, and tried again by the loop.
        let _ = provider.check().await;
        let status = provider.keep_looking();
        (provider, status)
    }

    /// Looks at the plugin until the loop is dropped. Must be called in a Tokio runtime.
    pub fn keep_looking(self: &Arc<Self>) -> StatusLoop {
        let provider = self.clone();
        StatusLoop {
            _task: AbortOnDropHandle::new(tokio::spawn(async move {
                loop {
                    let pause = match provider.check().await {
                        Ok(()) => CALM,
                        Err(_) => WORRIED,
                    };
                    sleep(pause).await;
                }
            })),
        }
    }

    /// The steps of one value from now on, which are told under this name.
    pub(super) fn steps(&self, name: &'static str) -> Steps {
        Steps::begin(self.tracer.as_ref(), name, &self.name)
    }

    pub(super) fn current(&self) -> Result<Arc<Current>, Error> {
        match &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            State::Ready(current) => Ok(current.clone()),
            State::Never(health) => Err(Error::NeverReady {
                provider: self.name.clone(),
                health: health.clone(),
            }),
        }
    }

    pub(super) fn write_with(&self, current: Current) {
        let ready = State::Ready(Arc::new(current));
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = ready;
    }

    /// Where there is no data key, that is why.
    pub(super) fn explain(&self, problem: &Unhealthy) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        if let State::Never(health) = &mut *state {
            *health = problem.to_string();
        }
    }

    /// Has the plugin decrypt a data key source, unless somebody else does so already.
    pub(super) fn ask_for_key(&self, source: Source, context: Context<'_>) -> Asked {
        let (service, observer) = (self.service.clone(), self.observer.clone());
        observer.missed();
        self.keys.ask(source.digest(), || {
            let uid = uid();
            tracing::debug!(uid, key = %context, "decrypting content using envelope service");
            async move {
                let request = DecryptRequest {
                    ciphertext: source.encrypted,
                    uid,
                    key_id: source.key_id,
                    annotations: source.annotations,
                };
                let call = service.decrypt(request);
                let answer = observed(&*observer, "/v2.KeyManagementService/Decrypt", call).await;
                let answer = answer.map_err(Error::Decrypt)?;
                let secret = Secret::from(answer.plaintext);
                Ok(DataKey::decrypted(source.kind, &secret).map_err(Error::NoKey)?)
            }
        })
    }
}

/// A name for a request.
pub(super) fn uid() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Looks at a plugin again and again, until it is dropped.
#[must_use = "dropped, it looks no more, and writes stop after three minutes"]
pub struct StatusLoop {
    _task: AbortOnDropHandle<()>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Provider({})", self.name)
    }
}
