use std::fmt;

use super::UrlError;

/// Where in the configuration a value is, such as `resources[0].providers[1].kms.name`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FieldPath(String);

impl FieldPath {
    /// A field of the object at this place.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        if self.0.is_empty() {
            Self(name.to_owned())
        } else {
            Self(format!("{}.{name}", self.0))
        }
    }

    /// An item of the list at this place.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A value that breaks a rule (backend §7.11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where the value is.
    pub path: FieldPath,
    /// The value as it is shown: text in quotes, lists as JSON, secrets never. None where the value is missing.
    pub value: Option<String>,
    /// The rule.
    pub rule: Rule,
}

impl fmt::Display for FieldError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            None => write!(formatter, "{}: Required value: {}", self.path, self.rule),
            Some(value) => write!(
                formatter,
                "{}: Invalid value: {value}: {}",
                self.path, self.rule
            ),
        }
    }
}

impl std::error::Error for FieldError {}

/// Every value that breaks a rule, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldErrors(pub Vec<FieldError>);

impl fmt::Display for FieldErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(formatter, &self.0)
    }
}

impl std::error::Error for FieldErrors {}

/// Errors as the API server prints several: in brackets, each once; one alone as it is.
pub(super) fn list(formatter: &mut fmt::Formatter<'_>, errors: &[impl ToString]) -> fmt::Result {
    let mut texts: Vec<String> = Vec::with_capacity(errors.len());
    for error in errors {
        let text = error.to_string();
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    match texts.as_slice() {
        [text] => formatter.write_str(text),
        texts => write!(formatter, "[{}]", texts.join(", ")),
    }
}

/// What the configuration must keep to. The texts are the API server's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rule {
    /// A list has an entry. Named by its path, keys by their name.
    #[error("at least one {0} is required")]
    AtLeastOne(String),
    /// No resource is listed twice.
    #[error("the same resource cannot be specified multiple times")]
    DuplicateResource,
    /// No wildcard stands beside what it covers.
    #[error(
        "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked"
    )]
    Overlap,
    /// Names are in lower case.
    #[error("resource name should not contain capital letters")]
    Capitals,
    /// A wildcard names its group.
    #[error(
        "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources"
    )]
    BareStar,
    /// What no API shows is not encrypted.
    #[error("resources which do not have REST API/s cannot be encrypted")]
    NoApi,
    /// Events are stored in the core group.
    #[error(
        "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file"
    )]
    EventsGroup,
    /// A group that is gone.
    #[error("'extensions' group has been removed and cannot be used for encryption")]
    ExtensionsGroup,
    /// One resource of all groups is no resource.
    #[error("encrypting the same resource across groups is not supported")]
    AcrossGroups,
    /// A provider is of some kind.
    #[error(
        "provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity"
    )]
    NoProvider,
    /// A provider is of one kind.
    #[error(
        "more than one provider specified in a single element, should split into different list elements"
    )]
    SeveralProviders,
    /// A field of something.
    #[error("{0} is a mandatory field for a {1}")]
    Mandatory(&'static str, &'static str),
    /// Secrets are in base64.
    #[error("secrets must be base64 encoded")]
    NotBase64,
    /// Secrets have a length that the provider can use.
    #[error("secret is not of the expected length, got {got}, expected one of [{}]", .expected.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))]
    SecretLength {
        /// How many bytes it has.
        got: usize,
        /// How many it may have.
        expected: &'static [usize],
    },
    /// The name is a part of the stored prefix, which ends with a colon.
    #[error("invalid KMS provider name {0}, must not contain ':'")]
    NameWithColon(String),
    /// Names tell providers apart.
    #[error("duplicate KMS provider name {0}, names must be unique")]
    DuplicateName(String),
    /// Time enough for an answer.
    #[error("timeout should be a positive value")]
    Timeout,
    /// The endpoint is a URL.
    #[error("invalid endpoint for kms provider, error: {0}")]
    Endpoint(#[source] UrlError),
    /// Key management services are on this machine.
    #[error("unsupported scheme {} for KMS provider, only unix is supported", crate::storage::Quoted(.0))]
    Scheme(String),
    /// There is a cache, or expressly none.
    #[error("cachesize should be a positive value, or negative to disable")]
    CacheSize,
    /// Version 2 decides by itself what it keeps.
    #[error("cachesize is not supported in v2")]
    CacheSizeUnsupported,
    /// A version of the protocol. The doubled word is the API server's.
    #[error("unsupported apiVersion apiVersion for KMS provider, only v1 and v2 are supported")]
    ApiVersion,
}

/// Keeps the errors of fields together with their paths.
pub(super) struct Errors(pub(super) Vec<FieldError>);

impl Errors {
    pub(super) fn required(&mut self, path: FieldPath, rule: Rule) {
        self.0.push(FieldError {
            path,
            value: None,
            rule,
        });
    }

    pub(super) fn invalid(&mut self, path: FieldPath, value: impl Into<String>, rule: Rule) {
        self.0.push(FieldError {
            path,
            value: Some(value.into()),
            rule,
        });
    }
}
