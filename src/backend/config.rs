use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use crate::{
    codec::Codec,
    storage::{GroupResource, LeaseManagerConfig, Object},
    telemetry::{metrics::Metrics, trace::TracerProvider},
    value::Transformer,
};

use super::{Credentials, EgressLookup};

/// Which servers, and how to reach them (backend §1.2). Equal configurations mean the same servers.
#[derive(Clone)]
pub struct TransportConfig {
    /// `scheme://host:port` of each member, at least one. `https` and `unixs` mean TLS, `http` means none; `unix` and a
    /// bare `host:port` use it where one of the three files is given.
    pub server_list: Vec<String>,
    /// The client's key, PEM.
    pub key_file: Option<PathBuf>,
    /// The client's certificate, PEM. Read again for each connection, so that it can be renewed in place.
    pub cert_file: Option<PathBuf>,
    /// The only authorities that servers are trusted by, PEM. Without it: those of the system.
    pub trusted_ca_file: Option<PathBuf>,
    /// Who asks, where the servers want to know. Without it: whoever the certificate names, or nobody.
    pub credentials: Option<Credentials>,
    /// Finds another way to the servers than a direct connection.
    pub egress_lookup: Option<EgressLookup>,
    /// How long a new client may take to reach one of the servers.
    pub dial_timeout: Duration,
    /// Who collects the spans of stores and their calls. Without it there are none, and nothing is told to the servers.
    pub tracer_provider: Option<TracerProvider>,
    /// What stores and their calls count in. They are not part of what makes two configurations equal.
    pub metrics: Metrics,
}

impl TransportConfig {
    /// Plain connections to servers, unless their schemes say otherwise.
    pub fn of(servers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            server_list: servers.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// Whether both lead to the same servers in the same way, and tell the same tracer (backend §1.2, §1.14). How long each may
    /// take does not matter, nor what it counts in: there is one compactor for both, and its calls count where the first
    /// who wanted it counts.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let same_tracer = match (&self.tracer_provider, &other.tracer_provider) {
            (Some(mine), Some(theirs)) => mine.is(theirs),
            (None, None) => true,
            _ => false,
        };
        let same_egress = match (&self.egress_lookup, &other.egress_lookup) {
            (Some(mine), Some(theirs)) => Arc::ptr_eq(mine, theirs),
            (None, None) => true,
            _ => false,
        };
        same_egress
            && same_tracer
            && self.server_list == other.server_list
            && self.key_file == other.key_file
            && self.cert_file == other.cert_file
            && self.trusted_ca_file == other.trusted_ca_file
            && self.credentials == other.credentials
    }
}

impl Default for TransportConfig {
    fn default() -> Self {
        Self {
            server_list: Vec::new(),
            key_file: None,
            cert_file: None,
            trusted_ca_file: None,
            credentials: None,
            egress_lookup: None,
            dial_timeout: Duration::from_secs(20),
            tracer_provider: None,
            metrics: Metrics::of_process(),
        }
    }
}

impl fmt::Debug for TransportConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TransportConfig")
            .field("server_list", &self.server_list)
            .field("key_file", &self.key_file)
            .field("cert_file", &self.cert_file)
            .field("trusted_ca_file", &self.trusted_ca_file)
            .field("credentials", &self.credentials)
            .field("egress_lookup", &self.egress_lookup.is_some())
            .field("dial_timeout", &self.dial_timeout)
            .field("tracer_provider", &self.tracer_provider.is_some())
            .finish()
    }
}

