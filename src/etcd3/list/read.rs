use std::{ops::ControlFlow, sync::Arc};

use futures::FutureExt;
use tokio::task::coop::consume_budget;

use crate::storage::{Error, InternalError, Object, ReadErrors, Result, SelectionPredicate};

use super::super::{KeyValue, parallel, values::Values};

/// The object of a list item; where it cannot be read, the item's full key and why.
pub(super) async fn object<T: Object>(
    values: &Values<T>,
    item: KeyValue,
) -> Result<T, (String, Error)> {
    let KeyValue {
        key,
        value,
        mod_revision,
        ..
    } = item;
    let text = |key: Vec<u8>| String::from_utf8_lossy(&key).into_owned();
    let opened = match values.open(&key, value).await {
        Ok(opened) => opened,
        Err(cause) => {
            let key = text(key);
            let error = InternalError::transforming(&key, cause);
            return Err((key, error.into()));
        }
    };
    values
        .decode(&opened.plain, mod_revision)
        .map_err(|cause| (text(key), cause.into()))
}

/// A run of objects, and what in it cannot be read.
pub(in super::super) struct Run<T> {
    pub(in super::super) objects: Vec<T>,
    pub(in super::super) failures: Vec<Failure>,
    /// How many were decoded, whether they match or not.
    pub(super) evaluated: usize,
}

/// An item that cannot be read.
pub(in super::super) struct Failure {
    key: String,
    pub(in super::super) error: Error,
    /// So many objects of the run come before it.
    before: usize,
}

/// All matching objects, in runs that follow each other. Large pages are decoded on all cores.
///
/// A run goes on after up to `tolerated` corrupt objects, and ends at any other failure.
pub(in super::super) async fn read_all<T: Object>(
    values: &Arc<Values<T>>,
    predicate: &SelectionPredicate<T>,
    found: Vec<KeyValue>,
    tolerated: usize,
) -> Vec<Run<T>> {
    let total = found.len();
    let mut first = true;
    parallel::in_order(found, |chunk, wanted| {
        // The first run grows to hold the others, which spares it from moving.
        let capacity = if std::mem::take(&mut first) {
            total
        } else {
            chunk.len()
        };
        let values = Arc::clone(values);
        let predicate = predicate.clone();
        async move {
            let mut objects = Vec::with_capacity(capacity);
            let mut failures = Vec::new();
            let mut evaluated = 0;
            for item in chunk {
                if !wanted.holds() {
                    break;
                }
                // Where nothing else ever waits, dropping the list must be possible all the same.
                consume_budget().await;
                match object(&values, item).await {
                    Ok(object) => {
                        evaluated += 1;
                        if predicate.matches(&object) {
                            objects.push(object);
                        }
                    }
                    Err((key, error)) => {
                        let goes_on =
                            failures.len() < tolerated && error.corrupt_object().is_some();
                        let before = objects.len();
                        failures.push(Failure { key, error, before });
                        if !goes_on {
                            break;
                        }
                    }
                }
            }
            Run {
                objects,
                failures,
                evaluated,
            }
        }
        .boxed()
    })
    .await
}

/// Joins runs as far as the list goes on.
pub(super) fn append<T>(
    items: &mut Vec<T>,
    errors: &mut ReadErrors,
    runs: Vec<Run<T>>,
) -> ControlFlow<()> {
    for Run {
        mut objects,
        failures,
        ..
    } in runs
    {
        let mut flow = ControlFlow::Continue(());
        for failure in failures {
            flow = errors.add(&failure.key, failure.error);
            if flow.is_break() {
                objects.truncate(failure.before);
                break;
            }
        }
        if items.is_empty() {
            *items = objects;
        } else {
            items.append(&mut objects);
        }
        flow?;
    }
    ControlFlow::Continue(())
}
