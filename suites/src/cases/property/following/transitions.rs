//! Every way that an object begins, goes on and ceases to match, in any order, with a label and a field asked for.

use std::{collections::BTreeMap, fmt, time::Duration};

use futures::future::{join_all, try_join_all};
use proptest::{prelude::Just, strategy::Strategy};
use serde::{Deserialize, Serialize};
use storeproof::storage::{Event, Object, Store};
use storeproof_fixtures::objects::{Pod, key_of};

use super::{
    delivery::Delivered,
    look::{Look, Select},
    step::Content,
    tell,
};
use crate::{
    case,
    cases::property::{
        operation::{Name, Scope},
        versions::Versions,
        writing::{put, remove},
    },
    harness::{
        Apart, Capability, Case, Context, Effort, Trial, Verdict, Watching, judged, noted, search,
    },
};

pub(in crate::cases::property) const CASES: &[Case] = &[case!(
    follow_label_and_field_together,
    "Whatever of a label and a field an object had and has, and whether it is created, changed, deleted or created again, each watch is told what the change is to its selection.",
    "backend/9/50 backend/5.5 backend/6.1 IFC-08"
)
.needs(&[Capability::Watch])];

const WATCHES: usize = 8;

/// What each sequence is watched by.
const LOOKS: [Look; WATCHES] = [
    all(Select::Everything),
    all(Select::Even),
    all(Select::OnN1),
    all(Select::EvenOnN1),
    all(Select::EvenNotOnN1),
    Look {
        scope: Scope::Namespace(0),
        select: Select::Odd,
    },
    Look {
        scope: Scope::Namespace(0),
        select: Select::EvenOnN1,
    },
    Look {
        scope: Scope::Namespace(1),
        select: Select::NotOnN1,
    },
];

const fn all(select: Select) -> Look {
    Look {
        scope: Scope::All,
        select,
    }
}

/// Whether an object is even, and whether it is on the first node; none where it is not there.
type Shape = Option<(bool, bool)>;

const SHAPES: [Shape; 5] = [
    None,
    Some((false, false)),
    Some((false, true)),
    Some((true, false)),
    Some((true, true)),
];

/// What happens to an object of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Transition {
    namespace: u8,
    before: Shape,
    after: Shape,
    way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Way {
    /// In one write, to another value.
    Change,
    /// Written as it is.
    Nothing,
    /// Deleted, and created again.
    Recreation,
}

/// All of them, in two namespaces by turns.
fn table() -> Vec<Transition> {
    let mut table = Vec::new();
    for (before, after) in SHAPES
        .iter()
        .flat_map(|one| SHAPES.map(|other| (*one, other)))
    {
        let mut ways = Vec::new();
        if before.is_some() || after.is_some() {
            ways.push(Way::Change);
        }
        if before.is_some() && after.is_some() {
            ways.push(Way::Recreation);
        }
        if before.is_some() && before == after {
            ways.push(Way::Nothing);
        }
        for way in ways {
            table.push(Transition {
                namespace: u8::from(table.len() % 2 == 1),
                before,
                after,
                way,
            });
        }
    }
    table
}

async fn follow_label_and_field_together(context: &Context) -> Verdict {
    // Every sequence is the whole table in another order.
    search(
        context,
        "property::transitions",
        Effort::FULL.one_in(64),
        || Just(table()).prop_shuffle().no_shrink(),
        |transitions, patience| play(context, transitions, patience),
    )
    .await
}

async fn play(context: &Context, transitions: Vec<Transition>, patience: Duration) -> Trial {
    let apart = context.open_apart().await?;
    let told = transitions.iter().map(Transition::to_string).collect();
    let verdict = follow(&apart, &transitions, patience).await;
    noted(judged(verdict, told), apart.close().await)
}

async fn follow(apart: &Apart, transitions: &[Transition], patience: Duration) -> Verdict {
    let store = &*apart.instance.store;
    let opened = store
        .get_list("/pods/", &all(Select::Everything).list(None))
        .await?;
    let mut making = Making {
        store,
        versions: Versions::from(opened.resource_version),
        present: BTreeMap::new(),
        expected: LOOKS.map(|_| Vec::new()),
    };
    let watches = LOOKS.map(async |look| {
        let options = look.watch(opened.resource_version);
        Verdict::Ok(apart.watch(&look.key(), options).await?)
    });
    let mut watches: Vec<Watching> = try_join_all(watches).await?;
    for (number, transition) in transitions.iter().enumerate() {
        making.make(number, *transition).await?;
    }
    // One object of each shape, so that the end is seen by every watch.
    for (number, shape) in (transitions.len()..).zip(SHAPES.into_iter().flatten()) {
        for namespace in 0..2 {
            making.write(namespace, number, Some(shape), 0).await?;
        }
    }
    let reading = watches
        .iter_mut()
        .zip(&making.expected)
        .map(|(watch, expected)| Delivered::read(watch, expected, patience));
    let read = join_all(reading).await;
    let followed = LOOKS.iter().zip(&watches).zip(&making.expected);
    for (((look, watch), expected), delivered) in followed.zip(read) {
        let versions = &making.versions;
        let due = tell::events(versions, expected);
        let due = format!("a watch of {look} tells {due}");
        delivered.must_be(expected, watch, versions, due)?;
    }
    Ok(())
}

