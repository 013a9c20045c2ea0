//! Whether a health check tells the truth about its etcd (backend §2).

mod bed;

use std::time::Duration;

use bed::DEADLINE;
use storeproof::{
    backend::{Config, HealthCheck, HealthError, TransportConfig, factory},
    storage::Store,
};
use storeproof_fixtures::{
    etcd::{Members, Spec},
    fault::{Breakable, Relay},
    objects::Pod,
    provision::Environment,
};
use tokio::{task::yield_now, time::timeout};

/// A member that was killed needs a while to find the others again.
const RECOVERY: Duration = Duration::from_secs(60);

fn config(servers: impl IntoIterator<Item = impl Into<String>>) -> Config<Pod> {
    Config {
        transport: TransportConfig::of(servers),
        healthcheck_timeout: Duration::from_millis(500),
        ..bed::config("")
    }
}

async fn healthy(check: &HealthCheck) {
    let healthy = async {
        while check.check().await.is_err() {
            yield_now().await;
        }
    };
    timeout(RECOVERY, healthy).await.expect("etcd answers");
}

async fn ill(check: &HealthCheck) -> HealthError {
    let ill = async {
        loop {
            match check.check().await {
                Ok(()) => yield_now().await,
                Err(error) => break error,
            }
        }
    };
    timeout(DEADLINE, ill).await.expect("nobody answers")
}

#[tokio::test]
async fn etcd_is_healthy_as_long_as_it_answers() {
    let etcd = bed::etcd().await;
    let url = etcd.endpoints().first().expect("one member").clone();
    let relay = Relay::to(bed::address(&etcd)).await;
    let relay = relay.expect("a port is free");
    let config = config([format!("http://{}", relay.address())]);
    let check = factory::create_health_check(&config).expect("it can be asked");
    healthy(&check).await;

    relay.refuse(true);
    relay.cut();
    let error = ill(&check).await;
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
    healthy(&check).await;
    check.stop().await;
    bed::until("no connection is left", || relay.open() == 0).await;
    let stopped = check.check().await.expect_err("it was stopped");
    assert!(matches!(stopped, HealthError::ShuttingDown), "{stopped}");
    etcd.stop().await;
}

#[tokio::test]
async fn etcd_that_comes_late_is_found() {
    let etcd = bed::etcd().await;
    let relay = Relay::to(bed::address(&etcd)).await;
    let relay = relay.expect("a port is free");
    relay.refuse(true);
    let mut config = config([format!("http://{}", relay.address())]);
    config.transport.dial_timeout = Duration::from_secs(1);
    let check = factory::create_ready_check(&config).expect("it can be asked");
    let failed = async {
        loop {
            match check.check().await.expect_err("nobody is there") {
                HealthError::NotConnected => yield_now().await,
                error => break error,
            }
        }
    };
    let error = timeout(DEADLINE, failed).await.expect("it tries");
    assert!(matches!(error, HealthError::Connect(_)), "{error}");
    let told = error.to_string();
    assert!(
        told.starts_with("etcd grpc connection not ready: "),
        "{told}"
    );
    relay.refuse(false);
    healthy(&check).await;
    check.stop().await;
    etcd.stop().await;
}

#[tokio::test]
async fn a_cluster_without_a_majority_is_ill_until_it_has_one_again() {
    let spec = Spec::default().members(Members::Three);
    let etcd = Breakable::start(&Environment::from_process(), &spec).await;
    let etcd = etcd.expect("it starts");
    let check = factory::create_health_check(&config(etcd.endpoints()));
    let check = check.expect("it can be asked");
    healthy(&check).await;

    // The member that is asked stays, and answers everything that takes no majority.
    let asked = etcd.busiest();
    let others: Vec<usize> = (0..3).filter(|member| *member != asked).collect();
    for member in &others {
        etcd.kill(*member).await.expect("it is killed");
    }
    let error = ill(&check).await;
    assert!(
        matches!(error, HealthError::Probe(_) | HealthError::Timeout(_)),
        "{error}"
    );
    let preflight = storeproof::backend::preflight(&etcd.endpoints()[asked..=asked]);
    assert!(preflight.await.expect("an address"), "the member is there");

    etcd.heal().await.expect("they start again");
    healthy(&check).await;
    check.stop().await;
    etcd.stop().await;
}
