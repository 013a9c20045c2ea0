//! Which resources are encrypted at rest, and how: the API server's `EncryptionConfiguration` file (backend §7.11, §7.12).
//!
//! [`EncryptionConfiguration::parse`] reads the file strictly, [`EncryptionConfiguration::validate`] collects everything that
//! is wrong with it, and [`Load`] does both and makes the [`Transformers`] that it describes. A [`Reloader`] follows the
//! file: [`DynamicTransformers`] then change under the stores that use them, and no request notices.

mod build;
mod check;
mod configuration;
mod decode;
mod document;
mod duration;
mod dynamic;
mod endpoint;
mod error;
mod field;
mod key_services;
mod load;
#[cfg(feature = "kms")]
mod plugins;
mod problem;
mod reload;
mod resource;
#[cfg(test)]
mod tests;
mod transformers;
mod validate;

pub use build::BuildError;
pub use check::{Check, CheckError, CheckErrors, NamedCheck};
pub use configuration::{
    EncodedSecret, EncryptionConfiguration, Key, Keys, KmsConfiguration, ProviderConfiguration,
    ResourceConfiguration,
};
pub use duration::{DurationError, GoDuration};
pub use dynamic::DynamicTransformers;
pub use endpoint::UrlError;
pub use error::Error;
pub use field::{FieldError, FieldErrors, FieldPath, Rule};
pub use key_services::{KeyService, KeyServices, NoKeyServices};
pub use load::{Load, Loaded};
#[cfg(feature = "kms")]
pub use plugins::{ObservedPlugins, Plugins};
pub use problem::{DecodeError, Problem};
pub use reload::{Observer, Reloader, Status};
pub use transformers::Transformers;

#[cfg(test)]
use resource::Covered;
