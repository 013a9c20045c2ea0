use rstest::rstest;

use super::*;
use OutcomeKind::{
    Broken, Failed, Inconclusive, KnownFailure, NotSupported, Passed, UnexpectedPass,
};
use Tier::{Kubernetes as K, NewerKubernetes as KPlus, Parity as P, Version as V};

fn looked(tier: Tier, requirement: &'static str, outcome: OutcomeKind) -> Looked<'static> {
    Looked {
        tier,
        outcome,
        requirement,
        feature: Feature::of(requirement).next(),
    }
}

/// The lines as text, with their signs.
fn said(looked: &[Looked<'_>], whole: bool) -> Vec<String> {
    let lines = verdicts(looked, whole).into_iter();
    lines
        .map(|VerdictLine { text, holds }| match holds {
            Some(true) => format!("+ {text}"),
            Some(false) => format!("- {text}"),
            None => format!("? {text}"),
        })
        .collect()
}

#[rstest]
#[case::all_holds(&[Passed, Passed], "+ Usable as a Kubernetes backend: yes.")]
#[case::one_failed(&[Passed, Failed], "- Usable as a Kubernetes backend: no, because TXN-01 failed.")]
#[case::excused_is_failed(
    &[Passed, KnownFailure],
    "- Usable as a Kubernetes backend: no, because TXN-01 failed."
)]
#[case::one_is_not_there(
    &[Passed, NotSupported],
    "- Usable as a Kubernetes backend: no, because TXN-01 is not supported."
)]
#[case::both(
    &[NotSupported, Failed],
    "- Usable as a Kubernetes backend: no, because TXN-01 failed; RNG-01 is not supported."
)]
#[case::unclear(
    &[Passed, Inconclusive],
    "? Usable as a Kubernetes backend: not known, because TXN-01 is unclear."
)]
#[case::broken(
    &[Broken, Broken],
    "? Usable as a Kubernetes backend: not known, because RNG-01, TXN-01 are unclear."
)]
#[case::no_weighs_more_than_unclear(
    &[Inconclusive, Failed],
    "- Usable as a Kubernetes backend: no, because TXN-01 failed; RNG-01 is unclear."
)]
#[case::a_list_out_of_date(&[UnexpectedPass, Passed], "+ Usable as a Kubernetes backend: yes.")]
fn what_kubernetes_depends_on_decides(#[case] outcomes: &[OutcomeKind], #[case] line: &str) {
    let [first, second] = outcomes else {
        panic!("two requirements")
    };
    let looked = [looked(K, "RNG-01", *first), looked(K, "TXN-01", *second)];
    assert_eq!(said(&looked, true), [line]);
}

#[test]
fn a_requirement_holds_where_all_its_cases_do() {
    let looked = [
        looked(K, "RNG-01", Failed),
        looked(K, "RNG-01", Passed),
        looked(K, "RNG-01", NotSupported),
    ];
    assert_eq!(
        said(&looked, true),
        ["- Usable as a Kubernetes backend: no, because RNG-01 failed."]
    );
}

#[test]
fn nothing_is_said_where_nothing_was_looked_at() {
    assert!(said(&[], true).is_empty());
}

#[rstest]
#[case(&[], "cases were left out; 0 requirements were looked at and hold")]
#[case(&["RNG-01"], "cases were left out; the one requirement that was looked at holds")]
#[case(&["RNG-01", "TXN-01"], "cases were left out; 2 requirements were looked at and hold")]
fn a_part_is_never_a_yes(#[case] ids: &[&'static str], #[case] because: &str) {
    let mut all: Vec<_> = ids.iter().map(|id| looked(K, id, Passed)).collect();
    all.push(looked(P, "PUT-01", Passed));
    assert_eq!(
        said(&all, false),
        [
            format!("? Usable as a Kubernetes backend: not known, because {because}."),
            "+ Like etcd for other clients: 1 of 1.".to_owned()
        ]
    );
}

