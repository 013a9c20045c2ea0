//! Requests that fail, after any history: nothing is as if they had been made.

use std::{collections::HashMap, time::Duration};

use storeproof::storage::{Event, Object, ResourceVersion, WatchOptions};
use storeproof_fixtures::objects::{Pod, everything, pod};

use super::{
    attempt::Attempt,
    describe,
    failing::{Failing, Step, steps},
    operation::Suggest,
    state::State,
    versions::Versions,
    writing::{put, remove},
};
use crate::{
    case,
    harness::{
        Apart, Capability, Case, Context, Effort, Instance, Trial, Verdict, Watching, expect_that,
        judged, noted, search, unexpected, wanted_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        a_refused_request_changes_nothing,
        "After a request that is refused, list, bytes, count and version are as before, and no watch has seen an event.",
        "store/6/2 store/6/12 store/6/18 store/6/31 store/6/35 store/6/41"
    )
    .needs(&[Capability::Paging, Capability::Watch, Capability::Statistics])
    .exclusive(),
    case!(
        a_failing_transformer_or_codec_changes_nothing,
        "After a request in which the transformer or the codec failed, everything is as before and no watch saw an event.",
        "store/6/9"
    )
    .needs(&[
        Capability::Watch,
        Capability::Statistics,
        Capability::Transformer,
        Capability::Codec,
    ])
    .exclusive(),
];

async fn a_refused_request_changes_nothing(context: &Context) -> Verdict {
    nothing_changes(context, "property::refused", false).await
}

async fn a_failing_transformer_or_codec_changes_nothing(context: &Context) -> Verdict {
    nothing_changes(context, "property::broken", true).await
}

async fn nothing_changes(context: &Context, case: &str, parts: bool) -> Verdict {
    search(
        context,
        case,
        Effort::FULL.one_in(4),
        move || steps(parts),
        |steps, patience| play(context, steps, patience),
    )
    .await
}

async fn play(context: &Context, steps: Vec<Step>, patience: Duration) -> Trial {
    let apart = context.open_apart().await?;
    let mut told = Vec::new();
    let verdict = match Untouched::open(context, &apart, patience).await {
        Ok(mut untouched) => untouched.run(&steps, &mut told).await,
        Err(fault) => Err(fault),
    };
    noted(judged(verdict, told), apart.close().await)
}

struct Untouched<'a> {
    context: &'a Context,
    instance: &'a Instance,
    versions: Versions,
    watch: Watching,
    patience: Duration,
    /// The objects, and what each was before its last change.
    stored: HashMap<String, (Pod, Option<Pod>)>,
}

impl<'a> Untouched<'a> {
    async fn open(context: &'a Context, apart: &'a Apart, patience: Duration) -> Verdict<Self> {
        let instance = &apart.instance;
        let opened = instance.store.current_resource_version().await?;
        let options = WatchOptions {
            resource_version: opened.to_string(),
            predicate: everything(),
            ..WatchOptions::default()
        };
        Ok(Self {
            context,
            instance,
            versions: Versions::from(opened),
            watch: apart.watch("/pods/", options).await?,
            patience,
            stored: HashMap::new(),
        })
    }

    async fn run(&mut self, steps: &[Step], told: &mut Vec<String>) -> Verdict {
        for step in steps {
            match step {
                Step::Write(name, content) => {
                    told.push(format!("write {}, value {}", name.key(), content.value));
                    self.write(name.pod(*content), name.key()).await?;
                }
                Step::Delete(name) => {
                    told.push(format!("delete {}", name.key()));
                    self.delete(&name.key()).await?;
                }
                Step::Fail(failing) => self.fail(*failing, told).await?,
            }
        }
        // Whatever a failed request caused comes before this.
        self.write(pod("ns", "last"), "/pods/ns/last".to_owned())
            .await
    }

    async fn write(&mut self, pod: Pod, key: String) -> Verdict {
        let written = put(&*self.instance.store, &mut self.versions, &pod).await?;
        let previous = self.stored.get(&key).map(|(current, _)| current.clone());
        if previous.as_ref() == Some(&written) {
            return Ok(());
        }
        let event = match previous {
            None => Event::Added(written.clone()),
            Some(_) => Event::Modified(written.clone()),
        };
        self.stored.insert(key, (written, previous));
        self.expect(&event).await
    }

    async fn delete(&mut self, key: &str) -> Verdict {
        let last = remove(&*self.instance.store, &mut self.versions, key).await?;
        self.stored.remove(key);
        match last {
            Some(last) => self.expect(&Event::Deleted(last)).await,
            None => Ok(()),
        }
    }

    /// The next event is that of the last write, so none of a failed request came before it.
    async fn expect(&mut self, wanted: &Event<Pod>) -> Verdict {
        let expected = format!(
            "the next event is that of the last write, {}",
            describe::event(&self.versions, wanted)
        );
        let found = self.watch.next_or_silence(self.patience).await;
        let observed = match &found {
            Some(Some(event)) if is_that(event, wanted) => return Ok(()),
            Some(Some(event)) => describe::event(&self.versions, event),
            Some(None) => "the watch ended".to_owned(),
            None => "no event".to_owned(),
        };
        let wanted = wanted_of(wanted, None);
        Err(self.watch.wrong(&wanted, &expected, observed))
    }

    async fn fail(&mut self, failing: Failing, told: &mut Vec<String>) -> Verdict {
        let before = State::of(self.instance, failing.name()).await?;
        let known = failing.name().and_then(|name| self.stored.get(&name.key()));
        let attempt = Attempt {
            context: self.context,
            store: &*self.instance.store,
            current: known.map(|(current, _)| current),
            suggestion: known.and_then(|known| suggestion(failing, known)),
            is_empty: before.is_empty(),
        };
        let Some(result) = attempt.make(failing).await else {
            return Ok(());
        };
        match result {
            Ok(()) => {
                told.push(failing.to_string());
                return Err(unexpected("the request fails", "it succeeds"));
            }
            Err(error) => told.push(format!("{failing} → {}", describe::error(&error))),
        }
        let after = State::of(self.instance, failing.name()).await?;
        expect_that(
            before == after,
            format!("as before: {}", before.tell(&self.versions, &after)),
            after.tell(&self.versions, &before),
        )
    }
}

fn suggestion(failing: Failing, known: &(Pod, Option<Pod>)) -> Option<Pod> {
    match failing {
        Failing::Precondition(.., suggest) | Failing::Refused(.., suggest) => match suggest {
            Suggest::Nothing => None,
            Suggest::Current => Some(known.0.clone()),
            Suggest::Previous => known.1.clone(),
        },
        _ => None,
    }
}

/// Whether an event is of the change that another one tells of.
fn is_that(event: &Event<Pod>, wanted: &Event<Pod>) -> bool {
    version(event) == version(wanted) && event.kind() == wanted.kind()
}

fn version(event: &Event<Pod>) -> Option<ResourceVersion> {
    event.object().and_then(|pod| pod.resource_version().ok())
}
