use crate::storage::{
    ContinueToken, Error, ItemsOnError, List, Object, ResourceVersion, Result, expired_continue,
    expired_continue_without_token, expired_list, resource_version_too_large,
};

use super::{
    super::{self as etcd3, ErrorKind, version},
    Listing,
};

/// How a list ends.
impl<T: Object> Listing<'_, T> {
    /// `more`: the last key looked at and how many keys the last request had from its start on.
    pub(super) fn finish(
        self,
        revision: i64,
        more: Option<(Vec<u8>, i64)>,
    ) -> Result<List<T>, ItemsOnError<T>> {
        if let Some(error) = self.errors.finish(&self.store.resource) {
            return Err(ItemsOnError {
                error,
                items: self.items,
            });
        }
        let mut list = List {
            items: self.items,
            resource_version: version(revision),
            continue_token: String::new(),
            remaining_item_count: None,
        };
        if let Some((mut next, count)) = more {
            next.push(0);
            let next = String::from_utf8_lossy(&next);
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
            ErrorKind::Compacted if self.plan.continued => self.expired_page(),
            ErrorKind::Compacted => expired_list().into(),
            ErrorKind::FutureRevision => {
                let wanted = self.plan.exactly.unwrap_or_default();
                self.too_large(wanted).await
            }
            _ => error.into(),
        };
        self.broken(error)
    }

    /// The replacement goes on where the request began, not where the store had got to: what lies between was looked at,
    /// but its matches go down with the error (QUIRK (d), store §3.7.8).
    fn expired_page(&self) -> Error {
        let start = &self.plan.start;
        let token = if *start == self.prefix {
            ContinueToken::encode(&format!("{start}/"), &self.prefix, -1)
        } else {
            ContinueToken::encode(start, &self.prefix, -1)
        };
        match token {
            Ok(token) => expired_continue(token).into(),
            Err(_) => expired_continue_without_token().into(),
        }
    }

    pub(super) async fn too_large(&self, wanted: ResourceVersion) -> Error {
        let current = self.store.current_version().await.unwrap_or_default();
        resource_version_too_large(wanted, current, 0).into()
    }

    pub(super) fn broken(&mut self, error: Error) -> ItemsOnError<T> {
        ItemsOnError {
            error,
            items: std::mem::take(&mut self.items),
        }
    }
}
