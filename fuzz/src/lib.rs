//! What reads bytes from outside, one function each: it takes any bytes, never panics but for a broken promise, and holds
//! what it read against what that is written as.
//!
//! The fuzzer's targets call these, and so does a test of the root package, which knows no fuzzer, with every file of
//! `corpus/`.

mod formats;
mod services;
mod tokens;
mod values;

pub use formats::{any_form, cbor, json, protobuf};
pub use services::{kms_v1, kms_v2};
pub use tokens::{
    compact_record, continue_token, encryption_configuration, resource_version, tls_files,
};
pub use values::{aes_cbc, aes_gcm, aes_gcm_derived, providers, secretbox};

/// A function that a fuzzer feeds.
pub type Entry = fn(&[u8]);

/// Every entry, under the name of its target and of its folder in `corpus/`.
pub const ENTRIES: [(&str, Entry); 16] = [
    ("aes_cbc", aes_cbc),
    ("aes_gcm", aes_gcm),
    ("aes_gcm_derived", aes_gcm_derived),
    ("any_form", any_form),
    ("cbor", cbor),
    ("compact_record", compact_record),
    ("continue_token", continue_token),
    ("encryption_configuration", encryption_configuration),
    ("json", json),
    ("kms_v1", kms_v1),
    ("kms_v2", kms_v2),
    ("protobuf", protobuf),
    ("providers", providers),
    ("resource_version", resource_version),
    ("secretbox", secretbox),
    ("tls_files", tls_files),
];
