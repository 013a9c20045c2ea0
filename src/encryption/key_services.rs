use std::{error::Error as StdError, sync::Arc};

use async_trait::async_trait;

use crate::value::Transformer;

use super::{Check, KmsConfiguration};

/// Reaches the key management services that a configuration names.
#[async_trait]
pub trait KeyServices: Send + Sync {
    /// A service, ready to be used. One that does not answer yet is no error: its check tells.
    ///
    /// The name is part of the stored prefix, which the transformer neither sees nor writes. Dropping what is returned ends
    /// whatever runs for it.
    ///
    /// # Errors
    ///
    /// The service can never be reached like this.
    async fn connect(
        &self,
        configuration: &KmsConfiguration,
    ) -> Result<KeyService, Arc<dyn StdError + Send + Sync>>;
}

/// A key management service in use.
#[derive(Clone)]
pub struct KeyService {
    /// Protects values with the service's keys.
    pub transformer: Arc<dyn Transformer>,
    /// Tells whether the service does its work.
    pub check: Arc<dyn Check>,
}

/// None can be reached: configurations that name one are refused.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKeyServices;

#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(
    "no key management service can be reached from here: load the configuration with key services"
)]
struct Unreachable;

#[async_trait]
impl KeyServices for NoKeyServices {
    async fn connect(
        &self,
        _configuration: &KmsConfiguration,
    ) -> Result<KeyService, Arc<dyn StdError + Send + Sync>> {
        Err(Arc::new(Unreachable))
    }
}
