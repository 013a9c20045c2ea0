//! Data keys that a key management service encrypts (backend §7.7–§7.10); feature `kms`.
//!
//! A plugin listens on a Unix socket and speaks gRPC. Values are encrypted here, with data keys that only the plugin can
//! decrypt; the encrypted data key is stored beside each value.
//!
//! * [`v2`]: one data key source for as long as the plugin's key stays the same, so that writing asks nobody.
//! * [`v1`]: a data key for each value, so that writing asks the plugin each time. For values of the past.
//! * [`Endpoint`]: where a plugin listens.
//!
//! ```no_run
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! use std::{sync::Arc, time::Duration};
//! use storeproof::value::{PrefixTransformers, Transformer, kms::{Endpoint, v2}};
//!
//! let endpoint = Endpoint::parse("unix:///run/kms.sock")?;
//! let plugin = v2::Remote::new(&endpoint, Duration::from_secs(3));
//! let (provider, _status) = v2::Provider::start("vault", Arc::new(plugin)).await;
//! let transformer: Arc<dyn Transformer> = Arc::new(v2::KmsV2::new(provider));
//! let transformers = PrefixTransformers::new([("k8s:enc:kms:v2:vault:", transformer)]);
//! # drop(transformers);
//! # Ok(())
//! # }
//! ```

mod check;
mod connection;
mod endpoint;
mod error;
mod observer;
mod proto;
mod rpc;
mod tracer;
pub mod v1;
pub mod v2;

pub use self::{
    endpoint::{Endpoint, EndpointError},
    error::Error,
    observer::{BadKeyId, Direction, Observer},
    rpc::RpcError,
    tracer::{Span, Tracer},
};

use ring::digest::{SHA256, digest};

/// How names of keys appear in messages: hashed, since nobody knows what a plugin puts into them. An empty one stays empty.
pub(crate) fn hashed(key_id: &str) -> String {
    if key_id.is_empty() {
        return String::new();
    }
    let hash = digest(&SHA256, key_id.as_bytes());
    let hex: String = hash
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256:{hex}")
}

/// Several sentences as one, as the API server puts them: one as it is, more in brackets.
pub(crate) fn told<T: std::fmt::Display>(sentences: &[T]) -> String {
    match sentences {
        [sentence] => sentence.to_string(),
        _ => {
            let sentences: Vec<String> = sentences.iter().map(ToString::to_string).collect();
            format!("[{}]", sentences.join(", "))
        }
    }
}
