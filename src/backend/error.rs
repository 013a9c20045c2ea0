use std::path::PathBuf;

use crate::storage::KeyError;

/// Why a store or a check cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A kind of storage that once was.
    #[error("{0} is no longer a supported storage backend")]
    NoLongerSupported(String),
    /// A kind of storage that never was.
    #[error("unknown storage type: {0}")]
    UnknownType(String),
    /// There is nothing to connect to.
    #[error(
        "at least one Endpoint is required in client config; name one in transport.server_list"
    )]
    NoServers,
    /// A server's address cannot be understood.
    #[error(
        "invalid server address {address:?}: {problem}; transport.server_list takes scheme://host:port"
    )]
    Address {
        /// The address.
        address: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Some servers are to be reached over TLS, others without.
    #[error(
        "{plain} is to be reached without TLS and {secure} with it; give all servers the same scheme"
    )]
    MixedSchemes {
        /// A server without TLS.
        plain: String,
        /// A server with TLS.
        secure: String,
    },

    /// The same, before anything else was tried.
    #[error("unable to parse etcd url: {0}")]
    Unparsable(#[source] Box<Error>),
    /// A key without its certificate, or the other way round.
    #[error("KeyFile and CertFile must both be present[key: {key}, cert: {cert}]")]
    IncompletePair {
        /// The key's path; empty where there is none.
        key: String,
        /// The certificate's path; empty where there is none.
        cert: String,
    },
    /// A file of the TLS configuration cannot be used.
    #[error("cannot use the {role} in {}: {problem}; transport.{field} takes a PEM file", path.display())]
    File {
        /// What the file is for.
        role: &'static str,
        /// The field that names it.
        field: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The system's own authorities cannot be had.
    #[error("cannot load the system's certificate authorities: {0}; name a trusted CA file")]
    SystemRoots(String),
    /// TLS cannot be set up with what was given.
    #[error("cannot set up TLS: {0}")]
    Tls(#[source] rustls::Error),
    /// The way out of this network could not be found.
    #[error(
        "transport.egress_lookup finds no way to etcd: {0}; it may return None for the direct one"
    )]
    Egress(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No server answered in time; the last thing that went wrong.
    #[error("etcd grpc connection not ready: {0}")]
    NotReady(String),
    /// The client could not be made.
    #[error(transparent)]
    Client(#[from] crate::etcd3::Error),
    /// A field of the configuration makes no sense.
    #[error("{field} is {value}: {problem}; {fix}")]
    Field {
        /// Its name, as it is written in [`Config`](super::Config).
        field: &'static str,
        /// What is in it.
        value: String,
        /// What is wrong with that.
        problem: String,
        /// What to write instead.
        fix: String,
    },
    /// A prefix that no store accepts.
    #[error(transparent)]
    Key(#[from] KeyError),
}
