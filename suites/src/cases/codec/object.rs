//! The objects that properties encode.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{PodSpec, PodStatus};
use proptest::{collection::vec, option, prelude::*};
use serde::{Deserialize, Serialize};
use storeproof_fixtures::objects::{Pod, pod};

/// What a Pod is made of, so that it can be kept and made smaller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Content {
    name: String,
    generation: Option<i64>,
    labels: Option<Texts>,
    annotations: Option<Texts>,
    finalizers: Option<Vec<String>>,
    node: Option<String>,
    phase: Option<String>,
}

type Texts = Vec<(String, String)>;

impl Content {
    /// The Pod. Labels and annotations go in in the order given, or in the other one.
    pub(super) fn pod(&self, turned: bool) -> Pod {
        let map = |texts: &Texts| -> BTreeMap<String, String> {
            // The last of equal ones counts, in either order.
            let unique: BTreeMap<_, _> = texts.iter().cloned().collect();
            let texts: Vec<_> = unique.into_iter().collect();
            if turned {
                texts.into_iter().rev().collect()
            } else {
                texts.into_iter().collect()
            }
        };
        let mut made = pod("test-ns", &self.name);
        made.metadata.generation = self.generation;
        made.metadata.labels = self.labels.as_ref().map(map);
        made.metadata.annotations = self.annotations.as_ref().map(map);
        made.metadata.finalizers.clone_from(&self.finalizers);
        made.spec = self.node.clone().map(|node| PodSpec {
            node_name: Some(node),
            ..PodSpec::default()
        });
        made.status = self.phase.clone().map(|phase| PodStatus {
            phase: Some(phase),
            ..PodStatus::default()
        });
        made
    }
}

/// Any content: mostly little, with letters that are special to somebody.
pub(super) fn content() -> impl Strategy<Value = Content> {
    let text = || {
        prop_oneof![
            3 => "[a-z0-9.-]{0,8}",
            1 => any::<String>(),
            1 => prop::sample::select(vec!["<&>", "\u{2028}", "\"\\\n\t", "\u{0}", "ä€𝄞", "null"])
                .prop_map(str::to_owned),
        ]
    };
    let texts = move || option::of(vec((text(), text()), 0..4));
    (
        "[a-z]{1,8}",
        option::of(any::<i64>()),
        texts(),
        texts(),
        option::of(vec(text(), 0..3)),
        option::of(text()),
        option::of(text()),
    )
        .prop_map(
            |(name, generation, labels, annotations, finalizers, node, phase)| Content {
                name,
                generation,
                labels,
                annotations,
                finalizers,
                node,
                phase,
            },
        )
}
