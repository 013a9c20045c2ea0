use std::{collections::HashMap, error::Error as StdError, sync::Arc, time::Duration};

use crate::{
    storage::Quoted,
    value::{
        AesCbc, AesGcm, Error as ValueError, Identity, KeyError, PrefixTransformers, Secretbox,
        Transformer,
    },
};

use super::{
    Check, EncryptionConfiguration, Keys, KmsConfiguration, ProviderConfiguration, Transformers,
    key_services::KeyServices, resource::Covered, transformers::Protection,
};

/// Why no transformers can be made of a valid configuration.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Nothing would ever reach the later entry.
    #[error("resource {resource} is masked by earlier rule {rule}")]
    Masked {
        /// The resource of the later entry, between quotes.
        resource: String,
        /// The wildcard of an earlier one, between quotes.
        rule: String,
    },
    /// Version v1 of the protocol is off unless it is asked for.
    #[error(
        "KMSv1 is deprecated and will only receive security updates going forward. Use KMSv2 instead.  Set --feature-gates=KMSv1=true to use the deprecated KMSv1 feature."
    )]
    KmsV1,
    /// A key management service that can never be reached.
    #[error(
        "could not configure KMS{version}-Plugin's probe {}, error: {cause}",
        Quoted(name)
    )]
    KeyService {
        /// The version of its protocol.
        version: String,
        /// Its name.
        name: String,
        /// Why.
        #[source]
        cause: Arc<dyn StdError + Send + Sync>,
    },
    /// A secret is no base64.
    #[error("could not obtain secret for named key {name}")]
    Secret {
        /// The key's name.
        name: String,
    },
    /// A secret is no key.
    #[error("error while creating cipher for named key {name}: {cause}")]
    Key {
        /// The key's name.
        name: String,
        /// Why not.
        #[source]
        cause: KeyError,
    },
    /// A provider that is of no kind.
    #[error(
        "provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity"
    )]
    NoProvider,
}

/// What values that nobody can read are told: the API server's texts.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum NoMatch {
    #[error("no matching prefix found")]
    Prefix,
    #[error("no matching key was found for the provided AES transformer")]
    AesKey,
    #[error("no matching key was found for the provided Secretbox transformer")]
    SecretboxKey,
}

impl From<NoMatch> for ValueError {
    fn from(cause: NoMatch) -> Self {
        Self::Other(Arc::new(cause))
    }
}

/// Everything that a configuration needs to work.
pub(super) struct Built {
    pub(super) transformers: Transformers,
    /// Of each key management service, in the order of the file.
    pub(super) checks: Vec<Arc<dyn Check>>,
    pub(super) uses_kms_v1: bool,
    pub(super) uses_kms_v2: bool,
    /// How long all services together may take to tell how they are.
    pub(super) timeouts: Duration,
}

/// An entry of the multiplexer of a resource.
#[derive(Clone)]
struct Entry {
    prefix: String,
    protection: Protection,
}

/// Makes the transformers. No service is asked for before it is clear that every entry can be reached.
pub(super) async fn build(
    configuration: &EncryptionConfiguration,
    services: &dyn KeyServices,
    allows_kms_v1: bool,
) -> Result<Built, BuildError> {
    check_masking(configuration)?;
    let mut built = Built {
        transformers: Transformers::new([]),
        checks: Vec::new(),
        uses_kms_v1: false,
        uses_kms_v2: false,
        timeouts: Duration::ZERO,
    };
    let mut rules: HashMap<Covered, Vec<Entry>> = HashMap::new();
    for entry in &configuration.resources {
        let mut entries = Vec::with_capacity(entry.providers.len());
        for provider in &entry.providers {
            entries.push(match &provider.kms {
                Some(kms) => key_service(kms, services, allows_kms_v1, &mut built).await?,
                None => local(provider)?,
            });
        }
        for name in &entry.resources {
            let rule = rules.entry(Covered::of(name)).or_default();
            rule.extend(entries.iter().cloned());
        }
    }
    let rules = rules.into_iter().map(|(covered, entries)| {
        let is_local = entries.iter().all(|entry| entry.protection.is_local);
        let entries = entries
            .into_iter()
            .map(|entry| (entry.prefix, entry.protection.transformer));
        let transformer = PrefixTransformers::new(entries).or_else(NoMatch::Prefix.into());
        let transformer = Arc::new(transformer);
        let protection = Protection {
            transformer,
            is_local,
        };
        (covered, protection)
    });
    built.transformers = Transformers::new(rules);
    Ok(built)
}

