use storeproof_fixtures::objects::{Pod, PodExt, key, pod};

use super::{Context, Verdict};

/// What has become of an object since its caller got what it suggests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Nothing: the suggestion is fresh.
    Got,
    /// It was changed.
    Changed,
    /// It was deleted, and created again.
    Recreated,
    /// It was deleted.
    Deleted,
}

/// An object, as it was suggested and as it is stored.
#[derive(Clone, Debug)]
pub struct Suggested {
    /// What the caller suggests.
    pub suggestion: Pod,
    /// What is stored.
    pub stored: Option<Pod>,
}

/// What a caller is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// What it suggests.
    Suggestion,
    /// What is stored, which is nothing where the object is deleted.
    Stored,
}

impl Since {
    /// Creates `foo` in `test-ns`, and lets this happen to it.
    ///
    /// # Errors
    ///
    /// A write failed.
    pub async fn happens(self, context: &Context) -> Verdict<Suggested> {
        let at = key("test-ns", "foo");
        let suggestion = context.create(&pod("test-ns", "foo").uid("A")).await?;
        if matches!(self, Self::Recreated | Self::Deleted) {
            context.delete(&at).await?;
        }
        let stored = match self {
            Self::Got => Some(suggestion.clone()),
            Self::Changed => Some(context.update(&at, |pod| pod.label("theirs", "1")).await?),
            Self::Recreated => Some(context.create(&pod("test-ns", "foo").uid("B")).await?),
            Self::Deleted => None,
        };
        Ok(Suggested { suggestion, stored })
    }
}

impl Suggested {
    /// The objects that are meant.
    pub fn as_seen(&self, seen: &[Seen]) -> Vec<Option<&Pod>> {
        seen.iter()
            .map(|seen| match seen {
                Seen::Suggestion => Some(&self.suggestion),
                Seen::Stored => self.stored.as_ref(),
            })
            .collect()
    }
}
