use std::ops::ControlFlow;

use super::{CorruptObject, Error, GroupResource, StorageError, status};

/// What a list could not read, taken in item by item, in the order of keys (store §3.7.7).
///
/// A list goes on after corrupt objects, to tell of all of them at once. It ends at the first error of any other kind,
/// at the hundredth corrupt object, and, where corrupt objects are not told apart, at the first error whatever it is.
#[derive(Debug, Default)]
pub struct ReadErrors {
    corrupt: Vec<StorageError>,
    abort: Option<Abort>,
}

/// Why a list ended early.
#[derive(Debug)]
enum Abort {
    TooMany,
    Other(Error),
}

impl ReadErrors {
    /// So many corrupt objects end a list.
    pub const CAP: usize = 100;

    /// Whether everything could be read so far.
    pub fn is_empty(&self) -> bool {
        self.corrupt.is_empty() && self.abort.is_none()
    }

    /// Takes in the error of the item at a full key, and says whether the list goes on. No item behind one that breaks
    /// off the list belongs to it.
    pub fn add(&mut self, key: &str, error: Error) -> ControlFlow<()> {
        let Some(mark) = error.corrupt_object() else {
            self.abort = Some(Abort::Other(error));
            return ControlFlow::Break(());
        };
        self.corrupt.push(StorageError::corrupt(key, mark.clone()));
        if self.corrupt.len() < Self::CAP {
            return ControlFlow::Continue(());
        }
        self.abort = Some(Abort::TooMany);
        ControlFlow::Break(())
    }

    /// What the list fails with; `None` where everything could be read.
    ///
    /// Without a corrupt object that is the error that ended it, as it is. With some it is one 500 that tells of all of
    /// them, and of what ended the list behind them.
    pub fn finish(self, resource: &GroupResource) -> Option<Error> {
        let Some(first) = self.corrupt.first() else {
            return match self.abort? {
                Abort::Other(error) => Some(error),
                Abort::TooMany => None,
            };
        };
        let mut message = first.to_string();
        if self.corrupt.len() > 1 {
            message = format!("{message} (and {} more)", self.corrupt.len() - 1);
        }
        let mut causes: Vec<_> = self.corrupt.iter().map(status::cause_of_corrupt).collect();
        causes.extend(self.abort.map(|abort| match abort {
            Abort::TooMany => status::cause_of_truncation(),
            Abort::Other(error) => status::cause_of_abort(&error),
        }));
        Some(status::storage_read_error(resource, &message, causes).into())
    }
}

impl Error {
    /// The mark of a corrupt object, in this error or down its chain.
    pub fn corrupt_object(&self) -> Option<&CorruptObject> {
        CorruptObject::find(self)
    }

    /// What a get by the key it was given answers with: a verdict about the key where the object is corrupt, else the
    /// error as it is (store §3.11).
    #[must_use]
    pub fn or_corrupt_at(self, logical_key: &str) -> Self {
        match self.corrupt_object() {
            Some(mark) => StorageError::corrupt(logical_key, mark.clone()).into(),
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::ReadErrors;
    use crate::{
        storage::{Error, GroupResource, InternalError},
        value,
    };

    fn corrupt(key: &str) -> Error {
        InternalError::transforming(key, value::Error::NoMatch.mark_corrupt()).into()
    }

    fn outage(key: &str) -> Error {
        let cause = value::Error::unavailable(std::fmt::Error);
        InternalError::transforming(key, cause).into()
    }

    fn finish(errors: ReadErrors) -> Error {
        let resource = GroupResource::new("apps", "deployments");
        errors.finish(&resource).expect("something went wrong")
    }

    #[test]
    fn one_status_tells_of_all() {
        let mut errors = ReadErrors::default();
        assert!(errors.is_empty());
        for key in ["/r/a", "/r/b", "/r/c"] {
            assert_eq!(errors.add(key, corrupt(key)), ControlFlow::Continue(()));
        }
        let error = finish(errors);
        let first = "StorageError: corrupt object, Code: 7, Key: /r/a, ResourceVersion: 0, AdditionalErrorMsg: \
            data from the storage is not transformable revision=0: \
            the provided value does not match any of the supported transformers";
        let message = format!(
            "failed to read one or more deployments.apps from the storage: {first} (and 2 more)"
        );
        assert_eq!(error.to_string(), message);
        let status = error.status().expect("a status");
        assert_eq!(status.code, Some(500));
        assert_eq!(status.reason.as_deref(), Some("StorageReadError"));
        let details = status.details.as_ref().expect("details");
        assert_eq!(details.group.as_deref(), Some("apps"));
        assert_eq!(details.kind.as_deref(), Some("deployments"));
        assert_eq!(details.name.as_deref(), Some("list"));
        let causes = details.causes.as_deref().expect("causes");
        let fields: Vec<_> = causes.iter().flat_map(|cause| &cause.field).collect();
        assert_eq!(fields, ["/r/a", "/r/b", "/r/c"]);
        assert_eq!(causes[0].message.as_deref(), Some(first));
    }

    #[test]
    fn another_error_ends_it_alone_or_behind_what_was_collected() {
        let mut errors = ReadErrors::default();
        assert!(errors.add("/r/a", outage("/r/a")).is_break());
        assert!(finish(errors).is_internal());

        let mut errors = ReadErrors::default();
        assert!(errors.add("/r/a", corrupt("/r/a")).is_continue());
        assert!(errors.add("/r/b", outage("/r/b")).is_break());
        let error = finish(errors);
        let details = error.status().and_then(|status| status.details.clone());
        let causes = details.and_then(|details| details.causes).expect("causes");
        assert_eq!(causes.len(), 2);
        assert_eq!(causes[1].field, None);
        assert!(!error.to_string().contains("more)"), "{error}");
    }

    #[test]
    fn the_hundredth_is_the_last() {
        let mut errors = ReadErrors::default();
        for _ in 1..ReadErrors::CAP {
            assert!(errors.add("/r/a", corrupt("/r/a")).is_continue());
        }
        assert!(errors.add("/r/z", corrupt("/r/z")).is_break());
        let error = finish(errors);
        let details = error.status().and_then(|status| status.details.clone());
        let causes = details.and_then(|details| details.causes).expect("causes");
        assert_eq!(causes.len(), ReadErrors::CAP + 1);
        let last = causes.last().expect("a cause");
        assert_eq!(last.reason.as_deref(), Some("FieldValueTooMany"));
    }
}
