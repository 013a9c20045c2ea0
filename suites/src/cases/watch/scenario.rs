//! Steps of writes, each with the one event it must cause or none: rows of the transition tables.

use std::collections::HashMap;

use storeproof::storage::{ListOptions, Update, UpdateOptions, WatchOptions, update_with};
use storeproof_fixtures::objects::{Pod, PodExt, cluster_pod, fields, key_of, labels, pod};

use crate::harness::{Context, Verdict, Watching, version_of};

/// What an object looks like when it is written.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Plain,
    /// In phase Running.
    Running,
    /// Assigned to that node.
    Assigned(&'static str),
    /// With the label `select=true`.
    Labelled,
    /// With that label, and assigned to that node.
    LabelledAssigned(&'static str),
    /// Says that it is of that namespace, whatever its key says.
    Claiming(&'static str),
    /// Deleted.
    Gone,
}

/// The event that a step must cause.
#[derive(Clone, Copy)]
pub(super) enum Expected {
    Nothing,
    Added,
    Modified,
    Deleted,
}

/// One write: `namespace/name` or a name alone, what it looks like then, and what the watch must tell of it.
pub(super) type Step = (&'static str, Shape, Expected);

/// A watch and what happens while it is open.
pub(super) struct Scenario {
    /// The key that is watched.
    pub(super) at: &'static str,
    pub(super) recursive: bool,
    /// A field selector, or `label:` and the name of a label that must be `true`.
    pub(super) selector: &'static str,
    /// The last one causes an event, so that an event too many before it is seen.
    pub(super) steps: &'static [Step],
}

/// A recursive watch.
pub(super) const fn below(
    at: &'static str,
    selector: &'static str,
    steps: &'static [Step],
) -> Scenario {
    Scenario {
        at,
        recursive: true,
        selector,
        steps,
    }
}

/// A watch of one key.
pub(super) const fn alone(
    at: &'static str,
    selector: &'static str,
    steps: &'static [Step],
) -> Scenario {
    Scenario {
        at,
        recursive: false,
        selector,
        steps,
    }
}

/// Watches from the version of a list, makes every step, compares every event as a whole, and ends the watch.
pub(super) async fn play(context: &Context, scenario: &Scenario) -> Verdict {
    let predicate = match scenario.selector.strip_prefix("label:") {
        Some(label) => labels(&[(label, "true")]),
        None => fields(scenario.selector),
    };
    let options = ListOptions {
        predicate: predicate.clone(),
        recursive: scenario.recursive,
        ..ListOptions::default()
    };
    let start = context.list_with(scenario.at, options).await?;
    let options = WatchOptions {
        resource_version: start.resource_version.to_string(),
        predicate,
        recursive: scenario.recursive,
        ..WatchOptions::default()
    };
    let mut watch = context.watch_with(scenario.at, options).await?;
    let mut states = HashMap::new();
    for step in scenario.steps {
        perform(context, &mut watch, &mut states, step).await?;
    }
    watch.stop();
    watch.expect_end().await
}

async fn perform(
    context: &Context,
    watch: &mut Watching,
    states: &mut HashMap<&'static str, Pod>,
    (name, shape, expected): &Step,
) -> Verdict {
    let previous = states.remove(name);
    let bare = match name.split_once('/') {
        Some((namespace, name)) => pod(namespace, name),
        None => cluster_pod(name),
    };
    let key = key_of(&bare);
    let written = match shape {
        Shape::Gone => context.delete(&key).await?,
        shape => write(context, &key, shaped(bare, *shape)).await?,
    };
    match expected {
        Expected::Nothing => {}
        Expected::Added => watch.expect_added(&written).await?,
        Expected::Modified => watch.expect_modified(&written).await?,
        Expected::Deleted => {
            // The state before, at the version of the write.
            let version = version_of(&written)?.to_string();
            let previous = previous.unwrap_or_default().at(&version);
            watch.expect_deleted(&previous).await?;
        }
    }
    states.insert(name, written);
    Ok(())
}

/// Creates or replaces; the key need not be the object's own.
async fn write(context: &Context, key: &str, pod: Pod) -> Verdict<Pod> {
    let options = UpdateOptions {
        ignore_not_found: true,
        ..UpdateOptions::default()
    };
    let mut update = update_with(|_, _| Ok(Update::from(pod.clone())));
    let written = context.store().guaranteed_update(key, options, &mut update);
    Ok(written.await?)
}

fn shaped(pod: Pod, shape: Shape) -> Pod {
    match shape {
        Shape::Plain | Shape::Gone => pod,
        Shape::Running => pod.phase("Running"),
        Shape::Assigned(node) => pod.node(node),
        Shape::Labelled => pod.label("select", "true"),
        Shape::LabelledAssigned(node) => pod.label("select", "true").node(node),
        Shape::Claiming(namespace) => {
            let mut pod = pod;
            pod.metadata.namespace = Some(namespace.to_owned());
            pod
        }
    }
}
