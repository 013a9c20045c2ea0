//! Metric families as the API server has them (backend §4): names, labels, buckets, and the text they are exposed in.
//!
//! One table says what there is: [`TABLE`]. A store counts in the [`Metrics`] of its
//! [`TransportConfig`](crate::backend::TransportConfig); those of the process where nobody says otherwise.
//!
//! ```
//! use storeproof::telemetry::metrics::{Metrics, Registry, TABLE};
//!
//! let registry = Registry::new();
//! let metrics = Metrics::register(&registry)?;
//! assert_eq!(metrics.registry().gather().len(), 0, "a family appears with its first series");
//! assert!(TABLE.iter().any(|family| family.name == "etcd_lease_object_counts"));
//! # Ok::<(), storeproof::telemetry::metrics::Error>(())
//! ```
//!
//! The families are kept by the `prometheus` crate: unlike `prometheus-client`, whose text is OpenMetrics, it orders
//! families and labels as the Go client does, keeps `_total` in the names of types, and hands out children whose counting
//! is one atomic addition.

mod calls;
mod dispatch;
mod envelope;
#[cfg(feature = "kms")]
mod envelope_observer;
mod family;
mod lists;
mod objects;
mod reloads;
mod sizes;
mod store;
mod table;
mod text;
mod transformations;

pub use dispatch::DispatchStage;
pub use envelope::{Envelope, KeyIdError};
pub use family::{Buckets, Family, Kind, Stability};
pub use prometheus::Registry;
pub use reloads::Reloads;
pub use table::TABLE;
pub use transformations::Transformations;

pub(crate) use calls::{CallCounters, MethodCounters};
pub(crate) use lists::ListCount;
pub(crate) use store::{RequestKind, StoreMetrics};

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use envelope::KeyIds;
use table::Families;

/// The families of one registry. Clones count in the same ones.
#[derive(Clone)]
pub struct Metrics(Arc<Registered>);

struct Registered {
    registry: Registry,
    families: Families,
    key_ids: KeyIds,
    #[cfg(feature = "kms")]
    arrivals: envelope_observer::Arrivals,
    calls: OnceLock<Arc<CallCounters>>,
}

/// A family cannot be registered: the registry has one of its name.
#[derive(Debug, thiserror::Error)]
#[error("cannot register the metric family {family}: {source}; a registry takes them once")]
pub struct Error {
    family: &'static str,
    source: prometheus::Error,
}

impl Metrics {
    /// Registers all families with a registry, which may hold others.
    ///
    /// # Errors
    ///
    /// The registry has a family of one of the names.
    pub fn register(registry: &Registry) -> Result<Self, Error> {
        Ok(Self(Arc::new(Registered {
            registry: registry.clone(),
            families: Families::register(registry)?,
            key_ids: KeyIds::default(),
            #[cfg(feature = "kms")]
            arrivals: Default::default(),
            calls: OnceLock::new(),
        })))
    }

    /// The families of this process, in a registry of their own. The first call registers them.
    pub fn of_process() -> Self {
        static OF_PROCESS: OnceLock<Metrics> = OnceLock::new();
        OF_PROCESS
            .get_or_init(|| {
                Self::register(&Registry::new()).expect("a new registry has no other families")
            })
            .clone()
    }

    /// The registry.
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// All of the registry in the text format of Prometheus, version 0.0.4, as the Go client writes it. Families without
    /// a series are left out.
    pub fn text(&self) -> String {
        text::of(&self.0.registry.gather())
    }

    /// Whether both are the families of the same registry.
    pub fn are(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// What calls count in.
    pub(crate) fn calls(&self) -> Arc<CallCounters> {
        Arc::clone(
            self.0
                .calls
                .get_or_init(|| Arc::new(CallCounters::of(&self.0.families))),
        )
    }

    fn families(&self) -> &Families {
        &self.0.families
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::of_process()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Metrics")
    }
}
