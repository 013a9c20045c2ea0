use storeproof_fixtures::objects::{Pod, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Verdict, expect_eq, expect_items,
        expect_that, page,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        an_unpaged_list_shows_them,
        "Objects at keys with empty segments are in an unpaged list like all others, in the order of their keys.",
        "store/6/69 store/1.7.3"
    ),
    // Tokens are those of the API server, and those cannot tell `//x` from `/x`: what is promised is that nothing goes
    // wrong, not that nothing is left out.
    case!(
        paging_over_them_ends,
        "Pages over keys with empty segments repeat nothing and end, with the last page or with a refused token.",
        "store/6/69 store/3.8.4"
    )
    .needs(&[Capability::Paging]),
];

/// Keys in the order of their bytes.
const KEYS: [&str; 6] = [
    "/pods//a",
    "/pods//b",
    "/pods/a",
    "/pods/ns//x",
    "/pods/ns//y",
    "/pods/ns/x",
];

async fn seed(context: &Context) -> Verdict<Vec<Pod>> {
    let mut pods = Vec::new();
    for (number, key) in KEYS.iter().enumerate() {
        let pod = pod("of", &format!("object-{number}"));
        pods.push(context.create_at(key, &pod).await?);
    }
    // Beside the namespace: none of its pages may show it.
    context
        .create_at("/pods/other/x", &pod("of", "other"))
        .await?;
    Ok(pods)
}

async fn an_unpaged_list_shows_them(context: &Context) -> Verdict {
    let mut pods = seed(context).await?;
    pods.push(context.get("/pods/other/x").await?);
    expect_items(&context.list("/pods/").await?, &pods)?;
    let inside = pods.get(3..6).unwrap_or_default();
    expect_items(&context.list("/pods/ns/").await?, inside)?;
    // A key may end with an empty segment as well.
    for (below, which) in [("/pods//", pods.get(..2)), ("/pods/ns//", pods.get(3..5))] {
        let list = context.list(below).await?;
        expect_items(&list, which.unwrap_or_default())?;
    }
    Ok(())
}

async fn paging_over_them_ends(context: &Context) -> Verdict {
    let pods = seed(context).await?;
    for (key, all) in [("/pods/", pods.get(..)), ("/pods/ns/", pods.get(3..6))] {
        let all = all.unwrap_or_default();
        let (mut seen, mut token) = (Vec::new(), String::new());
        for _ in 0..=KEYS.len() {
            let answer = context.store().get_list(key, &page(1, &token)).await;
            let list = match answer {
                Ok(list) => list,
                refused if !token.is_empty() => {
                    refused.expect_bad_request()?;
                    break;
                }
                failed => failed?,
            };
            seen.extend(list.items);
            token = list.continue_token;
            if token.is_empty() {
                break;
            }
        }
        let last = seen.pop_if(|pod| pod.metadata.name.as_deref() == Some("other"));
        expect_that(
            last.is_none() || key == "/pods/",
            "nothing from beside the namespace",
            "the object at /pods/other/x",
        )?;
        let expected: Vec<_> = all
            .iter()
            .filter(|pod| seen.contains(pod))
            .cloned()
            .collect();
        expect_eq("the objects of all pages", seen, expected)?;
    }
    Ok(())
}
