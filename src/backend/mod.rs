//! Where a store comes from: configuration, the factory, the way to etcd, and whether it answers.
//!
//! ```no_run
//! use std::sync::Arc;
//! use k8s_openapi::api::core::v1::Pod;
//! use storeproof::backend::{Config, GroupResource, TransportConfig, factory};
//! use storeproof::codec::Json;
//!
//! # async fn build() -> Result<(), storeproof::backend::Error> {
//! let config = Config::<Pod> {
//!     transport: TransportConfig::of(["http://127.0.0.1:2379"]),
//!     ..Config::new("/registry", Arc::new(Json))
//! };
//! let (store, destroy) = factory::create(config.for_resource(GroupResource::core("pods")), "/pods/").await?;
//! # drop(store);
//! destroy.call().await;
//! # Ok(())
//! # }
//! ```

mod check;
mod compaction;
mod config;
mod connector;
mod counting;
mod destroy;
mod egress;
mod endpoint;
mod error;
pub mod factory;
mod features;
mod handshake;
mod health;
mod monitor;
mod monitors;
mod preflight;
mod probe;
mod switch;
mod tls;
mod transport;
mod watched;

pub use crate::{
    etcd3::Credentials,
    storage::{GroupResource, LeaseManagerConfig},
};
pub use config::{Config, ConfigForResource, TransportConfig};
pub use counting::ObjectCount;
pub use destroy::Destroy;
pub use egress::{Connection, Dial, EgressLookup, NetworkContext};
pub use error::Error;
pub use features::{Feature, FeatureChecks, FeatureSupport};
pub use health::{HealthCheck, HealthDocumentError, HealthError, read_health};
pub use monitor::{Measurement, Monitor};
pub use monitors::{MonitorCache, MonitorCacheError};
pub use preflight::preflight;
pub use probe::{ProbeError, Prober};
