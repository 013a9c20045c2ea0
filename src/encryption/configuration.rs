use std::fmt;

use base64::{
    Engine, alphabet,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};

use crate::value::Secret;

use super::GoDuration;

/// What is encrypted at rest, and how: the file as it is written, defaults filled in (backend §7.11).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncryptionConfiguration {
    /// Resources with their providers; earlier entries come first where two cover one resource.
    pub resources: Vec<ResourceConfiguration>,
}

/// Resources that share their providers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceConfiguration {
    /// `secrets`, `deployments.apps`, or wildcards: `*.apps` of a group, `*.` of the core group, `*.*` of all.
    pub resources: Vec<String>,
    /// The first one writes, all of them read.
    pub providers: Vec<ProviderConfiguration>,
}

/// One way to protect values. Exactly one field is set in a valid one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderConfiguration {
    /// AES-GCM with keys of 16, 24 or 32 bytes.
    pub aes_gcm: Option<Keys>,
    /// AES-CBC with keys of 16, 24 or 32 bytes.
    pub aes_cbc: Option<Keys>,
    /// Secretbox with keys of 32 bytes.
    pub secretbox: Option<Keys>,
    /// Values as they are.
    pub identity: bool,
    /// A key management service.
    pub kms: Option<KmsConfiguration>,
}

/// Keys of a provider; the first one writes, all of them read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// At least one.
    pub keys: Vec<Key>,
}

/// A key and the name it is stored under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Part of every value that the key wrote.
    pub name: String,
    /// The key itself, in base64.
    pub secret: EncodedSecret,
}

/// Base64 as Go reads it: padded, with no regard to the bits that the last letter has left.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// A secret as it is written in the file: base64 with padding. Shown by nothing.
#[derive(Clone)]
pub struct EncodedSecret(Secret);

impl EncodedSecret {
    /// The base64 text.
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }

    /// The key itself; none where the text is not base64. Ends of lines in it do not matter.
    pub fn decode(&self) -> Option<Secret> {
        let text = self.expose().iter().copied();
        let text = Secret::from(
            text.filter(|byte| !b"\r\n".contains(byte))
                .collect::<Vec<_>>(),
        );
        BASE64.decode(text.expose()).ok().map(Secret::from)
    }
}

impl From<String> for EncodedSecret {
    fn from(text: String) -> Self {
        Self(Secret::from(text.into_bytes()))
    }
}

impl PartialEq for EncodedSecret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for EncodedSecret {}

impl fmt::Debug for EncodedSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("REDACTED")
    }
}

/// A key management service behind a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KmsConfiguration {
    /// The version of its protocol, `v1` or `v2`.
    pub api_version: String,
    /// Part of every value that it wrote.
    pub name: String,
    /// How many keys are kept in memory; negative for none. Version v1 only.
    pub cache_size: Option<i32>,
    /// Where it listens, such as `unix:///run/kms.sock`.
    pub endpoint: String,
    /// How long one call may take.
    pub timeout: GoDuration,
}

impl KmsConfiguration {
    pub(super) const DEFAULT_TIMEOUT: GoDuration = GoDuration::from_seconds(3);
    const DEFAULT_CACHE_SIZE: i32 = 1000;

    /// With its defaults where nothing is written.
    pub(super) fn or_default(mut self) -> Self {
        if self.api_version.is_empty() {
            "v1".clone_into(&mut self.api_version);
        }
        if self.api_version == "v1" {
            self.cache_size.get_or_insert(Self::DEFAULT_CACHE_SIZE);
        }
        self
    }
}
