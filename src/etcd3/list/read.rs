use std::sync::Arc;

use futures::FutureExt;

use crate::storage::{Error, InternalError, Object, Result, SelectionPredicate};

use super::super::{KeyValue, parallel, values::Values};

/// The object of a list item.
pub(super) async fn object<T: Object>(values: &Values<T>, item: KeyValue) -> Result<T> {
    let opened = values
        .open(&item.key, item.value)
        .await
        .map_err(|cause| InternalError::transforming(&String::from_utf8_lossy(&item.key), cause))?;
    Ok(values.decode(&opened.plain, item.mod_revision)?)
}

/// A run of objects, and what ended it early.
pub(in super::super) type Run<T> = (Vec<T>, Option<Error>);

/// All matching objects, in runs that follow each other. Large pages are decoded on all cores.
pub(in super::super) async fn read_all<T: Object>(
    values: &Arc<Values<T>>,
    predicate: &SelectionPredicate<T>,
    found: Vec<KeyValue>,
) -> Vec<Run<T>> {
    let total = found.len();
    let mut first = true;
    parallel::in_order(found, |chunk| {
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
            for item in chunk {
                match object(&values, item).await {
                    Ok(object) if predicate.matches(&object) => objects.push(object),
                    Ok(_) => {}
                    Err(error) => return (objects, Some(error)),
                }
            }
            (objects, None)
        }
        .boxed()
    })
    .await
}

/// Joins runs up to the first error.
pub(super) fn append<T>(items: &mut Vec<T>, runs: Vec<Run<T>>) -> Option<Error> {
    for (mut run, failed) in runs {
        if items.is_empty() {
            *items = run;
        } else {
            items.append(&mut run);
        }
        if failed.is_some() {
            return failed;
        }
    }
    None
}