#[test]
fn a_part_can_be_a_no() {
    assert_eq!(
        said(&[looked(K, "RNG-01", Failed)], false),
        ["- Usable as a Kubernetes backend: no, because RNG-01 failed."]
    );
}

#[test]
fn each_feature_of_newer_releases_has_a_line() {
    let newer = |id: &'static str, outcome| {
        Feature::of(id).map(move |feature| Looked {
            tier: KPlus,
            outcome,
            requirement: id,
            feature: Some(feature),
        })
    };
    let mut all = vec![looked(K, "RNG-01", Passed)];
    all.extend(newer("WCH-40", Passed));
    all.extend(newer("WCH-41", Failed));
    all.extend(newer("RNG-15", Passed));
    all.extend(newer("RST-01", NotSupported));
    all.push(looked(KPlus, "NEW-01", Inconclusive));
    assert_eq!(
        said(&all, true),
        [
            "+ Usable as a Kubernetes backend: yes.",
            "- Good for progress of watches on request: no, because WCH-41 failed.",
            "- Good for consistent lists from cache (Kubernetes 1.31): no, because WCH-41 failed.",
            "+ Good for lists of keys alone (Kubernetes 1.34): yes.",
            "- Good for streamed ranges, or a plain word that there are none (Kubernetes 1.37): no, because RST-01 is not supported.",
            "? Good for newer Kubernetes besides: not known, because NEW-01 is unclear.",
        ]
    );
}

#[test]
fn parity_and_versions_are_counted() {
    let all = [
        looked(K, "RNG-01", Passed),
        looked(P, "PUT-01", Passed),
        looked(P, "PUT-02", Passed),
        looked(P, "PUT-08", Failed),
        looked(P, "AUT-01", NotSupported),
        looked(V, "RST-02", NotSupported),
        looked(V, "RST-03", Passed),
    ];
    assert_eq!(
        said(&all, true),
        [
            "+ Usable as a Kubernetes backend: yes.",
            "- Like etcd for other clients: 2 of 4 (PUT-08 failed; AUT-01 is not supported).",
            "? Like the etcd of its version: 1 of 2 (RST-02 is not supported).",
        ]
    );
}

#[test]
fn of_many_reasons_the_first_are_named() {
    const IDS: [&str; 10] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
    let all = IDS.map(|id| looked(K, id, Failed));
    assert_eq!(
        said(&all, true),
        ["- Usable as a Kubernetes backend: no, because A, B, C, D, E, F, G, H and 2 more failed."]
    );
}

#[test]
fn features_take_requirements_of_newer_releases() {
    for (feature, _, takes) in Feature::TABLE {
        for id in takes {
            let tier = requirements::find(id).map(|requirement| requirement.tier);
            assert_eq!(tier, Some(KPlus), "{feature:?} takes {id}");
        }
    }
    let newer = requirements::all().filter(|requirement| requirement.tier == KPlus);
    for requirement in newer {
        let feature = Feature::of(requirement.id).next();
        assert!(feature.is_some(), "{} is good for nothing", requirement.id);
    }
}

#[rstest]
#[case(&[], &[], true)]
#[case(&["contract"], &[], true)]
#[case(&["watch", "contract"], &[], true)]
#[case(&["watch"], &[], false)]
#[case(&[], &["contract"], false)]
fn a_selection_may_leave_cases_out(
    #[case] suites: &[&str],
    #[case] filters: &[&str],
    #[case] whole: bool,
) {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let selection = Selection {
        suites: owned(suites),
        filters: owned(filters),
    };
    assert_eq!(is_whole(&selection), whole);
}

/// They look at a store on top; what they name of the wire is no verdict on the wire.
#[test]
fn other_suites_are_not_weighed() {
    for item in crate::cases::items().filter(|item| item.case.suite() != CONTRACT) {
        assert_eq!(tier_of(&item), None);
        assert!(super::looked(&item, Passed, Capabilities::none()).is_empty());
    }
}
