use storeproof::storage::{GetOptions, ListOptions};
use storeproof_fixtures::objects::{PodExt, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Row, Verdict, expect_eq, names, row_of,
        version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        collections_stop_at_a_slash,
        "A collection holds what is below its slash, and nothing of a neighbour whose name only begins like it.",
        "store/1.7.3 store/6/68 IFC-12 IFC-13"
    ),
    case!(
        rows ROWS,
        watches_stop_at_a_slash,
        "A watch of a collection tells nothing of a neighbour whose name only begins like it.",
        "store/1.7.3 store/6/68 IFC-13"
    )
    .needs(&[Capability::Watch]),
    case!(
        stores_with_other_prefixes_share_nothing,
        "Stores below different path prefixes never see each other's objects, whatever their keys.",
        "store/1.7.1 store/1.7.2"
    ),
    case!(
        a_single_key_is_not_a_prefix,
        "An operation on a single key concerns that key alone, not those that begin with it.",
        "store/1.7.3"
    ),
];

const ROWS: &[Row] = &names(&NEIGHBOURS);

/// Keys next to the collection `/pods/ns`: those whose next byte sorts before, at and after the slash among them.
const NEIGHBOURS: [(&str, &str); 6] = [
    ("longer_name", "/pods/ns2/name"),
    ("byte_before_the_slash", "/pods/ns.x/name"),
    ("byte_after_the_slash", "/pods/ns0"),
    ("hyphen", "/pods/ns-x/name"),
    ("shorter_name", "/pods/n/name"),
    ("the_name_itself", "/pods/ns"),
];

async fn collections_stop_at_a_slash(context: &Context, row: usize) -> Verdict {
    let neighbour = *row_of(&NEIGHBOURS, row);
    context
        .create_at(neighbour, &pod("other", "neighbour"))
        .await?;
    let inside = context.create(&pod("ns", "inside")).await?;
    for collection in ["/pods/ns", "/pods/ns/"] {
        let list = context.list(collection).await?;
        let what = format!("the objects below {collection}");
        expect_eq(&what, &list.items, std::slice::from_ref(&inside))?;
    }
    Ok(())
}

async fn watches_stop_at_a_slash(context: &Context, row: usize) -> Verdict {
    let neighbour = *row_of(&NEIGHBOURS, row);
    let first = context.create(&pod("ns", "first")).await?;
    let mut watch = context.watch("/pods/ns", version_of(&first)?).await?;
    context
        .create_at(neighbour, &pod("other", "neighbour"))
        .await?;
    context
        .update(neighbour, |pod| pod.label("changed", "yes"))
        .await?;
    context.delete(neighbour).await?;
    let inside = context.create(&pod("ns", "inside")).await?;
    watch.expect_added(&inside).await
}

async fn stores_with_other_prefixes_share_nothing(context: &Context) -> Verdict {
    let at = key("ns", "name");
    let mine = context
        .create(&pod("ns", "name").label("whose", "mine"))
        .await?;
    let other = context.open_another().await?;
    let verdict = async {
        let store = &other.store;
        store
            .get(&at, &GetOptions::default())
            .await
            .expect_not_found()?;
        let list = store.get_list("/pods/", &ListOptions::default()).await;
        let list = list.map_err(storeproof::storage::Error::from)?;
        expect_eq("the other store's objects", list.items, vec![])?;
        let theirs = pod("ns", "name").label("whose", "theirs");
        store.create(&at, &theirs, None).await?;
        context.expect_stored(&at, &mine).await?;
        let list = context.list("/pods/").await?;
        expect_eq("this store's objects", list.items, vec![mine])?;
        context.delete(&at).await?;
        let left = store.get(&at, &GetOptions::default()).await?;
        let labels = left.and_then(|pod| pod.metadata.labels);
        expect_eq("the other store's object", labels, theirs.metadata.labels)
    };
    let verdict = verdict.await;
    other.close().await;
    verdict
}

async fn a_single_key_is_not_a_prefix(context: &Context) -> Verdict {
    let longer = context.create(&pod("ns", "name-2")).await?;
    let deeper = context
        .create_at("/pods/ns/name/deeper", &pod("ns", "deeper"))
        .await?;
    context.expect_missing(&key("ns", "name")).await?;
    context.create(&pod("ns", "name")).await?;
    context.delete(&key("ns", "name")).await?;
    context.expect_stored(&key("ns", "name-2"), &longer).await?;
    context
        .expect_stored("/pods/ns/name/deeper", &deeper)
        .await?;
    let single = ListOptions {
        recursive: false,
        ..ListOptions::default()
    };
    let list = context.list_with(&key("ns", "name"), single).await?;
    expect_eq("the object at the key alone", list.items, vec![])
}
