use std::fmt;

use super::quote::Quoted;

/// A key or a prefix that no store accepts (store §1.7).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The key holds a `.` or `..` segment.
    #[error("invalid key: {}", Quoted(.0))]
    Invalid(String),
    /// The key names nothing.
    #[error("empty key: {}", Quoted(.0))]
    Empty(String),
    /// The key lies outside the resource.
    #[error("invalid key: {} lacks resource prefix: {}", Quoted(.key), Quoted(.prefix))]
    Foreign {
        /// The key, with the slash that a recursive request adds.
        key: String,
        /// The resource's prefix.
        prefix: String,
    },
    /// The resource prefix is empty.
    #[error("resourcePrefix cannot be empty")]
    NoResourcePrefix,
    /// The resource prefix is the root.
    #[error("resourcePrefix cannot be /")]
    RootResourcePrefix,
    /// The resource prefix is relative.
    #[error("resourcePrefix needs to start from /")]
    RelativeResourcePrefix,
}

/// Where a store keeps its objects: the server-wide path prefix, and the resource's own prefix below it.
///
/// Callers use logical keys (`/pods/ns/name`); [`KeySpace::prepare`] makes them full keys (`/registry/pods/ns/name`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpace {
    path_prefix: String,
    resource_prefix: String,
}

impl KeySpace {
    /// `path_prefix` is made absolute, cleaned and closed with a slash: `custom//prefix` becomes `/custom/prefix/`,
    /// empty becomes `/`. `resource_prefix` is taken as it is, best with a slash at its end: `/pods` accepts
    /// `/podsfoo` (store §1.7.1).
    ///
    /// # Errors
    ///
    /// The resource prefix is empty, the root, or relative.
    pub fn new(path_prefix: &str, resource_prefix: &str) -> Result<Self, KeyError> {
        match resource_prefix {
            "" => return Err(KeyError::NoResourcePrefix),
            "/" => return Err(KeyError::RootResourcePrefix),
            relative if !relative.starts_with('/') => return Err(KeyError::RelativeResourcePrefix),
            _ => {}
        }
        let mut clean = clean_path(&format!("/{path_prefix}"));
        if !clean.ends_with('/') {
            clean.push('/');
        }
        Ok(Self {
            path_prefix: clean,
            resource_prefix: resource_prefix.to_owned(),
        })
    }

    /// The server-wide prefix, from slash to slash.
    pub fn path_prefix(&self) -> &str {
        &self.path_prefix
    }

    /// The resource's prefix as it was given.
    pub fn resource_prefix(&self) -> &str {
        &self.resource_prefix
    }

    /// The full key of a logical key. A recursive one always ends in a slash, so that `/pods/ns` never meets
    /// `/pods/ns2`. Double slashes stay as they are: they are keys like any other (store §1.7.3).
    ///
    /// # Errors
    ///
    /// The key holds dot segments, is empty, or lies outside the resource; found in this order.
    pub fn prepare(&self, key: &str, recursive: bool) -> Result<String, KeyError> {
        if has_segment(key, "..") || has_segment(key, ".") {
            return Err(KeyError::Invalid(key.to_owned()));
        }
        if key.is_empty() || key == "/" {
            return Err(KeyError::Empty(key.to_owned()));
        }
        let slash = if recursive && !key.ends_with('/') {
            "/"
        } else {
            ""
        };
        let inside = key.starts_with(&self.resource_prefix)
            || (!slash.is_empty() && format!("{key}/").starts_with(&self.resource_prefix));
        if !inside {
            return Err(KeyError::Foreign {
                key: format!("{key}{slash}"),
                prefix: self.resource_prefix.clone(),
            });
        }
        let relative = key.strip_prefix('/').unwrap_or(key);
        let mut full = String::with_capacity(self.path_prefix.len() + relative.len() + slash.len());
        full.push_str(&self.path_prefix);
        full.push_str(relative);
        full.push_str(slash);
        Ok(full)
    }
}

impl fmt::Display for KeySpace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let relative = self.resource_prefix.trim_start_matches('/');
        write!(formatter, "{}{relative}", self.path_prefix)
    }
}

fn has_segment(key: &str, segment: &str) -> bool {
    key.split('/').any(|found| found == segment)
}

/// Lexical cleaning of a path: no double slashes, no dot segments, no slash at the end (store §3.8.3).
pub(super) fn clean_path(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    format!("/{}", segments.join("/"))
}

#[cfg(test)]
#[path = "key_tests.rs"]
mod tests;
