//! Traces as the API server has them (backend §1.11): a span for each operation of a store, one for each gRPC call that
//! it makes, and the trace context in what is sent to etcd.
//!
//! Nothing is collected unless [`TransportConfig::tracer_provider`](crate::backend::TransportConfig::tracer_provider)
//! says by whom. The spans of a store come only as children of a span that is being recorded: that of the
//! [`Context`](opentelemetry::Context) that is current while the store is called. Calls have spans wherever there is a
//! provider, whose sampler decides about them. What a provider of envelope encryption does with each value has a span below
//! that of the operation, where the provider is traced by [`TracerProvider::envelope`] (feature `kms`).
//!
//! An operation that takes half a second or more is logged with its steps, through `tracing` at the level `INFO`, provider
//! or not.

mod call;
#[cfg(feature = "kms")]
mod envelope;
mod operation;
mod propagation;
mod provider;

pub use provider::{AuditId, TracerProvider};

pub(crate) use call::CallSpan;
pub(crate) use operation::{
    DECODE, ENCODE, FROM_STORAGE, GET, Operation, TO_STORAGE, TXN, TXN_OF_UPDATE,
};
pub(crate) use provider::Tracing;
