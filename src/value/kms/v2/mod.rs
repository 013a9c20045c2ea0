//! The second version of KMS: one data key source for as long as the plugin's key stays the same (backend §7.8–§7.10).
//!
//! [`Provider`] keeps asking a plugin how it is, and has it encrypt a new data key source when its key changes. [`KmsV2`]
//! writes with what the provider has, and reads what anyone wrote for whom the plugin decrypts.

mod annotations;
mod data_key;
mod data_keys;
mod expiry;
mod invalid;
mod provider;
mod remote;
mod rotation;
#[cfg(test)]
mod scripted;
mod service;
mod source;
mod status;
mod stored;
#[cfg(test)]
mod tests;
mod transformer;

pub use self::{
    invalid::{Invalid, InvalidAnnotations, InvalidKeyId, InvalidSource},
    provider::{Provider, StatusLoop},
    remote::Remote,
    rotation::RotationFailed,
    service::Service,
    status::{Problem, Unhealthy},
    transformer::KmsV2,
};
pub use super::proto::v2 as proto;