fn check_masking(configuration: &EncryptionConfiguration) -> Result<(), BuildError> {
    let mut earlier = Vec::new();
    let entries = configuration.resources.iter();
    for name in entries.flat_map(|entry| &entry.resources) {
        let covered = Covered::of(name);
        if let Some(rule) = covered.masks().iter().find(|rule| earlier.contains(*rule)) {
            return Err(BuildError::Masked {
                resource: covered.to_string(),
                rule: rule.to_string(),
            });
        }
        earlier.push(covered);
    }
    Ok(())
}

/// A provider that has all it needs.
fn local(provider: &ProviderConfiguration) -> Result<Entry, BuildError> {
    let (prefix, transformer) = if let Some(keys) = &provider.aes_gcm {
        let transformer = keyed(keys, AesGcm::new, NoMatch::AesKey)?;
        ("k8s:enc:aesgcm:v1:", transformer)
    } else if let Some(keys) = &provider.aes_cbc {
        let transformer = keyed(keys, AesCbc::new, NoMatch::AesKey)?;
        ("k8s:enc:aescbc:v1:", transformer)
    } else if let Some(keys) = &provider.secretbox {
        let transformer = keyed(keys, Secretbox::new, NoMatch::SecretboxKey)?;
        ("k8s:enc:secretbox:v1:", transformer)
    } else if provider.identity {
        let transformer: Arc<dyn Transformer> = Arc::new(Identity);
        ("", transformer)
    } else {
        return Err(BuildError::NoProvider);
    };
    Ok(Entry {
        prefix: prefix.to_owned(),
        protection: Protection {
            transformer,
            is_local: true,
        },
    })
}

/// One transformer a key, behind the key's name.
fn keyed<T: Transformer + 'static>(
    keys: &Keys,
    transformer: impl Fn(&[u8]) -> Result<T, KeyError>,
    no_match: NoMatch,
) -> Result<Arc<dyn Transformer>, BuildError> {
    let keys = keys.keys.iter().map(|key| {
        let name = || key.name.clone();
        let secret = key
            .secret
            .decode()
            .ok_or_else(|| BuildError::Secret { name: name() })?;
        let transformer = transformer(secret.expose()).map_err(|cause| BuildError::Key {
            name: name(),
            cause,
        })?;
        let transformer: Arc<dyn Transformer> = Arc::new(transformer);
        Ok((format!("{}:", key.name), transformer))
    });
    let keys = keys.collect::<Result<Vec<_>, BuildError>>()?;
    Ok(Arc::new(
        PrefixTransformers::new(keys).or_else(no_match.into()),
    ))
}

async fn key_service(
    kms: &KmsConfiguration,
    services: &dyn KeyServices,
    allows_kms_v1: bool,
    built: &mut Built,
) -> Result<Entry, BuildError> {
    let is_v1 = kms.api_version == "v1";
    if is_v1 && !allows_kms_v1 {
        return Err(BuildError::KmsV1);
    }
    let service = services.connect(kms).await;
    let service = service.map_err(|cause| BuildError::KeyService {
        version: kms.api_version.clone(),
        name: kms.name.clone(),
        cause,
    })?;
    built.uses_kms_v1 |= is_v1;
    built.uses_kms_v2 |= !is_v1;
    // The check of version v1 makes two calls, one after another.
    built.timeouts += kms.timeout.to_std() * if is_v1 { 2 } else { 1 };
    built.checks.push(service.check);
    Ok(Entry {
        prefix: format!("k8s:enc:kms:{}:{}:", kms.api_version, kms.name),
        protection: Protection {
            transformer: service.transformer,
            is_local: false,
        },
    })
}
