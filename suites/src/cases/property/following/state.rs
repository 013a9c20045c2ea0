//! Watches that begin with the state, in the middle of what many write at once.

use std::{sync::Arc, time::Duration};

use proptest::{collection::vec, prelude::Strategy, prop_oneof};
use serde::{Deserialize, Serialize};
use storeproof::storage::{List, ResourceVersion, Store};
use storeproof_fixtures::objects::{Pod, PodExt};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::JoinSet,
};

use super::{
    delivery::next,
    look::{Look, looks},
    step::{Content, content, name},
    story::Story,
    tell,
};
use crate::{
    case,
    cases::property::{
        operation::Name,
        versions::Versions,
        writing::{put, remove},
    },
    harness::{
        Apart, Capability, Case, Context, Effort, Fault, Trial, Verdict, Watching, judged, noted,
        search,
    },
    report::timeline::Expected,
};

pub(in crate::cases::property) const CASES: &[Case] = &[case!(
    the_state_and_what_follows_add_up,
    "Wherever in the middle of concurrent writes a watch begins with the state, that state, marked once, and the changes behind it are the state in the end.",
    "backend/9/51 backend/9/66 backend/5.2 IFC-09"
)
.needs(&[Capability::Watch, Capability::InitialEvents])];

/// How many write at once.
const WRITERS: u8 = 3;
/// Most that is done in one sequence.
const LENGTH: usize = 24;
/// How often a sequence is tried while it is made smaller: what a watch begins with depends on the schedule.
const TRIES: u32 = 6;

/// What happens next. A writer does one thing after another; nobody else waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Act {
    Write(u8, Name, Content),
    Delete(u8, Name),
    /// A watch begins with the state.
    Follow(Look),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        8 => (0..WRITERS, name(), content())
            .prop_map(|(writer, name, content)| Act::Write(writer, name, content)),
        3 => (0..WRITERS, name()).prop_map(|(writer, name)| Act::Delete(writer, name)),
        1 => looks().prop_map(Act::Follow),
    ];
    (looks(), vec(act, 1..LENGTH)).prop_map(|(look, mut acts)| {
        acts.insert(acts.len() / 2, Act::Follow(look));
        acts
    })
}

async fn the_state_and_what_follows_add_up(context: &Context) -> Verdict {
    let effort = Effort::FULL.one_in(4).tries(TRIES);
    let run = |acts: Vec<Act>, patience| play(context, acts, patience);
    search(context, "property::state", effort, acts, run).await
}

async fn play(context: &Context, acts: Vec<Act>, patience: Duration) -> Trial {
    let apart = context.open_apart().await?;
    let told = acts.iter().map(Act::phrase).collect();
    let verdict = race(&apart, &acts, patience).await;
    noted(judged(verdict, told), apart.close().await)
}

/// A watch, and the version that the store was at when it began.
struct Begun {
    look: Look,
    at: ResourceVersion,
    watch: Watching,
}

async fn race(apart: &Apart, acts: &[Act], patience: Duration) -> Verdict {
    let store = &*apart.instance.store;
    let opened = store.current_resource_version().await?;
    let mut writing = JoinSet::new();
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        // As good as no room, so that what is begun next finds the writers where they should be by then.
        let (writer, acts) = channel(1);
        writers.push(writer);
        writing.spawn(write(Arc::clone(&apart.instance.store), acts));
    }
    let mut begun = Vec::new();
    for act in acts {
        match *act {
            Act::Write(writer, name, content) => {
                hand(&writers, writer, (name, Some(content))).await;
            }
            Act::Delete(writer, name) => hand(&writers, writer, (name, None)).await,
            Act::Follow(look) => begun.push(Begun::now(apart, look).await?),
        }
    }
    drop(writers);
    let mut written = Vec::new();
    while let Some(joined) = writing.join_next().await {
        written.extend(joined.map_err(|error| Fault::Broken(error.to_string()))??);
    }
    let mut versions = named(opened, written);
    for (number, one) in begun.into_iter().enumerate() {
        let sentinel = put(store, &mut versions, &one.look.sentinel(number)).await?;
        let list = store
            .get_list(&one.look.key(), &one.look.list(None))
            .await?;
        one.judge(&list, &sentinel, &versions, patience).await?;
    }
    Ok(())
}

async fn hand(writers: &[Sender<Task>], writer: u8, task: Task) {
    if let Some(writer) = writers.get(usize::from(writer % WRITERS)) {
        // A writer that failed takes nothing more, and says why when it is joined.
        let _ = writer.send(task).await;
    }
}

/// What to write, or to delete.
type Task = (Name, Option<Content>);

/// Does one thing after another; returns the versions of the writes.
async fn write(
    store: Arc<dyn Store<Pod>>,
    mut tasks: Receiver<Task>,
) -> Verdict<Vec<ResourceVersion>> {
    let mut versions = Versions::from(ResourceVersion::UNSET);
    while let Some((name, content)) = tasks.recv().await {
        match content {
            Some(content) => put(&*store, &mut versions, &content.of(name))
                .await
                .map(drop)?,
            None => remove(&*store, &mut versions, &name.key())
                .await
                .map(drop)?,
        }
    }
    Ok(versions.all().to_vec())
}

/// The versions of all writes, by the order of versions.
fn named(opened: ResourceVersion, mut written: Vec<ResourceVersion>) -> Versions {
    written.retain(|version| !version.is_unset());
    written.sort_unstable();
    let mut versions = Versions::from(opened);
    for version in written {
        versions.note(version);
    }
    versions
}

impl Begun {
    async fn now(apart: &Apart, look: Look) -> Verdict<Self> {
        let at = apart.instance.store.current_resource_version().await?;
        let watch = apart.watch(&look.key(), look.watch_with_state()).await?;
        Ok(Self { look, at, watch })
    }

    /// Reads up to the sentinel, behind which the list was read.
    async fn judge(
        mut self,
        list: &List<Pod>,
        sentinel: &Pod,
        versions: &Versions,
        patience: Duration,
    ) -> Verdict {
        let mut story = Story::begin(self.at);
        let mut told = Vec::new();
        let wrong = loop {
            let event = match next(&mut self.watch, patience).await {
                Ok(event) => event,
                Err(end) => {
                    told.push(end.phrase().to_owned());
                    break Some("everything up to the last write is told");
                }
            };
            told.push(tell::event(versions, &event));
            if let Err(wanted) = story.take(&event) {
                break Some(wanted);
            }
            let object = event.object();
            if object.is_some_and(|pod| pod.version() == sentinel.version()) {
                let same = story.ends_with(&list.items);
                break (!same).then_some("state and changes are what is listed in the end");
            }
        };
        let Some(wanted) = wrong else { return Ok(()) };
        Err(self.watch.wrong_beside(
            &[],
            &Expected::Words(wanted.to_owned()),
            format!(
                "a watch of {} with the state first: {wanted}. In the end there is {}",
                self.look,
                tell::objects(versions, &list.items)
            ),
            format!("it tells [{}]", told.join(", ")),
        ))
    }
}

impl Act {
    fn phrase(&self) -> String {
        match self {
            Self::Write(writer, name, content) => {
                format!("writer {writer} writes {} {}", name.key(), content.phrase())
            }
            Self::Delete(writer, name) => format!("writer {writer} deletes {}", name.key()),
            Self::Follow(look) => format!("watch {look} with the state first"),
        }
    }
}
