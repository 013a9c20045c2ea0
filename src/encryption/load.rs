use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use ring::digest::{SHA256, digest};
use tokio::task::spawn_blocking;

use crate::value::Secret;

use super::{
    CheckError, DecodeError, EncryptionConfiguration, Error, KeyServices, NamedCheck,
    NoKeyServices, Transformers, build::build,
};

/// How a configuration file is loaded.
#[derive(Clone)]
pub struct Load {
    path: PathBuf,
    services: Arc<dyn KeyServices>,
    allows_kms_v1: bool,
    reloads: bool,
}

/// A configuration that can come into force, and all that belongs to it. Dropping it lets go of its key services.
#[derive(Debug)]
pub struct Loaded {
    /// What protects which resource.
    pub transformers: Transformers,
    /// The checks of key services: one for all of them where the file is loaded again and again or all speak version v2, else
    /// one each.
    pub checks: Vec<NamedCheck>,
    /// `sha256:` and the digest of the file, in hexadecimal digits.
    pub hash: String,
    /// Twice as long as all its key services together may take to tell how they are. The API server waits so long before it
    /// closes a configuration that was replaced; here the last request that uses one closes it.
    pub close_grace_period: Duration,
}

impl Loaded {
    /// Whether all of its key services do their work.
    ///
    /// # Errors
    ///
    /// The first check that fails.
    pub async fn check(&self) -> Result<(), CheckError> {
        for NamedCheck { check, .. } in &self.checks {
            check.check().await?;
        }
        Ok(())
    }
}

/// A file as it was read, once for its digest and what it says.
pub(super) struct Contents {
    text: Secret,
    pub(super) hash: String,
}

impl Load {
    /// Loads a file that names no key management service.
    pub fn from_file(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            services: Arc::new(NoKeyServices),
            allows_kms_v1: false,
            reloads: false,
        }
    }

    /// Reaches key management services through these.
    #[must_use]
    pub fn with_key_services(self, services: Arc<dyn KeyServices>) -> Self {
        Self { services, ..self }
    }

    /// Allows services that speak version v1, or does not. They are off unless they are allowed.
    #[must_use]
    pub fn allow_kms_v1(self, allows_kms_v1: bool) -> Self {
        Self {
            allows_kms_v1,
            ..self
        }
    }

    /// Loads the file for a [`super::Reloader`]: names of all services must differ, and one check tells of all of them.
    #[must_use]
    pub fn reloading(self) -> Self {
        Self {
            reloads: true,
            ..self
        }
    }

    /// Reads the file and makes what it says.
    ///
    /// # Errors
    ///
    /// Everything that can be wrong with a file, or with what it says.
    pub async fn load(&self) -> Result<Loaded, Error> {
        let contents = self.read().await?;
        self.build(&contents).await
    }

    pub(super) async fn read(&self) -> Result<Contents, Error> {
        let path = self.path.clone();
        let text = spawn_blocking(move || std::fs::read(path)).await;
        let text = text
            .unwrap_or_else(|stopped| Err(stopped.into()))
            .map_err(|cause| Error::Read {
                path: self.path.clone(),
                cause: Arc::new(cause),
            })?;
        if text.is_empty() {
            let path = self.path.clone();
            return Err(Error::Empty { path });
        }
        Ok(Contents {
            hash: hash(&text),
            text: Secret::from(text),
        })
    }

    pub(super) async fn build(&self, contents: &Contents) -> Result<Loaded, Error> {
        let configuration = EncryptionConfiguration::parse(contents.text.expose());
        let configuration = configuration.map_err(|cause| match cause {
            DecodeError::OtherKind { .. } => Error::OtherKind(cause),
            cause => Error::Decode {
                path: self.path.clone(),
                cause,
            },
        })?;
        configuration
            .validate(self.reloads)
            .map_err(Error::Invalid)?;
        let built = build(&configuration, &*self.services, self.allows_kms_v1);
        let built = built.await.map_err(Error::Build)?;
        let checks = built.checks.into_iter().enumerate();
        let checks: Vec<_> = checks
            .map(|(index, check)| NamedCheck::of_service(index, check))
            .collect();
        let is_one = self.reloads || (built.uses_kms_v2 && !built.uses_kms_v1);
        Ok(Loaded {
            transformers: built.transformers,
            checks: if is_one {
                vec![NamedCheck::of_all(checks)]
            } else {
                checks
            },
            hash: contents.hash.clone(),
            close_grace_period: built.timeouts * 2,
        })
    }
}

impl fmt::Debug for Load {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Load")
            .field("path", &self.path)
            .field("reloads", &self.reloads)
            .finish_non_exhaustive()
    }
}

fn hash(text: &[u8]) -> String {
    let digits = digest(&SHA256, text);
    let digits = digits.as_ref().iter();
    let digits: String = digits.map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_file_is_known_by_its_digest() {
        assert_eq!(
            super::hash(b""),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
