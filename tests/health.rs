//! Whether a health check tells the truth about its etcd (backend §2).

mod bed;

use std::{sync::Arc, time::Duration};

use bed::DEADLINE;
use storeproof::{
    backend::{Config, HealthError, TransportConfig, factory},
    codec::Json,
    storage::Store,
};
use storeproof_fixtures::{fault::Relay, objects::Pod};
use tokio::{task::yield_now, time::timeout};

#[tokio::test]
async fn etcd_is_healthy_as_long_as_it_answers() {
    let etcd = bed::etcd().await;
    let url = etcd.endpoints().first().expect("one member").clone();
    let server = url.strip_prefix("http://").expect("plain").to_owned();
    let relay = Relay::to(server).await.expect("a port is free");
    let config = Config::<Pod> {
        transport: TransportConfig::of([format!("http://{}", relay.address())]),
        healthcheck_timeout: Duration::from_millis(500),
        ..Config::new("/tests", Arc::new(Json))
    };
    let check = factory::create_health_check(&config).expect("it can be asked");
    let healthy = async || {
        while check.check().await.is_err() {
            yield_now().await;
        }
    };
    timeout(DEADLINE, healthy()).await.expect("etcd answers");

    relay.refuse(true);
    relay.cut();
    let ill = async {
        loop {
            match check.check().await {
                Ok(()) => yield_now().await,
                Err(error) => break error,
            }
        }
    };
    let error = timeout(DEADLINE, ill).await.expect("nobody answers");
    assert!(
        matches!(error, HealthError::Probe(_) | HealthError::Timeout(_)),
        "{error}"
    );

    // Only the way of the check is broken.
    let (direct, end) = bed::store(&url).await;
    let version = direct.current_resource_version().await;
    version.expect("etcd itself goes on");
    end.call().await;

    relay.refuse(false);
    timeout(DEADLINE, healthy())
        .await
        .expect("etcd answers again");
    check.stop().await;
    let stopped = check.check().await.expect_err("it was stopped");
    assert!(matches!(stopped, HealthError::ShuttingDown), "{stopped}");
    etcd.stop().await;
}
