use std::sync::Arc;

use super::Service;
use crate::value::{
    Secret,
    kms::{Error, check::Check},
};

/// Whether a plugin of the first version encrypts, and decrypts again (backend §7.10). A good result is believed for 20 s, a
/// bad one for 3 s.
pub struct Health {
    provider: String,
    service: Arc<dyn Service>,
    check: Check<Unhealthy>,
}

/// What a plugin did not do.
#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "failed to perform {section} section of the healthz check for KMS Provider {provider}, error: {source}"
)]
pub struct Unhealthy {
    section: &'static str,
    provider: String,
    source: Error,
}

impl Health {
    /// The health of the provider with this name.
    pub fn new(provider: impl Into<String>, service: Arc<dyn Service>) -> Self {
        Self {
            provider: provider.into(),
            service,
            check: Check::new(),
        }
    }

    /// Encrypts a word and decrypts it, unless that was done just now.
    ///
    /// # Errors
    ///
    /// One of the two failed.
    pub async fn check(&self) -> Result<(), Unhealthy> {
        self.check.result(self.ping()).await
    }

    async fn ping(&self) -> Result<(), Unhealthy> {
        let failed = |section| {
            move |source| Unhealthy {
                section,
                provider: self.provider.clone(),
                source,
            }
        };
        let ping = Secret::from(b"ping".to_vec());
        let encrypted = self
            .service
            .encrypt(&ping)
            .await
            .map_err(failed("encrypt"))?;
        self.service
            .decrypt(encrypted)
            .await
            .map_err(failed("decrypt"))?;
        Ok(())
    }
}
