use std::{error::Error as StdError, fmt, sync::Arc};

use async_trait::async_trait;

use super::field::list;

/// Why somebody who is needed is not there.
pub type CheckError = Arc<dyn StdError + Send + Sync>;

/// Tells whether a key management service does its work.
#[async_trait]
pub trait Check: Send + Sync {
    /// Asks it, or answers with what it said a moment ago.
    ///
    /// # Errors
    ///
    /// It does not, and why.
    async fn check(&self) -> Result<(), CheckError>;
}

/// A check under the name that health endpoints show.
#[derive(Clone)]
pub struct NamedCheck {
    /// `kms-provider-0` of one service, `kms-providers` of all together.
    pub name: String,
    /// The check itself.
    pub check: Arc<dyn Check>,
}

impl NamedCheck {
    /// One service, by its place in the configuration.
    pub(super) fn of_service(index: usize, check: Arc<dyn Check>) -> Self {
        Self {
            name: format!("kms-provider-{index}"),
            check,
        }
    }

    /// All services at once. It is there even where there is none, and well then.
    pub(super) fn of_all(checks: Vec<Self>) -> Self {
        Self {
            name: "kms-providers".to_owned(),
            check: Arc::new(All(checks)),
        }
    }
}

impl fmt::Debug for NamedCheck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

/// Asks one after another, and tells of all that fail.
struct All(Vec<NamedCheck>);

#[async_trait]
impl Check for All {
    async fn check(&self) -> Result<(), CheckError> {
        let mut failures = Vec::new();
        for NamedCheck { name, check } in &self.0 {
            if let Err(cause) = check.check().await {
                failures.push((name.clone(), cause));
            }
        }
        if failures.is_empty() {
            Ok(())
        } else {
            Err(Arc::new(CheckErrors(failures)))
        }
    }
}

/// The checks that failed, by name.
#[derive(Clone, Debug)]
pub struct CheckErrors(pub Vec<(String, CheckError)>);

impl fmt::Display for CheckErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = self.0.iter();
        let texts: Vec<_> = errors
            .map(|(name, cause)| format!("{name}: {cause}"))
            .collect();
        list(formatter, &texts)
    }
}

impl StdError for CheckErrors {}
