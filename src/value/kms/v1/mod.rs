//! The first version of KMS: a data key for each value (backend §7.7).

mod framing;
mod health;
mod remote;
mod service;
#[cfg(test)]
mod tests;
mod transformer;

pub use self::{
    health::{Health, Unhealthy},
    remote::Remote,
    service::Service,
    transformer::KmsV1,
};
pub use super::proto::v1beta1 as proto;
