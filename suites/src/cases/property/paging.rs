//! Pages of any list with any writes in between, against the whole list at the version of the first page.

use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any},
    prop_oneof,
};
use serde::{Deserialize, Serialize};

use super::{
    generate::{content, select},
    operation::{Content, Name, Scope, Select},
    versions::Versions,
    walk::{Start, Walk},
    writing::{put, remove},
};
use crate::{
    case,
    harness::{Capability, Case, Context, Effort, Instance, Trial, Verdict, judged, noted, search},
};

pub(super) const CASES: &[Case] = &[case!(
    all_pages_are_the_list_at_one_version,
    "Whatever is written between pages, they are the whole list at one version, in order and once, with true counts.",
    "store/6/54 store/6/55 store/6/56 store/6/60 store/3.7.5 store/3.7.6"
)
.needs(&[Capability::Paging, Capability::ExactReads])];

/// Longest sequence that is generated.
const LENGTH: usize = 28;

/// One step. A list in pages begins, goes on, and is read to its end before the next begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Step {
    Write(Name, Content),
    Delete(Name),
    Begin(Start),
    Next(i8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        7 => (name(), content()).prop_map(|(name, content)| Step::Write(name, content)),
        2 => name().prop_map(Step::Delete),
        2 => start().prop_map(Step::Begin),
        4 => limit().prop_map(Step::Next),
    ];
    vec(step, 1..LENGTH)
}

fn name() -> impl Strategy<Value = Name> {
    (0..Name::ALL_NAMESPACES, 0..Name::ALL_NAMES)
        .prop_map(|(namespace, name)| Name { namespace, name })
}

/// Mostly few, sometimes everything.
fn limit() -> impl Strategy<Value = i8> {
    prop_oneof![8 => 1..4_i8, 1 => -1..1_i8, 1 => 4..20_i8]
}

fn start() -> impl Strategy<Value = Start> {
    let scope = prop_oneof![
        3 => Just(Scope::All),
        1 => (0..Name::ALL_NAMESPACES).prop_map(Scope::Namespace),
    ];
    let select = prop_oneof![3 => Just(Select::Everything), 2 => select()];
    (
        scope,
        select,
        limit(),
        prop_oneof![3 => Just(None), 1 => option::of(any::<u8>())],
    )
        .prop_map(|(scope, select, limit, at)| Start {
            scope,
            select,
            limit,
            at,
        })
}

async fn all_pages_are_the_list_at_one_version(context: &Context) -> Verdict {
    search(
        context,
        "property::paging",
        Effort::FULL.one_in(2),
        steps,
        |steps, _| play(context, steps),
    )
    .await
}

async fn play(context: &Context, steps: Vec<Step>) -> Trial {
    let apart = context.open_apart().await?;
    let mut told = Vec::new();
    let verdict = walk(&apart.instance, &steps, &mut told).await;
    noted(judged(verdict, told), apart.close().await)
}

async fn walk(instance: &Instance, steps: &[Step], told: &mut Vec<String>) -> Verdict {
    let store = &*instance.store;
    let mut versions = Versions::from(store.current_resource_version().await?);
    let mut walk: Option<Walk> = None;
    for step in steps {
        match step {
            Step::Write(name, content) => {
                told.push(format!("write {}, even {}", name.key(), content.even));
                put(store, &mut versions, &name.pod(*content)).await?;
            }
            Step::Delete(name) => {
                told.push(format!("delete {}", name.key()));
                remove(store, &mut versions, &name.key()).await?;
            }
            Step::Begin(start) => {
                if let Some(open) = &mut walk {
                    open.finish(store, &versions, told).await?;
                }
                walk = Some(Walk::begin(store, &versions, *start, told).await?);
            }
            Step::Next(limit) => {
                if let Some(open) = &mut walk {
                    open.next(store, &versions, *limit, told).await?;
                }
            }
        }
    }
    match &mut walk {
        Some(open) => open.finish(store, &versions, told).await,
        None => Ok(()),
    }
}
