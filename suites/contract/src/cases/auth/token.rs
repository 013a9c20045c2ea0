//! How users say who they are.

use tokio::task::JoinSet;
use tonic::{Code, Status};

use super::{Guarded, PASSWORD, USER};
use crate::{
    Case, Context, Fault, Need, Tier, Verdict, Wish, case, expect_eq, expect_refused, phrase,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        nobody_learns_which_users_there_are,
        "A wrong password and an unknown user are refused in the same words.",
        "AUT-07"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        a_token_that_was_not_given_is_refused,
        "A token that the server did not give is refused.",
        "AUT-07"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        either_header_carries_it,
        "A token is taken from the header `token`, and from `authorization`.",
        "AUT-07"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        changes_of_users_disturb_nobody_for_long,
        "While users and roles change, requests succeed or are refused as made under old ones, and succeed afterwards.",
        "AUT-08"
    )
    .needs(&[Need::OwnServer]),
];

async fn nobody_learns_which_users_there_are(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    let client = guarded.context.client();
    for (name, password) in [(USER, "wrong"), (USER, ""), ("nobody", PASSWORD)] {
        expect_refused(
            client.authenticate(name, password).await,
            Code::InvalidArgument,
            "etcdserver: authentication failed, invalid user ID or password",
        )?;
    }
    guarded.owned.stop().await;
    Ok(())
}

async fn a_token_that_was_not_given_is_refused(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    let context = &guarded.context;
    for token in ["nonsense", "abcdefghijklmnop"] {
        let client = context.client().with_token(token)?;
        expect_refused(
            client.range(context.one("a")).await,
            Code::Unauthenticated,
            "etcdserver: invalid auth token",
        )?;
        expect_refused(
            client.put(context.putting("a", "1")).await,
            Code::Unauthenticated,
            "etcdserver: invalid auth token",
        )?;
    }
    guarded.owned.stop().await;
    Ok(())
}

async fn either_header_carries_it(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    let context = &guarded.context;
    guarded.user.put(context.putting("a", "1")).await?;
    let client = context.client();
    let token = client.authenticate(USER, PASSWORD).await?;
    for header in ["token", "authorization"] {
        let mut request = client.request(context.one("a"));
        let value = token.parse();
        let value = value.map_err(|error| Fault::broken("The token is no header value", error))?;
        request.metadata_mut().insert(header, value);
        let read = client
            .noted(
                format!("range with the token in the header {header:?}"),
                client.key_values().range(request),
                phrase::ranged,
            )
            .await?;
        expect_eq("count", read.count, 1)?;
    }
    guarded.owned.stop().await;
    Ok(())
}

/// Who is refused this way asks again with the same token.
fn expect_old<T>(answer: Result<T, Status>) -> Verdict {
    match answer {
        Ok(_) => Ok(()),
        refused => expect_refused(
            refused.map(drop),
            Code::InvalidArgument,
            "etcdserver: revision of auth store is old",
        ),
    }
}

async fn changes_of_users_disturb_nobody_for_long(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    let mut writers = JoinSet::new();
    for writer in 0..4 {
        let user = guarded.user.clone();
        let put = guarded.context.putting(format!("a/{writer}"), "1");
        writers.spawn(async move {
            for _ in 0..100 {
                expect_old(user.put(put.clone()).await)?;
            }
            Ok::<_, Fault>(())
        });
    }
    for number in 0..20 {
        guarded.root.add_role(&format!("role-{number}")).await?;
    }
    while let Some(ended) = writers.join_next().await {
        ended.map_err(|error| Fault::broken("A writer did not end", error))??;
    }
    guarded.user.put(guarded.context.putting("a", "2")).await?;
    let read = guarded.user.range(guarded.context.one("a")).await?;
    expect_eq("count", read.count, 1)?;
    guarded.owned.stop().await;
    Ok(())
}
