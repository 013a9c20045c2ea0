//! The storage contract of the Kubernetes API server: what every backend promises and every caller may rely on.
//!
//! Nothing in here knows a backend. [`Store`] is the contract itself; the other types are its vocabulary. The rules are
//! those of `storage.Interface`; "store §2.3" names a section of the behavioural specification that the suites cite too.

mod corrupt;
mod error;
mod event;
mod format;
mod interpret;
mod key;
mod lease;
mod list;
mod object;
mod options;
mod preconditions;
mod quote;
mod read_errors;
mod resource;
mod resource_version;
mod selection;
mod selector;
mod status;
mod store;
mod token;
mod update;
mod verdict;
mod watch;
mod watch_plan;

pub use corrupt::{CorruptObject, Damage};
pub use error::{Error, InternalError, InvalidError, Result};
pub use event::{Bookmark, Event};
pub use format::Format;
pub use interpret::Operation;
pub use key::{KeyError, KeySpace};
pub use lease::LeaseManagerConfig;
pub use list::{ItemsOnError, List, ReadPlan, plan_list};
pub use object::Object;
pub use options::{
    DeleteOptions, GetOptions, ListOptions, ResourceVersionMatch, UpdateOptions, WatchOptions,
};
pub use preconditions::Preconditions;
pub(crate) use quote::Quoted;
pub use read_errors::ReadErrors;
pub use resource::GroupResource;
pub use resource_version::{ResourceVersion, VersionError};
pub use selection::{
    AttributeError, Attributes, GetAttributes, SelectionPredicate, metadata_attributes, with_fields,
};
pub use selector::{FieldRequirement, FieldSelector, LabelSelector};
pub use status::{
    REASON_EXPIRED, REASON_STORAGE_READ, Status, bad_request, corrupt_deletion, expired_continue,
    expired_continue_without_token, expired_list, expired_watch, internal_error,
    is_resource_version_too_large, resource_version_too_large,
};
pub use store::{KeysFunction, Stats, Store};
pub use token::{ContinueToken, TokenError};
pub use update::{
    AcceptAll, AsyncUpdate, AsyncValidation, ResponseMeta, TryUpdate, Update, ValidateDeletion,
    update_with, validate_with,
};
pub use verdict::{Code, StorageError};
pub use watch::{Watch, WatchSender};
pub use watch_plan::{WatchPlan, plan_watch};

pub use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
