use super::{
    Provider, RotationFailed,
    invalid::{InvalidKeyId, check_key_id},
    proto::StatusResponse,
};
use crate::value::kms::{BadKeyId, RpcError, hashed, observer::observed, told};

const WELL: &str = "ok";
const VERSIONS: [&str; 2] = ["v2", "v2beta1"];

/// Why a plugin is not healthy (backend §7.10).
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unhealthy {
    /// It does not say how it is.
    #[error(
        "failed to perform status section of the healthz check for KMS Provider {provider}, error: {source}"
    )]
    Unreachable {
        /// The name of the provider.
        provider: String,
        /// How the call failed.
        source: RpcError,
    },
    /// What it says is not well.
    #[error("kmsv2 Provider {provider} is not healthy, error: {}", told(problems))]
    Unwell {
        /// The name of the provider.
        provider: String,
        /// All that is wrong.
        problems: Vec<Problem>,
    },
}

/// One thing that is wrong with a plugin.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// It says so itself.
    #[error("got unexpected healthz status: {0}")]
    Healthz(String),
    /// It speaks another version.
    #[error("expected KMSv2 API version v2, got {0}")]
    Version(String),
    /// It speaks another version than it did.
    #[error(
        "KMSv2 API version should not change after the initial status response version {before}, got {now}"
    )]
    VersionChanged {
        /// The version it spoke first.
        before: String,
        /// The version it speaks now.
        now: String,
    },
    /// Its key has no name that could be stored.
    #[error("got invalid KMSv2 KeyID hash {hash:?}: {source}")]
    KeyId {
        /// The hash of the name.
        hash: String,
        /// What is wrong with the name.
        source: InvalidKeyId,
    },
    /// There is no data key source for its key.
    #[error(transparent)]
    Rotation(Box<RotationFailed>),
}

impl Provider {
    /// Asks the plugin how it is, and follows it to another key. A good result is believed for 20 s, a bad one for 3 s.
    ///
    /// # Errors
    ///
    /// The plugin is not healthy, or there is no data key source for its key.
    pub async fn check(&self) -> Result<(), Unhealthy> {
        self.check.result(self.look()).await
    }

    async fn look(&self) -> Result<(), Unhealthy> {
        let call = self.service.status();
        let answer = observed(&*self.observer, "/v2.KeyManagementService/Status", call).await;
        let result = match answer {
            Ok(status) => self.judge(&status).await,
            Err(source) => Err(Unhealthy::Unreachable {
                provider: self.name.clone(),
                source,
            }),
        };
        if let Err(problem) = &result {
            tracing::warn!(provider = self.name, "{problem}");
            self.explain(problem);
        }
        result
    }

    /// All that is wrong with an answer.
    ///
    /// A plugin that calls itself unwell is still believed that its key is the same, so that writes go on. It is not
    /// followed to another key, and one that speaks an unknown version is not believed at all. (The Go implementation
    /// follows both: backend §9.6, row 90.)
    async fn judge(&self, status: &StatusResponse) -> Result<(), Unhealthy> {
        let mut problems = Vec::new();
        if status.healthz != WELL {
            problems.push(Problem::Healthz(status.healthz.clone()));
        }
        let is_well = problems.is_empty();
        problems.extend(self.judge_version(&status.version));
        let is_understood = problems.len() == usize::from(!is_well);
        let key_id = check_key_id(&status.key_id);
        match key_id {
            Ok(()) => self.observer.stated(&status.key_id),
            Err(InvalidKeyId::Empty) => self.observer.refused(BadKeyId::Empty),
            Err(_) => self.observer.refused(BadKeyId::TooLong),
        }
        match key_id {
            Err(source) => problems.push(Problem::KeyId {
                hash: hashed(&status.key_id),
                source,
            }),
            Ok(()) if is_understood => {
                let followed = self.follow(&status.key_id, is_well).await;
                let failed = followed.err().map(Box::new);
                problems.extend(failed.map(Problem::Rotation));
            }
            Ok(()) => {}
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(Unhealthy::Unwell {
            provider: self.name.clone(),
            problems,
        })
    }

    fn judge_version(&self, version: &str) -> Option<Problem> {
        if !VERSIONS.contains(&version) {
            return Some(Problem::Version(version.to_owned()));
        }
        let before = self.version.get_or_init(|| version.to_owned());
        (before != version).then(|| Problem::VersionChanged {
            before: before.clone(),
            now: version.to_owned(),
        })
    }
}
