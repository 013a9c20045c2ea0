use crate::storage::{GroupResource, Quoted};

use super::{
    super::{
        FieldPath, Rule,
        resource::{is_any_group, is_wildcard, parse},
    },
    Errors,
};

/// What is stored but has no API.
const WITHOUT_API: [&str; 3] = [
    "apiserveripinfo",
    "serviceipallocations",
    "servicenodeportallocations",
];

pub(super) fn check(names: &[String], path: &FieldPath, errors: &mut Errors) {
    if names.is_empty() {
        let rule = Rule::AtLeastOne(path.to_string());
        errors.required(path.clone(), rule);
    }
    let (is_duplicate, is_overlap) = overlaps(names);
    let list = || {
        let names: Vec<_> = names.iter().map(|name| Quoted(name).to_string()).collect();
        format!("[{}]", names.join(","))
    };
    if is_duplicate {
        errors.invalid(path.clone(), list(), Rule::DuplicateResource);
    }
    if is_overlap {
        errors.invalid(path.clone(), list(), Rule::Overlap);
    }
    for (index, name) in names.iter().enumerate() {
        if let Some(rule) = broken(name) {
            errors.invalid(path.index(index), Quoted(name).to_string(), rule);
        }
    }
}

/// Whether a resource is named twice, and whether a wildcard covers what is named beside it. A wildcard that is named twice
/// is both.
fn overlaps(names: &[String]) -> (bool, bool) {
    let names: Vec<GroupResource> = names.iter().map(|name| parse(name)).collect();
    let (mut is_duplicate, mut is_overlap) = (false, false);
    for (index, one) in names.iter().enumerate() {
        for other in names.iter().skip(index + 1) {
            is_duplicate |= one == other;
            let is_all = |name: &GroupResource| is_wildcard(name) && is_any_group(name);
            let covers_group = one.group == other.group && (is_wildcard(one) || is_wildcard(other));
            is_overlap |= is_all(one) || is_all(other) || covers_group;
        }
    }
    (is_duplicate, is_overlap)
}

/// The first rule about names that one breaks.
fn broken(name: &str) -> Option<Rule> {
    let parsed = parse(name);
    let rules = [
        (name.to_lowercase() != name, Rule::Capitals),
        (name == "*", Rule::BareStar),
        (WITHOUT_API.contains(&name), Rule::NoApi),
        (parsed.group == "events.k8s.io", Rule::EventsGroup),
        (parsed.group == "extensions", Rule::ExtensionsGroup),
        (
            is_any_group(&parsed) && !is_wildcard(&parsed),
            Rule::AcrossGroups,
        ),
    ];
    rules
        .into_iter()
        .find_map(|(is_broken, rule)| is_broken.then_some(rule))
}
