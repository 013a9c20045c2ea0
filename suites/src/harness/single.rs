//! What cases do to single keys and demand of them, on top of the verbs that every suite uses.

use storeproof::storage::{
    DeleteOptions, Error, GetOptions, Preconditions, StorageError, UpdateOptions,
};
use storeproof_fixtures::objects::Pod;

use super::{Context, ErrorExpectations, Verdict, expect_eq};

impl Context {
    /// Creates a Pod at any key and returns it as stored.
    ///
    /// # Errors
    ///
    /// The store refuses.
    pub async fn create_at(&self, key: &str, pod: &Pod) -> Verdict<Pod> {
        Ok(self.store().create(key, pod, None).await?)
    }

    /// The object at the key is exactly this one.
    ///
    /// # Errors
    ///
    /// It is another one, or cannot be had.
    pub async fn expect_stored(&self, key: &str, pod: &Pod) -> Verdict {
        let found = self.get(key).await?;
        expect_eq(&format!("the object at {key}"), &found, pod)
    }

    /// There is nothing at the key.
    ///
    /// # Errors
    ///
    /// There is.
    pub async fn expect_missing(&self, key: &str) -> Verdict {
        let found = self.store().get(key, &GetOptions::default()).await;
        found.expect_not_found().map(drop)
    }

    /// The verdict that an error carries is about the full key, and names no version.
    ///
    /// # Errors
    ///
    /// It is about another one.
    pub fn expect_verdict_on(&self, key: &str, error: &Error) -> Verdict {
        let about = match error {
            Error::Storage(StorageError {
                key,
                resource_version,
                ..
            }) => Some((key.clone(), *resource_version)),
            _ => None,
        };
        expect_eq(
            "the key and the version in the error",
            about,
            Some((self.full_key(key)?, 0)),
        )
    }
}

/// An update on a suggestion.
pub fn update_suggesting(pod: &Pod) -> UpdateOptions<Pod> {
    UpdateOptions {
        suggestion: Some(pod.clone()),
        ..UpdateOptions::default()
    }
}

/// An update under conditions.
pub fn update_if(conditions: Preconditions) -> UpdateOptions<Pod> {
    UpdateOptions {
        preconditions: Some(conditions),
        ..UpdateOptions::default()
    }
}

/// An update that may create the object.
pub fn update_or_create() -> UpdateOptions<Pod> {
    UpdateOptions {
        ignore_not_found: true,
        ..UpdateOptions::default()
    }
}

/// A deletion on a suggestion.
pub fn delete_suggesting(pod: &Pod) -> DeleteOptions<Pod> {
    DeleteOptions {
        suggestion: Some(pod.clone()),
        ..DeleteOptions::default()
    }
}

/// A deletion under conditions.
pub fn delete_if(conditions: Preconditions) -> DeleteOptions<Pod> {
    DeleteOptions {
        preconditions: Some(conditions),
        ..DeleteOptions::default()
    }
}
