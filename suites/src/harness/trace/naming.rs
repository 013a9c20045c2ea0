//! What revisions and objects are called in a picture.

use crate::report::timeline::{Expected, History, Step, Told};

/// Properties name versions after writes, by the order of the versions: writers may have been told of them in another one.
pub(super) fn number_writes(history: &mut History) {
    let steps = history.steps.iter();
    let mut all: Vec<_> = steps
        .filter_map(|step| match step {
            Step::Operation(operation) => Some((operation.store, operation.made?)),
            Step::Told { .. } => None,
        })
        .collect();
    all.sort_unstable();
    for step in &mut history.steps {
        if let Step::Operation(operation) = step
            && let Some(made) = operation.made
        {
            let before = all.partition_point(|write| *write < (operation.store, made));
            let first = all.partition_point(|(store, _)| *store < operation.store);
            operation
                .answer
                .push_str(&format!(" #{}", before - first + 1));
        }
    }
}

/// Takes the namespace from the names of objects where all have the same.
pub(super) fn without_common_namespace(history: &mut History) {
    let mut names: Vec<&mut String> = history
        .steps
        .iter_mut()
        .filter_map(|step| match step {
            Step::Told {
                told: Told::Change { object, .. },
                ..
            } => Some(object),
            _ => None,
        })
        .chain(
            history
                .mark
                .iter_mut()
                .filter_map(|mark| match &mut mark.expected {
                    Some(Expected::Told(Told::Change { object, .. })) => Some(object),
                    _ => None,
                }),
        )
        .collect();
    let namespace = |name: &str| {
        name.split_once('/')
            .map(|(namespace, _)| namespace.to_owned())
    };
    let first = names.first().and_then(|name| namespace(name));
    if first.is_some() && names.iter().all(|name| namespace(name) == first) {
        for name in &mut names {
            if let Some((_, own)) = name.split_once('/') {
                **name = own.to_owned();
            }
        }
    }
}
