use super::{
    ContinueToken, Error, KeyError, ListOptions, ResourceVersion, ResourceVersionMatch, Result,
    Status, bad_request, expired_continue, expired_continue_without_token, expired_list,
};

/// A collection, or one page of it, as it was at one revision (store §1.4).
#[derive(Clone, Debug, PartialEq)]
pub struct List<T> {
    /// The objects in key order.
    pub items: Vec<T>,
    /// The revision that the whole collection is consistent at; never unset.
    pub resource_version: ResourceVersion,
    /// Where the next page begins; empty on the last.
    pub continue_token: String,
    /// How many keys follow this page, where that is known.
    pub remaining_item_count: Option<i64>,
}

/// An error of a list, with the objects that were read before it (store §3.7.7).
#[derive(Debug)]
pub struct ItemsOnError<T> {
    /// What went wrong.
    pub error: Error,
    /// The objects read so far, in key order.
    pub items: Vec<T>,
}

impl<T> From<Error> for ItemsOnError<T> {
    fn from(error: Error) -> Self {
        Self {
            error,
            items: Vec::new(),
        }
    }
}

impl<T> From<KeyError> for ItemsOnError<T> {
    fn from(error: KeyError) -> Self {
        Error::from(error).into()
    }
}

impl<T> From<ItemsOnError<T>> for Error {
    fn from(failed: ItemsOnError<T>) -> Self {
        failed.error
    }
}

/// What a list request asks of the backend, once its options are resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadPlan {
    /// The first full key to read.
    pub start: String,
    /// Read exactly at this version; otherwise at the latest.
    pub exactly: Option<ResourceVersion>,
    /// The answer may not be older than this.
    pub not_older_than: ResourceVersion,
    /// Whether the request goes on from a token, which changes what an expired version is answered with.
    pub continued: bool,
}

impl ReadPlan {
    /// 410 for the list at full key `prefix`, whose version has been compacted away. Where it went on from a token, the
    /// replacement begins where that did (store §3.7.8).
    pub fn expired(&self, prefix: &str) -> Status {
        if !self.continued {
            return expired_list();
        }
        // Without a slash of its own a token cannot name the prefix itself.
        let slash = if self.start == prefix { "/" } else { "" };
        match ContinueToken::encode(format!("{}{slash}", self.start), prefix, -1) {
            Ok(replacement) => expired_continue(replacement),
            Err(_) => expired_continue_without_token(),
        }
    }
}

/// Resolves version, match, limit and token of a list at full key `prefix`, without any I/O (store §3.7.2).
///
/// # Errors
///
/// 400 for versions and tokens that are none and for a token with a version; a plain error for an unknown match; 504
/// with no current version for an exact version beyond what any store can reach.
pub fn plan_list<T>(prefix: &str, options: &ListOptions<T>) -> Result<ReadPlan> {
    let version = options.resource_version.as_str();
    if options.recursive && !options.predicate.continue_token.is_empty() {
        let token = ContinueToken::decode(&options.predicate.continue_token, prefix)
            .map_err(|cause| bad_request(format!("invalid continue token: {cause}")))?;
        if !version.is_empty() && version != "0" {
            return Err(bad_request(
                "specifying resource version is not allowed when using continue",
            )
            .into());
        }
        return Ok(ReadPlan {
            start: token.start,
            exactly: u64::try_from(token.revision).ok().map(ResourceVersion::new),
            not_older_than: ResourceVersion::UNSET,
            continued: true,
        });
    }
    let mut plan = ReadPlan {
        start: prefix.to_owned(),
        exactly: None,
        not_older_than: ResourceVersion::UNSET,
        continued: false,
    };
    if version.is_empty() {
        return Ok(plan);
    }
    let parsed = ResourceVersion::parse(version)
        .map_err(|cause| bad_request(format!("invalid resource version: {cause}")))?;
    let exact = match &options.resource_version_match {
        ResourceVersionMatch::Other(unknown) => return Err(Error::UnknownMatch(unknown.clone())),
        ResourceVersionMatch::Exact => true,
        ResourceVersionMatch::NotOlderThan => false,
        ResourceVersionMatch::Unset => options.recursive && options.predicate.limit > 0,
    };
    if exact && !parsed.is_unset() {
        plan.exactly = Some(parsed);
    } else {
        plan.not_older_than = parsed;
    }
    Ok(plan)
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
