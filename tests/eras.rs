//! What earlier eras could configure: reads without a quorum, and lists without pages (backend §1.17, §1.19).

mod bed;

use std::{sync::Arc, time::Duration};

use bed::{DEADLINE, gateway::Gateway, range::Range};
use storeproof::{
    backend::{Config, Destroy, GroupResource, TransportConfig, factory},
    etcd3,
    storage::{
        DeleteOptions, GetOptions, ListOptions, ResourceVersionMatch, SelectionPredicate, Store,
        Update, UpdateOptions, WatchOptions, update_with, validate_with,
    },
};
use storeproof_fixtures::{
    etcd::{Members, Spec},
    fault::Breakable,
    objects::{Pod, PodExt, everything, key, pod},
    provision::Environment,
};
use tokio::time::timeout;

async fn open(config: Config<Pod>) -> (Arc<etcd3::Store<Pod>>, Destroy) {
    let pods = config.for_resource(GroupResource::core("pods"));
    factory::create(pods, "/pods/").await.expect("it answers")
}

fn list(recursive: bool) -> ListOptions<Pod> {
    ListOptions {
        predicate: everything(),
        recursive,
        ..ListOptions::default()
    }
}

/// What each operation asks etcd for, in ranges: of one key or of many, and whether any member may answer.
async fn asked(store: &etcd3::Store<Pod>, gateway: &Gateway) -> Vec<(&'static str, Vec<bool>)> {
    let foo = key("ns", "foo");
    let mut asked = Vec::new();
    let mut note = |what, ranges: Vec<Range>| {
        asked.push((
            what,
            ranges.into_iter().map(|range| range.serializable).collect(),
        ));
    };
    gateway.take_ranges();
    let created = store.create(&foo, &pod("ns", "foo"), None).await;
    let created = created.expect("it is stored");
    note("create", gateway.take_ranges());

    let got = store.get(&foo, &GetOptions::default()).await;
    assert_eq!(got.expect("it is there"), Some(created.clone()));
    note("get", gateway.take_ranges());

    let one = store
        .get_list(&foo, &list(false))
        .await
        .expect("it is read");
    assert_eq!(one.items.as_slice(), std::slice::from_ref(&created));
    note("list of one", gateway.take_ranges());

    let exactly = ListOptions {
        resource_version: created
            .metadata
            .resource_version
            .clone()
            .unwrap_or_default(),
        resource_version_match: ResourceVersionMatch::Exact,
        ..list(false)
    };
    let one = store.get_list(&foo, &exactly).await.expect("it is read");
    assert_eq!(one.items.as_slice(), std::slice::from_ref(&created));
    note("list of one at its version", gateway.take_ranges());

    let all = store.get_list("/pods/", &list(true)).await;
    assert_eq!(all.expect("they are read").items, [created]);
    note("list", gateway.take_ranges());

    let mut update = update_with(|found: Option<Pod>, _| {
        Ok(Update::from(found.unwrap_or_default().label("a", "b")))
    });
    let updated = store
        .guaranteed_update(&foo, UpdateOptions::default(), &mut update)
        .await;
    updated.expect("it is written");
    note("update", gateway.take_ranges());

    let options = WatchOptions {
        predicate: everything(),
        recursive: false,
        ..WatchOptions::default()
    };
    let mut watch = store.watch(&foo, options).await.expect("it starts");
    let event = timeout(DEADLINE, watch.next()).await.expect("in time");
    event.expect("the state of now");
    note("watch", gateway.take_ranges());

    store.stats().await.expect("it is counted");
    store.current_resource_version().await.expect("it is told");
    note("count and version", gateway.take_ranges());

    let deleted = store
        .delete(
            &foo,
            DeleteOptions::default(),
            &mut validate_with(|_| Ok(())),
        )
        .await;
    deleted.expect("it is deleted");
    note("delete", gateway.take_ranges());
    asked
}

