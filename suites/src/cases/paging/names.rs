use storeproof_fixtures::objects::pod;

use crate::{
    case,
    harness::{
        Capability, Case, Context, Row, Verdict, expect_eq, expect_items, names, page, row_of,
    },
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    are_gone_through_one_by_one,
    "Pages go on right behind the last key, whatever that is, and their tokens are written as the API server writes them.",
    "store/3.8.1 store/3.7.5 store/6/54"
)
.needs(&[Capability::Paging])];

const ROWS: &[Row] = &names(&KEYS);

/// Keys in the order of their bytes.
const KEYS: [(&str, &[&str]); 4] = [
    (
        "that_begin_alike",
        &[
            "/pods/ns/a",
            "/pods/ns/a-b",
            "/pods/ns/a.b",
            "/pods/ns/a/b",
            "/pods/ns/a0",
            "/pods/ns/ab",
        ],
    ),
    ("of_the_list_itself", &["/pods/", "/pods/a", "/pods/ns/a"]),
    (
        "with_signs",
        &[
            "/pods/ns/a\"b",
            "/pods/ns/a&b",
            "/pods/ns/a<b",
            "/pods/ns/a>b",
            "/pods/ns/a\\b",
        ],
    ),
    (
        "with_foreign_letters",
        &[
            "/pods/ns/\u{7f}",
            "/pods/ns/é",
            "/pods/ns/\u{2028}",
            "/pods/ns/\u{1f980}",
        ],
    ),
];

async fn are_gone_through_one_by_one(context: &Context, row: usize) -> Verdict {
    let keys = *row_of(&KEYS, row);
    let mut pods = Vec::new();
    for (number, key) in keys.iter().enumerate() {
        let pod = pod("of", &format!("object-{number}"));
        pods.push(context.create_at(key, &pod).await?);
    }
    let mut token = String::new();
    for (key, pod) in keys.iter().zip(&pods) {
        let list = context.list_with("/pods/", page(1, &token)).await?;
        expect_items(&list, std::slice::from_ref(pod))?;
        let version = i64::try_from(list.resource_version.get()).unwrap_or(i64::MAX);
        token = match Some(pod) == pods.last() {
            true => String::new(),
            false => {
                let relative = key.strip_prefix("/pods/").unwrap_or(key);
                context.token("/pods/", &format!("{relative}\0"), version)?
            }
        };
        expect_eq("the continue token", &list.continue_token, &token)?;
    }
    Ok(())
}
