use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::FutureExt;
use tokio::sync::Semaphore;

use super::super::{Check, CheckError, KeyService, KeyServices, KmsConfiguration};
use crate::value::{Context, Data, Error, Eventually, Opened, Transformer};

/// Key management services of a test: they turn every byte around, as soon as a call is let through.
#[derive(Clone)]
pub(super) struct Services {
    pub(super) calls: Arc<Semaphore>,
    /// What is wrong with all of them.
    pub(super) illness: Arc<Mutex<Option<&'static str>>>,
    /// Held by each service that is in use.
    pub(super) in_use: Arc<()>,
}

impl Services {
    pub(super) fn new() -> Self {
        Self {
            calls: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            illness: Arc::default(),
            in_use: Arc::default(),
        }
    }

    /// The same, with calls that wait until they are let through.
    pub(super) fn slow() -> Self {
        Self {
            calls: Arc::new(Semaphore::new(0)),
            ..Self::new()
        }
    }

    pub(super) fn are(&self, illness: Option<&'static str>) {
        *self.illness.lock().expect("no test panics with it") = illness;
    }

    /// How many services are in use.
    pub(super) fn count(&self) -> usize {
        // The transformer and the check of each.
        (Arc::strong_count(&self.in_use) - 1) / 2
    }
}

#[async_trait]
impl KeyServices for Services {
    async fn connect(&self, _configuration: &KmsConfiguration) -> Result<KeyService, CheckError> {
        Ok(KeyService {
            transformer: Arc::new(Turning {
                calls: Arc::clone(&self.calls),
                _in_use: Arc::clone(&self.in_use),
            }),
            check: Arc::new(Illness {
                illness: Arc::clone(&self.illness),
                _in_use: Arc::clone(&self.in_use),
            }),
        })
    }
}

struct Turning {
    calls: Arc<Semaphore>,
    _in_use: Arc<()>,
}

impl Turning {
    async fn turned(&self, bytes: &[u8]) -> Vec<u8> {
        let permit = self.calls.acquire().await.expect("never closed");
        drop(permit);
        bytes.iter().map(|byte| !byte).collect()
    }
}

impl Transformer for Turning {
    fn from_storage<'a>(
        &'a self,
        stored: Data,
        _context: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        Eventually::Later(
            async move {
                Ok(Opened {
                    plain: self.turned(&stored).await.into(),
                    stale: false,
                })
            }
            .boxed(),
        )
    }

    fn to_storage<'a>(
        &'a self,
        plain: &'a [u8],
        _context: Context<'a>,
        stored: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        Eventually::Later(
            async move {
                stored.extend(self.turned(plain).await);
                Ok(())
            }
            .boxed(),
        )
    }
}

struct Illness {
    illness: Arc<Mutex<Option<&'static str>>>,
    _in_use: Arc<()>,
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Ill(&'static str);

#[async_trait]
impl Check for Illness {
    async fn check(&self) -> Result<(), CheckError> {
        match *self.illness.lock().expect("no test panics with it") {
            None => Ok(()),
            Some(illness) => Err(Arc::new(Ill(illness))),
        }
    }
}
