use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    etcd3::{self, Client},
    storage::{KeySpace, Object},
};

use super::super::{Config, Error, transport};

/// Where the connection of a check comes from.
#[async_trait]
pub(in super::super) trait Connect: Send + Sync + 'static {
    async fn connect(&self) -> Result<Arc<dyn Probe>, Error>;
}

/// What a check asks.
#[async_trait]
pub(in super::super) trait Probe: Send + Sync + 'static {
    /// Whether etcd answers a read that takes a majority.
    async fn probe(&self) -> Result<(), etcd3::Error>;

    async fn close(&self);
}

/// The servers of a configuration.
pub(in super::super) struct Servers<T>(pub(in super::super) Config<T>);

/// A connection to some of them, and the key that is asked for there: whether it exists does not matter.
pub(in super::super) struct Connected {
    client: Client,
    key: String,
}

impl Connected {
    /// # Errors
    ///
    /// The configuration makes no sense; no server answers in time.
    pub(in super::super) async fn to<T: Object>(config: &Config<T>) -> Result<Self, Error> {
        let channel = transport::connect(&config.transport).await?;
        Ok(Self {
            client: Client::new(channel).await?,
            key: key(&config.prefix),
        })
    }
}

#[async_trait]
impl<T: Object> Connect for Servers<T> {
    async fn connect(&self) -> Result<Arc<dyn Probe>, Error> {
        self.0.check()?;
        Ok(Arc::new(Connected::to(&self.0).await?))
    }
}

#[async_trait]
impl Probe for Connected {
    async fn probe(&self) -> Result<(), etcd3::Error> {
        self.client.ping(&self.key).await
    }

    async fn close(&self) {
        self.client.close().await;
    }
}

/// `health` below the path prefix (backend §2.1).
fn key(prefix: &str) -> String {
    let keys = KeySpace::new(prefix, "/health").expect("the resource prefix is a valid one");
    format!("{}health", keys.path_prefix())
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn the_key_lies_below_the_prefix() {
        for (prefix, expected) in [
            ("", "/health"),
            ("/", "/health"),
            ("registry", "/registry/health"),
            ("/registry/", "/registry/health"),
            ("a//b/../c", "/a/c/health"),
        ] {
            assert_eq!(key(prefix), expected, "{prefix:?}");
        }
    }
}
