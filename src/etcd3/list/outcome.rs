use crate::storage::{
    ContinueToken, Error, ItemsOnError, List, Object, ResourceVersion, Result,
    resource_version_too_large,
};

use super::{
    super::{self as etcd3, ErrorKind, version},
    Listing,
};

/// How a list ends.
impl<T: Object> Listing<'_, T> {
    /// `more`: the last key looked at and how many keys the last request had from its start on.
    pub(super) fn finish(
        mut self,
        revision: i64,
        more: Option<(Vec<u8>, i64)>,
    ) -> Result<List<T>, ItemsOnError<T>> {
        self.count.returned(self.items.len());
        if let Some(error) = self.errors.finish(&self.store.resource) {
            return Err(ItemsOnError {
                error,
                items: self.items,
            });
        }
        let mut list = List {
            items: self.items,
            resource_version: stamp(revision)?,
            continue_token: String::new(),
            remaining_item_count: None,
        };
        if let Some((mut next, count)) = more {
            next.push(0);
            match ContinueToken::encode(&next, &self.prefix, revision) {
                Ok(token) => list.continue_token = token,
                Err(error) => {
                    return Err(ItemsOnError {
                        error: error.into(),
                        items: list.items,
                    });
                }
            }
            if self.predicate.is_empty() {
                list.remaining_item_count = Some(count.saturating_sub(self.limit));
            }
        }
        Ok(list)
    }

    /// What etcd's error means for a list.
    pub(super) async fn failed(&mut self, error: etcd3::Error) -> ItemsOnError<T> {
        let error = match error.kind() {
            // Where a filtered list had got to does not matter: the matches on the way go down with the error.
            ErrorKind::Compacted => self.plan.expired(&self.prefix).into(),
            ErrorKind::FutureRevision => {
                let wanted = self.plan.exactly.unwrap_or_default();
                self.too_large(wanted).await
            }
            _ => error.into(),
        };
        self.broken(error)
    }

    pub(super) async fn too_large(&self, wanted: ResourceVersion) -> Error {
        let current = self.store.current_version().await.unwrap_or_default();
        resource_version_too_large(wanted, current, 0).into()
    }

    pub(super) fn broken(&mut self, error: Error) -> ItemsOnError<T> {
        self.count.returned(self.items.len());
        ItemsOnError {
            error,
            items: std::mem::take(&mut self.items),
        }
    }
}

/// The version of a list, which is never unset (store §1.2).
pub(super) fn stamp(revision: i64) -> Result<ResourceVersion> {
    let stamped = version(revision);
    if stamped.is_unset() {
        let text = "illegal resource version from storage: 0";
        return Err(Error::Plain(text.to_owned()));
    }
    Ok(stamped)
}
