//! Continue tokens that somebody changed.

use std::collections::BTreeSet;

use storeproof::storage::{ContinueToken, Error, List};
use storeproof_fixtures::objects::{Pod, key_of};

use super::{
    forgery::{Forgery, forgeries},
    operation::{Content, Name, Scope},
};
use crate::{
    case,
    harness::{
        Capability, Case, Context, Effort, Trial, Verdict, expect_that, judged, page, search,
        unexpected,
    },
};

pub(super) const CASES: &[Case] = &[case!(
    changed_tokens_stay_below_their_list,
    "A token changed in any way is refused, or yields pages from below the list it is used with, which end.",
    "store/6/52 store/6/53 store/3.8.3 store/3.8.4"
)
.needs(&[Capability::Paging])];

/// More pages than there are objects: pages that go on for longer do not end.
const PAGES: usize = 24;

async fn changed_tokens_stay_below_their_list(context: &Context) -> Verdict {
    let stored = seed(context).await?;
    // Nothing is written from here on, so that all sequences can use the same store.
    let run = |forgeries: Vec<Forgery>, _| play(context, &stored, forgeries);
    let effort = Effort::FULL.one_in(2);
    search(context, "property::tokens", effort, forgeries, run).await
}

/// The keys of a few objects in every namespace.
async fn seed(context: &Context) -> Verdict<BTreeSet<String>> {
    let content = Content {
        uid: false,
        even: false,
        value: 0,
    };
    let mut stored = BTreeSet::new();
    for namespace in 0..Name::ALL_NAMESPACES {
        for name in 0..Name::NAMES {
            let name = Name { namespace, name };
            context.create(&name.pod(content)).await?;
            stored.insert(name.key());
        }
    }
    Ok(stored)
}

async fn play(context: &Context, stored: &BTreeSet<String>, forgeries: Vec<Forgery>) -> Trial {
    let mut told = Vec::new();
    for forgery in forgeries {
        told.push(forgery.to_string());
        let verdict = judge(context, stored, &forgery).await;
        if verdict.is_err() {
            return judged(verdict, told.split_off(told.len() - 1));
        }
    }
    Ok(None)
}

async fn judge(context: &Context, stored: &BTreeSet<String>, forgery: &Forgery) -> Verdict {
    let store = context.shared_store();
    let (minted, used) = (forgery.minted.key(), forgery.used.key());
    let limit = i64::from(forgery.limit);
    let first = store.get_list(&minted, &page(limit, "")).await?;
    expect_that(
        !first.continue_token.is_empty(),
        "a token, since more objects follow",
        "none",
    )?;
    let mut token = forgery.of(&first.continue_token);
    let mut from = begin(&token, forgery.used);
    for _ in 0..PAGES {
        if token.is_empty() {
            return Ok(());
        }
        let page = match store.get_list(&used, &page(limit, &token)).await {
            Ok(page) => page,
            Err(failed) => return refused(&failed.error),
        };
        from = check(stored, forgery.used, &page, from)?;
        token = page.continue_token;
    }
    Err(unexpected(
        "the pages end",
        format!("there are more after {PAGES}"),
    ))
}

/// The first key that the page may hold: the one the token names, where it can be read, else the first of the list.
fn begin(token: &str, used: Scope) -> String {
    let prefix = format!("{}/", used.key().trim_end_matches('/'));
    match ContinueToken::decode(token, &prefix) {
        Ok(read) => read.start,
        Err(_) => prefix,
    }
}

/// Every key lies below the list and none comes too early. Returns the first key that the next page may hold.
fn check(
    stored: &BTreeSet<String>,
    used: Scope,
    page: &List<Pod>,
    mut begin: String,
) -> Verdict<String> {
    let prefix = format!("{}/", used.key().trim_end_matches('/'));
    for key in page.items.iter().map(key_of) {
        expect_that(
            key.starts_with(&prefix) && stored.contains(&key),
            format!("only objects below {prefix}"),
            format!("{key} is returned"),
        )?;
        expect_that(
            key >= begin,
            format!("only keys from {begin:?} on"),
            format!("{key} is returned"),
        )?;
        begin = format!("{key}\0");
    }
    Ok(begin)
}

/// The token is refused as one that makes no sense, or for the version it names.
fn refused(error: &Error) -> Verdict {
    let code = error.status().and_then(|status| status.code);
    let told = code.map_or_else(|| "no status".to_owned(), |code| format!("status {code}"));
    expect_that(
        code == Some(400) || error.is_resource_version_too_large() || error.is_expired(),
        "a refusal with 400, or with 504 or 410 for its version",
        format!("{told}: {error}"),
    )
}
