use super::{Object, Preconditions, ResourceVersion, Result, SelectionPredicate, bad_request};

/// How a list treats the resource version it is given (store §3.7.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ResourceVersionMatch {
    /// Nothing was said. A positive version with a limit then means exactly that version, else "not older than".
    #[default]
    Unset,
    /// The collection as it was at that version.
    Exact,
    /// The collection at that version or any later one.
    NotOlderThan,
    /// What a caller wrote and no store knows; refused wherever a version comes with it.
    Other(String),
}

/// How to get one object.
#[derive(Clone, Debug, Default)]
pub struct GetOptions {
    /// Answer `None` instead of a not-found error.
    pub ignore_not_found: bool,
    /// A bound: the answer may not be older. Empty means the latest.
    pub resource_version: String,
}

impl GetOptions {
    /// The bound as a version; unset where there is none.
    ///
    /// # Errors
    ///
    /// 400 for a text that is no version.
    pub fn not_older_than(&self) -> Result<ResourceVersion> {
        let parsed = ResourceVersion::parse(&self.resource_version);
        Ok(parsed.map_err(|cause| bad_request(format!("invalid resource version: {cause}")))?)
    }
}

/// How to list a collection.
#[derive(Clone, Debug)]
pub struct ListOptions<T> {
    /// A version, read together with `resource_version_match`. Empty and `"0"` mean no bound.
    pub resource_version: String,
    /// How `resource_version` is meant.
    pub resource_version_match: ResourceVersionMatch,
    /// Which objects, how many, and from where on.
    pub predicate: SelectionPredicate<T>,
    /// All objects below the key, rather than the object at the key.
    pub recursive: bool,
}

impl<T: 'static> Default for ListOptions<T> {
    /// The latest state of everything below the key.
    fn default() -> Self {
        Self {
            resource_version: String::new(),
            resource_version_match: ResourceVersionMatch::Unset,
            predicate: SelectionPredicate::everything(),
            recursive: true,
        }
    }
}

/// How to watch a key or a collection (backend §5.1, §5.2).
#[derive(Clone, Debug)]
pub struct WatchOptions<T> {
    /// Events come from after this version. Empty and `"0"` mean from the state of now on.
    pub resource_version: String,
    /// Which objects; also whether bookmarks are wanted. Limit and token are ignored.
    pub predicate: SelectionPredicate<T>,
    /// All objects below the key, rather than the object at the key.
    pub recursive: bool,
    /// Pass the backend's progress notifications on as bookmarks.
    pub progress_notify: bool,
    /// Whether the current state comes first, as ADDED events. Unset: only where no version is given.
    pub send_initial_events: Option<bool>,
}

impl<T: 'static> Default for WatchOptions<T> {
    /// The current state of everything below the key, then every change.
    fn default() -> Self {
        Self {
            resource_version: String::new(),
            predicate: SelectionPredicate::everything(),
            recursive: true,
            progress_notify: false,
            send_initial_events: None,
        }
    }
}

/// How to update an object.
#[derive(Clone, Debug)]
pub struct UpdateOptions<T> {
    /// Hand `None` to the update where there is no object, and create what it returns.
    pub ignore_not_found: bool,
    /// What must hold of the object that is updated.
    pub preconditions: Option<Preconditions>,
    /// What the caller believes is stored. Saves a read where right; costs one where wrong; never trusted.
    pub suggestion: Option<T>,
}

impl<T> Default for UpdateOptions<T> {
    fn default() -> Self {
        Self {
            ignore_not_found: false,
            preconditions: None,
            suggestion: None,
        }
    }
}

/// How to delete an object.
#[derive(Clone, Debug)]
pub struct DeleteOptions<T> {
    /// What must hold of the object that is deleted.
    pub preconditions: Option<Preconditions>,
    /// What the caller believes is stored. Saves a read where right; never trusted.
    pub suggestion: Option<T>,
    /// Delete an object that is corrupt, unseen, and only such a one (store §3.5). It does not count where the store does
    /// not allow unsafe deletion. What cannot be read for an outage is not corrupt, and stays.
    pub expect_transform_or_decode_error: bool,
}

impl<T: Object> Default for DeleteOptions<T> {
    fn default() -> Self {
        Self {
            preconditions: None,
            suggestion: None,
            expect_transform_or_decode_error: false,
        }
    }
}
