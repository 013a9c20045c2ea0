use std::{fmt, time::Duration};

use tokio::time::sleep;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::etcd3::{Client, Way};

use super::{super::transport, FeatureSupport, TransportConfig};

/// Between two attempts to hear a server's version: each time twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// What is under way to hear the versions of servers. Dropped, it ends.
#[must_use = "who drops it does not want to know"]
pub struct FeatureChecks {
    asking: TaskTracker,
    stop: CancellationToken,
}

impl FeatureChecks {
    pub(super) fn begin(support: &FeatureSupport, transport: &TransportConfig) -> Self {
        let (asking, stop) = (TaskTracker::new(), CancellationToken::new());
        for server in &transport.server_list {
            let Some(met) = Met::first(support, server) else {
                continue;
            };
            // Nobody can be asked in a way that makes no sense.
            if let Ok(way) = transport::alone(transport, server) {
                asking.spawn(stop.clone().run_until_cancelled_owned(ask(way, met)));
            }
        }
        asking.close();
        Self { asking, stop }
    }

    /// Returns once everybody was asked; for as long as a server is away it does not.
    pub async fn done(&self) {
        self.asking.wait().await;
    }

    /// Gives up, and returns once nothing is under way any more. Whom that leaves unasked was never met.
    pub async fn end(&self) {
        self.stop.cancel();
        self.asking.wait().await;
    }
}

impl Drop for FeatureChecks {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Asks a server for its version until it tells it.
async fn ask(way: Way, met: Met) {
    let mut pause = FIRST_PAUSE;
    loop {
        match Client::version(&way).await {
            Ok(version) => {
                tracing::debug!(server = met.server, version, "a server told its version");
                met.told(&version);
                return;
            }
            Err(error) => {
                tracing::debug!(server = met.server, "its version is not known: {error}");
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// A server that is being asked. Where it told nothing it was never met.
struct Met {
    support: FeatureSupport,
    server: String,
    told: bool,
}

impl Met {
    fn first(support: &FeatureSupport, server: &str) -> Option<Self> {
        support.meet(server).then(|| Self {
            support: support.clone(),
            server: server.to_owned(),
            told: false,
        })
    }

    fn told(mut self, version: &str) {
        self.support.learn(version);
        self.told = true;
    }
}

impl Drop for Met {
    fn drop(&mut self) {
        if !self.told {
            self.support.forget(&self.server);
        }
    }
}

impl fmt::Debug for FeatureChecks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FeatureChecks")
            .field("asking", &self.asking.len())
            .finish()
    }
}
