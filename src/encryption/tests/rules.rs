use proptest::prelude::*;

use super::{
    super::{Covered, resource::parse},
    build::load,
    entry, file, open, provider, seal,
};
use crate::storage::GroupResource;

#[tokio::test]
async fn the_narrowest_rule_counts() {
    let line = |letter: &str| [provider("aesgcm", letter)];
    let loaded = load(&file(&[
        entry("[events]", &["identity: {}".to_owned()]),
        entry("[secrets, pandas.awesome.bears.example]", &line("a")),
        entry("[secrets]", &line("b")),
        entry("['*.apps']", &line("c")),
        entry("['*.']", &line("d")),
        entry("['*.*']", &line("e")),
    ]))
    .await
    .expect("valid");
    for (resource, group, key) in [
        ("events", "", None),
        ("secrets", "", Some("a")),
        ("pandas", "awesome.bears.example", Some("a")),
        ("deployments", "apps", Some("c")),
        ("pods", "", Some("d")),
        ("secrets", "other", Some("e")),
    ] {
        let transformer = loaded
            .transformers
            .for_resource(&GroupResource::new(group, resource));
        let stored = seal(&*transformer, "plain").await;
        let prefix = key.map_or("plain".to_owned(), |key| {
            format!("k8s:enc:aesgcm:v1:{key}:")
        });
        assert!(
            stored.starts_with(prefix.as_bytes()),
            "{resource}.{group}: {stored:?}"
        );
    }
    // Entries of one resource are one list.
    let both = loaded
        .transformers
        .for_resource(&GroupResource::core("secrets"));
    let second = load(&file(&[entry("[secrets]", &line("b"))]))
        .await
        .expect("valid");
    let second = second
        .transformers
        .for_resource(&GroupResource::core("secrets"));
    let opened = open(&*both, &seal(&*second, "plain").await)
        .await
        .expect("the second entry");
    assert!(opened.stale);
}

#[tokio::test]
async fn a_rule_that_nothing_reaches_is_refused() {
    for (names, resource, rule) in [
        (["['*.']", "[secrets]"], "secrets", "*."),
        (["['*.']", "['*.']"], "*.", "*."),
        (["['*.foo']", "['*.foo']"], "*.foo", "*.foo"),
        (["['*.foo']", "[a.foo]"], "a.foo", "*.foo"),
        (["['*.*']", "['*.*']"], "*.*", "*.*"),
        (["['*.*']", "[secrets]"], "secrets", "*.*"),
        (["['*.*']", "['*.']"], "*.", "*.*"),
        (["['*.*']", "['*.foo']"], "*.foo", "*.*"),
    ] {
        let entries = names.map(|names| entry(names, &["identity: {}".to_owned()]));
        let error = load(&file(&entries)).await.expect_err("masked");
        assert_eq!(
            error,
            format!(
                "error while building transformers: resource \"{resource}\" is masked by earlier rule \"{rule}\""
            )
        );
    }
}

proptest! {
    /// A rule is refused exactly where no resource would ever reach it.
    #[test]
    fn rules_are_refused_where_lookups_never_arrive(
        names in prop::collection::vec(prop::sample::select(vec!["a", "b", "a.g", "b.g", "*.", "*.g", "*.*"]), 1..6)
    ) {
        let covered: Vec<_> = names.iter().map(|name| Covered::of(name)).collect();
        let fits = |rule: &Covered, resource: &GroupResource| match rule {
            Covered::Resource(named) => named == resource,
            Covered::Group(group) => *group == resource.group,
            Covered::All => true,
        };
        let resources = ["a", "b", "a.g", "b.g", "other", "other.g", "other.else"];
        for (index, rule) in covered.iter().enumerate() {
            let earlier = &covered[..index];
            let is_refused = rule.masks().iter().any(|mask| earlier.contains(mask));
            // A resource that is named again adds to its own list, and so is always reached.
            let is_reached = resources.iter().map(|name| parse(name)).any(|resource| {
                fits(rule, &resource) && earlier.iter().all(|earlier| match earlier {
                    Covered::Resource(_) => true,
                    wide => !fits(wide, &resource),
                })
            });
            prop_assert_eq!(is_refused, !is_reached, "{} after {:?}", names[index], &names[..index]);
        }
    }
}
