use std::sync::Arc;

use storeproof::backend::TransportConfig;
use storeproof_fixtures::{
    etcd::Spec,
    fault::{Breakable, Partition, ServerFault},
    provision::{self, Environment},
};
use tokio::{sync::Mutex, task::yield_now, time::timeout};

use super::lane::transport;
use crate::harness::deadline;

/// A server for cases that break it, started for the first of them.
///
/// One that could not be started stays so: nobody waits for the same failure again.
#[derive(Debug)]
pub(super) struct BreakingLane {
    environment: Environment,
    spec: Spec,
    server: Mutex<Option<Result<Breakable, Arc<provision::Error>>>>,
}

impl BreakingLane {
    pub(super) fn new(environment: Environment, spec: Spec) -> Self {
        Self {
            environment,
            spec,
            server: Mutex::default(),
        }
    }

    /// How to reach the server.
    pub(super) async fn transport(&self) -> Result<TransportConfig, Arc<provision::Error>> {
        let mut server = self.server.lock().await;
        if server.is_none() {
            let started = Breakable::start(&self.environment, &self.spec).await;
            *server = Some(started.map_err(Arc::new));
        }
        match server.as_ref() {
            Some(Ok(breakable)) => Ok(transport(breakable.endpoints(), breakable.client_files())),
            Some(Err(error)) => Err(Arc::clone(error)),
            None => unreachable!("it was started above"),
        }
    }

    /// Breaks or heals the member that most connections lead to: there is no other store's beside.
    pub(super) async fn suffer(&self, fault: ServerFault) -> Result<(), provision::Error> {
        let server = self.server.lock().await;
        let Some(Ok(breakable)) = server.as_ref() else {
            return Ok(());
        };
        match fault {
            ServerFault::Kill => breakable.kill(breakable.busiest()).await,
            ServerFault::Pause => breakable.pause(breakable.busiest()).await,
            ServerFault::Heal => breakable.heal().await,
        }
    }

    /// Makes the members follow another leader.
    pub(super) async fn change_leader(&self) -> Result<(), provision::Error> {
        match self.server.lock().await.as_ref() {
            Some(Ok(breakable)) => breakable.move_leader().await,
            _ => Ok(()),
        }
    }

    /// Keeps the member that the store talks to, or another one, and the others apart.
    pub(super) async fn part(&self, how: Partition) -> Result<(), provision::Error> {
        let server = self.server.lock().await;
        let Some(Ok(breakable)) = server.as_ref() else {
            return Ok(());
        };
        match how {
            Partition::Alone => breakable.isolate(talked_to(breakable).await?),
            Partition::Another => {
                let next = talked_to(breakable).await? + 1;
                breakable.isolate(next % breakable.endpoints().len())
            }
            Partition::Heal => breakable.heal().await,
        }
    }

    /// Stops the server, where one was started.
    pub(super) async fn stop(&self) {
        if let Some(Ok(breakable)) = self.server.lock().await.take() {
            breakable.stop().await;
        }
    }
}

/// The member that the store talks to, once whoever talked to others is gone.
async fn talked_to(breakable: &Breakable) -> Result<usize, provision::Error> {
    let settled = async {
        loop {
            match breakable.only_used() {
                Some(member) => break member,
                None => yield_now().await,
            }
        }
    };
    let settled = timeout(deadline::OPEN, settled).await;
    settled.map_err(|_| {
        let reason = "The store talks to no member, or to several: nobody can say which is its own";
        provision::Error::Spec(reason.to_owned())
    })
}
