//! How cases look at what a store sends to its server.

use storeproof::{requests::Request, storage::ResourceVersion};
use storeproof_fixtures::objects::Pod;

use super::{Context, Verdict, expect_eq, expect_that, version_of};

impl Context {
    /// What is sent from now on counts.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn forget_requests(&self) -> Verdict {
        self.transformer().take_reads();
        self.requests().await.map(drop)
    }

    /// Exactly these requests were sent since, in this order.
    ///
    /// # Errors
    ///
    /// Others were.
    pub async fn expect_requests(&self, expected: &[Request]) -> Verdict {
        let sent = self.requests().await?;
        expect_eq("what the store sends", sent.as_slice(), expected)
    }

    /// So many requests were sent since, lists all of them, and so many values were read.
    ///
    /// # Errors
    ///
    /// It was more, less, or something else.
    pub async fn expect_lists(&self, requests: usize, values: usize) -> Verdict {
        let sent = self.requests().await?;
        let lists = |request: &&Request| matches!(request, Request::List { .. });
        let others: Vec<&Request> = sent.iter().filter(|request| !lists(request)).collect();
        expect_that(
            others.is_empty(),
            "the store sends lists and nothing else",
            format!("{others:?}"),
        )?;
        expect_eq("the number of list requests", sent.len(), requests)?;
        let read = self.transformer().take_reads().len();
        expect_eq("the number of values read", read, values)
    }

    /// The request that reads the object at a logical key.
    ///
    /// # Errors
    ///
    /// Broken where the case itself made a key that no store accepts.
    pub fn get_of(&self, key: &str, revision: i64) -> Verdict<Request> {
        let key = self.full_key(key)?;
        Ok(Request::Get { key, revision })
    }

    /// The request that reads what lies below a logical key, from `start` on, which is relative to it.
    ///
    /// # Errors
    ///
    /// Broken where the case itself made a key that no store accepts.
    pub fn list_of(&self, key: &str, start: &str, limit: i64, revision: i64) -> Verdict<Request> {
        let prefix = self.full_prefix(key)?;
        let parent = prefix.strip_suffix('/').unwrap_or(&prefix);
        Ok(Request::List {
            start: format!("{prefix}{start}"),
            end: format!("{parent}0"),
            limit,
            revision,
        })
    }
}

/// The version an object was stored at, as requests name it.
///
/// # Errors
///
/// The store handed out an object without one.
pub fn number_of(pod: &Pod) -> Verdict<i64> {
    Ok(as_number(version_of(pod)?))
}

/// A version as requests name it.
pub fn as_number(version: ResourceVersion) -> i64 {
    i64::try_from(version.get()).unwrap_or(i64::MAX)
}
