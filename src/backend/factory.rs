//! Makes stores and checks of a configuration (backend §1.5).

use std::sync::Arc;

use crate::{
    etcd3::{self, Client, Parts},
    storage::{KeySpace, Object},
    telemetry::trace::Tracing,
    value::Identity,
};

use super::{
    Config, ConfigForResource, Destroy, Error, FeatureSupport, HealthCheck, Monitor, Prober,
    check::check_type, compaction, health::Servers, transport,
};

/// A store for one resource, with a connection of its own, and what ends it. Where the configuration asks for compaction,
/// all stores of the same servers share one compactor with a connection of its own, which ends with the last of them. Servers
/// that this process has not met are asked for their version in the background ([`FeatureSupport`]).
///
/// `resource_prefix` is the resource's place below the path prefix, such as `/pods/`. The store is bound to the runtime
/// that this runs on.
///
/// # Errors
///
/// An unknown kind of storage; a prefix that no store accepts; a configuration that makes no sense; TLS files that cannot be
/// used; no server that answers in time. Nothing is left behind.
pub async fn create<T: Object>(
    config: ConfigForResource<T>,
    resource_prefix: &str,
) -> Result<(Arc<etcd3::Store<T>>, Destroy), Error> {
    let ConfigForResource {
        config,
        group_resource,
    } = config;
    check_type(&config.storage_type)?;
    let keys = KeySpace::new(&config.prefix, resource_prefix)?;
    config.check()?;
    let compaction = compaction::share(&config.transport, config.compaction_interval).await?;
    let compaction = compaction.map(Arc::new);
    let compacted = compaction.as_ref().map(|shared| shared.compacted());
    let (channel, told) = transport::greeted(&config.transport).await?;
    let client = Client::sharing(channel, compacted.unwrap_or_default()).await?;
    let client = Arc::new(client);
    let features = FeatureSupport::of_process();
    if let Some((server, version)) = told {
        features.told(&server, &version);
    }
    let checks = Arc::new(features.check(&config.transport));
    let parts = Parts {
        keys,
        codec: config.codec,
        transformer: config.transformer.unwrap_or_else(|| Arc::new(Identity)),
        leases: config.lease_manager_config,
        paging: config.paging,
        serializable_gets: !config.quorum,
        resource: group_resource,
        unsafe_deletion: config.allow_unsafe_malformed_object_deletion,
        tracing: config.transport.tracer_provider.as_ref().map(Tracing::of),
        metrics: config.transport.metrics,

        kept: Arc::new((compaction.clone(), Arc::clone(&checks))),
    };
    let store = Arc::new(etcd3::Store::new(Arc::clone(&client), parts));
    Ok((store, Destroy::new(client, compaction, checks)))
}

/// A check that tells whether etcd answers a linearizable read. It connects by itself in the background, again and again
/// until it succeeds, and must be made on a runtime.
///
/// # Errors
///
/// An unknown kind of storage. Everything else is found out by the check.
pub fn create_health_check<T: Object>(config: &Config<T>) -> Result<HealthCheck, Error> {
    check_type(&config.storage_type)?;
    let servers = Servers(config.clone());
    Ok(HealthCheck::start(servers, config.healthcheck_timeout))
}

/// The same with the timeout of readiness.
///
/// # Errors
///
/// As [`create_health_check`].
pub fn create_ready_check<T: Object>(config: &Config<T>) -> Result<HealthCheck, Error> {
    check_type(&config.storage_type)?;
    let servers = Servers(config.clone());
    Ok(HealthCheck::start(servers, config.readycheck_timeout))
}

/// What asks etcd for a linearizable read each time that it is told to. Unlike a check it is connected once it is there.
///
/// # Errors
///
/// An unknown kind of storage; a configuration that makes no sense; TLS files that cannot be used; no server that answers in
/// time. Nothing is left behind.
pub async fn create_prober<T: Object>(config: &Config<T>) -> Result<Prober, Error> {
    config.check()?;
    Prober::connect(config).await
}

/// What measures how much etcd stores.
///
/// # Errors
///
/// As [`create_prober`].
pub async fn create_monitor<T: Object>(config: &Config<T>) -> Result<Monitor, Error> {
    config.check()?;
    Monitor::connect(&config.transport).await
}

#[cfg(test)]
#[path = "factory_tests.rs"]
mod tests;
