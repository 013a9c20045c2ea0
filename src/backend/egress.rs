use std::{io, sync::Arc};

use futures::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite};

/// Who a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NetworkContext {
    /// Other parts of the control plane.
    ControlPlane,
    /// etcd.
    Etcd,
    /// The cluster's nodes and pods.
    Cluster,
}

/// A connection, however it came about.
pub trait Connection: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<C: AsyncRead + AsyncWrite + Send + Unpin + 'static> Connection for C {}

/// Opens a connection to `host:port`.
pub type Dial =
    Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Box<dyn Connection>>> + Send + Sync>;

/// Finds the way that connections of a kind take; `None` means the direct one (backend §1.10).
pub type EgressLookup = Arc<
    dyn Fn(NetworkContext) -> Result<Option<Dial>, Box<dyn std::error::Error + Send + Sync>>
        + Send
        + Sync,
>;