#[tokio::test]
async fn without_a_quorum_any_member_may_answer_reads_of_one_object_and_nothing_else() {
    let etcd = bed::etcd().await;
    let gateway = Gateway::to(bed::address(&etcd), None).await;
    for quorum in [true, false] {
        let (store, end) = open(Config {
            quorum,
            ..bed::config(&gateway.url())
        })
        .await;
        let any = !quorum;
        let expected = [
            ("create", vec![]),
            ("get", vec![any]),
            ("list of one", vec![any]),
            ("list of one at its version", vec![false]),
            ("list", vec![false]),
            ("update", vec![any]),
            ("watch", vec![false]),
            ("count and version", vec![false, false]),
            ("delete", vec![false]),
        ];
        assert_eq!(asked(&store, &gateway).await, expected, "quorum: {quorum}");
        end.call().await;
    }
    etcd.stop().await;
}

#[tokio::test]
async fn without_a_quorum_a_member_that_is_alone_answers_reads_of_one_object() {
    let spec = Spec::default().members(Members::Three);
    let etcd = Breakable::start(&Environment::from_process(), &spec).await;
    let etcd = etcd.expect("it starts");
    let alone = |quorum| Config {
        transport: TransportConfig::of([etcd.endpoints()[0].as_str()]),
        quorum,
        ..bed::config("")
    };
    let (strict, first) = open(alone(true)).await;
    let (loose, second) = open(alone(false)).await;
    let foo = key("ns", "foo");
    let created = strict.create(&foo, &pod("ns", "foo"), None).await;
    let created = created.expect("it is stored");
    // The member that is asked has seen it.
    let got = strict.get(&foo, &GetOptions::default()).await;
    got.expect("it is there");
    for member in [1, 2] {
        etcd.kill(member).await.expect("it is killed");
    }

    let got = loose.get(&foo, &GetOptions::default()).await;
    assert_eq!(got.expect("it has it"), Some(created.clone()));
    let one = loose.get_list(&foo, &list(false)).await;
    assert_eq!(one.expect("it has it").items, [created]);
    let patience = Duration::from_secs(1);
    let options = GetOptions::default();
    let (strict_get, loose_list) = (strict.get(&foo, &options), list(true));
    let unanswered = tokio::join!(
        timeout(patience, strict_get),
        timeout(patience, loose.get_list("/pods/", &loose_list)),
    );
    assert!(!matches!(unanswered.0, Ok(Ok(_))), "{unanswered:?}");
    assert!(!matches!(unanswered.1, Ok(Ok(_))), "{unanswered:?}");
    for end in [first, second] {
        end.call().await;
    }
    etcd.stop().await;
}

#[tokio::test]
async fn without_pages_limits_and_tokens_count_for_nothing() {
    let etcd = bed::etcd().await;
    let gateway = Gateway::to(bed::address(&etcd), None).await;
    let (paged, first) = open(bed::config(&gateway.url())).await;
    let (whole, second) = open(Config {
        paging: false,
        ..bed::config(&gateway.url())
    })
    .await;
    for name in ["a", "b", "c"] {
        let created = paged.create(&key("ns", name), &pod("ns", name), None).await;
        created.expect("it is stored");
    }
    let limited = |continue_token: &str| ListOptions {
        predicate: SelectionPredicate {
            limit: 2,
            continue_token: continue_token.to_owned(),
            ..everything()
        },
        ..list(true)
    };
    gateway.take_ranges();
    let page = paged.get_list("/pods/", &limited("")).await;
    let page = page.expect("it is read");
    assert_eq!((page.items.len(), page.remaining_item_count), (2, Some(1)));
    assert_ne!(page.continue_token, "");
    let limits = |ranges: Vec<Range>| ranges.iter().map(|range| range.limit).collect::<Vec<_>>();
    assert_eq!(limits(gateway.take_ranges()), [2]);

    for token in ["", &page.continue_token, "no token at all"] {
        let all = whole.get_list("/pods/", &limited(token)).await;
        let all = all.expect("it is read");
        let names: Vec<&str> = all.items.iter().map(PodExt::name).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert_eq!(
            (all.continue_token.as_str(), all.remaining_item_count),
            ("", None)
        );
        assert_eq!(limits(gateway.take_ranges()), [0]);
    }
    for end in [first, second] {
        end.call().await;
    }
    etcd.stop().await;
}