/// How to build the stores of a server (backend §1.3, with what earlier eras had in §1.17 and §1.19).
pub struct Config<T> {
    /// The kind of storage: empty and `etcd3` are the same; nothing else is supported.
    pub storage_type: String,
    /// The root of all keys; `registry` means `/registry/`.
    pub prefix: String,
    /// Which servers.
    pub transport: TransportConfig,
    /// How objects become bytes.
    pub codec: Arc<dyn Codec<T>>,
    /// How bytes are protected. None: as they are, with encrypted ones refused.
    pub transformer: Option<Arc<dyn Transformer>>,
    /// Whether lists honour limits and continue tokens. Where not, every list is whole.
    pub paging: bool,
    /// Whether reads of one object see every write before them. Where not, any member answers with what it has, also
    /// without a majority: a get, a list of one key, and the read that an update starts from, whose write then finds out
    /// what has changed. Lists of many, deletions, watches and all writes stay linearizable.
    pub quorum: bool,
    /// How often history is compacted: at least one such interval of it stays readable, and less than two. Of the stores
    /// of one server the shortest interval counts. Zero: these stores ask for no compaction, and hear of none but through
    /// their own reads and watches.
    pub compaction_interval: Duration,
    /// How often objects are counted; for callers, who let [`ObjectCount`](super::ObjectCount) do it. Zero: never.
    pub count_metric_poll_period: Duration,
    /// How often the size of the database is asked for at most, by
    /// [`MonitorCache::sizes`](super::MonitorCache::sizes). Zero: each time that somebody wants to know it.
    pub db_metric_poll_interval: Duration,
    /// How much history a cache of watches keeps; for callers.
    pub events_history_window: Duration,
    /// How long a health check may take; zero means 2 s.
    pub healthcheck_timeout: Duration,
    /// How long a readiness check may take; zero means 2 s.
    pub readycheck_timeout: Duration,
    /// How leases are shared.
    pub lease_manager_config: LeaseManagerConfig,
    /// The feature gate of the same name (backend §1.13): corrupt objects are told apart from other trouble, a list tells
    /// of all it meets, and they can be deleted unseen. Without it an unreadable object fails whatever reads it.
    pub allow_unsafe_malformed_object_deletion: bool,
}

impl<T: Object> Config<T> {
    /// The defaults, with no servers yet.
    pub fn new(prefix: impl Into<String>, codec: Arc<dyn Codec<T>>) -> Self {
        Self {
            storage_type: String::new(),
            prefix: prefix.into(),
            transport: TransportConfig::default(),
            codec,
            transformer: None,
            paging: true,
            quorum: true,
            compaction_interval: Duration::from_secs(5 * 60),
            count_metric_poll_period: Duration::ZERO,
            db_metric_poll_interval: Duration::from_secs(30),
            events_history_window: Duration::from_secs(75),
            healthcheck_timeout: Duration::from_secs(2),
            readycheck_timeout: Duration::from_secs(2),
            lease_manager_config: LeaseManagerConfig::default(),
            allow_unsafe_malformed_object_deletion: true,
        }
    }

    /// A copy for one resource. What happens to this configuration afterwards does not reach it.
    pub fn for_resource(&self, group_resource: GroupResource) -> ConfigForResource<T> {
        ConfigForResource {
            config: self.clone(),
            group_resource,
        }
    }
}

// By hand: derived, they would ask for `T: Clone` and `T: Debug`.
impl<T> Clone for Config<T> {
    fn clone(&self) -> Self {
        Self {
            storage_type: self.storage_type.clone(),
            prefix: self.prefix.clone(),
            transport: self.transport.clone(),
            codec: Arc::clone(&self.codec),
            transformer: self.transformer.clone(),
            paging: self.paging,
            quorum: self.quorum,
            compaction_interval: self.compaction_interval,
            count_metric_poll_period: self.count_metric_poll_period,
            db_metric_poll_interval: self.db_metric_poll_interval,
            events_history_window: self.events_history_window,
            healthcheck_timeout: self.healthcheck_timeout,
            readycheck_timeout: self.readycheck_timeout,
            lease_manager_config: self.lease_manager_config,
            allow_unsafe_malformed_object_deletion: self.allow_unsafe_malformed_object_deletion,
        }
    }
}

impl<T> fmt::Debug for Config<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Config")
            .field("storage_type", &self.storage_type)
            .field("prefix", &self.prefix)
            .field("transport", &self.transport)
            .field("paging", &self.paging)
            .field("quorum", &self.quorum)
            .finish_non_exhaustive()
    }
}

/// How to build the store of one resource.
#[derive(Clone, Debug)]
pub struct ConfigForResource<T> {
    /// How to build a store.
    pub config: Config<T>,
    /// Of which resource.
    pub group_resource: GroupResource,
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