/// Objects as they are written, and what each watch must tell of that.
struct Making<'a> {
    store: &'a dyn Store<Pod>,
    versions: Versions,
    present: BTreeMap<String, ((bool, bool), Pod)>,
    expected: [Vec<Event<Pod>>; WATCHES],
}

impl Making<'_> {
    async fn make(&mut self, number: usize, transition: Transition) -> Verdict {
        let Transition {
            namespace,
            before,
            after,
            way,
        } = transition;
        self.write(namespace, number, before, 0).await?;
        if way == Way::Recreation {
            self.write(namespace, number, None, 0).await?;
        }
        let value = u8::from(way != Way::Nothing);
        self.write(namespace, number, after, value).await
    }

    async fn write(&mut self, namespace: u8, number: usize, shape: Shape, value: u8) -> Verdict {
        let content = shape.map(|(even, first)| Content { even, first, value });
        let mut pod = content.unwrap_or(NOTHING).of(Name { namespace, name: 0 });
        pod.metadata.name = Some(format!("object-{number}"));
        let key = key_of(&pod);
        let last = self.versions.last();
        let written = match shape {
            Some(_) => Some(put(self.store, &mut self.versions, &pod).await?),
            None => remove(self.store, &mut self.versions, &key).await?,
        };
        if self.versions.last() == last {
            return Ok(());
        }
        let Some(written) = written else {
            return Ok(());
        };
        let current = shape.map(|shape| (shape, written.clone()));
        let previous = self.present.remove(&key).map(|(shape, mut pod)| {
            // What is deleted, or begins to be out of sight, is told at the version of that.
            pod.set_resource_version(written.resource_version().unwrap_or_default());
            (shape, pod)
        });
        for (look, expected) in LOOKS.iter().zip(&mut self.expected) {
            let here = look.scope == Scope::All || look.scope == Scope::Namespace(namespace);
            let seen = |state: &Option<((bool, bool), Pod)>| {
                let state = state.as_ref().filter(|_| here)?;
                holds(look.select, state.0).then(|| state.1.clone())
            };
            expected.extend(told(seen(&previous), seen(&current)));
        }
        if let Some(current) = current {
            self.present.insert(key, current);
        }
        Ok(())
    }
}

const NOTHING: Content = Content {
    even: false,
    first: false,
    value: 0,
};

/// The table of backend §5.5, for an object as it matched before the change and matches now.
fn told(before: Option<Pod>, now: Option<Pod>) -> Option<Event<Pod>> {
    match (before, now) {
        (None, Some(now)) => Some(Event::Added(now)),
        (Some(_), Some(now)) => Some(Event::Modified(now)),
        (Some(before), None) => Some(Event::Deleted(before)),
        (None, None) => None,
    }
}

/// Whether objects of a shape are selected.
fn holds(select: Select, (even, first): (bool, bool)) -> bool {
    match select {
        Select::Everything => true,
        Select::Even => even,
        Select::Odd => !even,
        Select::OnN1 => first,
        Select::NotOnN1 => !first,
        Select::EvenOnN1 => even && first,
        Select::EvenNotOnN1 => even && !first,
        Select::NamedA | Select::Marked => false,
    }
}

impl fmt::Display for Transition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let namespace = Name {
            namespace: self.namespace,
            name: 0,
        }
        .namespace();
        let (before, after) = (phrase(self.before), phrase(self.after));
        let way = match self.way {
            Way::Change => "becomes",
            Way::Nothing => "is written again and stays",
            Way::Recreation => "is deleted and created again",
        };
        write!(
            formatter,
            "an object of {namespace} that is {before} {way} {after}"
        )
    }
}

fn phrase(shape: Shape) -> &'static str {
    match shape {
        None => "not there",
        Some((false, false)) => "odd on n2",
        Some((false, true)) => "odd on n1",
        Some((true, false)) => "even on n2",
        Some((true, true)) => "even on n1",
    }
}
