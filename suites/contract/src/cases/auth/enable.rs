//! Servers that begin to ask who one is, and that cease to.

use tonic::Code;

use super::{Guarded, PASSWORD, ROOT, USER, add_root};
use crate::{Case, Context, Need, Tier, Verdict, Wish, case, expect_eq, expect_refused};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Parity,
        nobody_is_authenticated_before,
        "A server that does not ask who one is gives no tokens.",
        "AUT-01"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        it_takes_root_with_its_role,
        "A server asks who one is only where there is a user `root` with the role `root`.",
        "AUT-01"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        users_and_roles_are_named_in_refusals,
        "Users that exist or have no name, and users and roles that do not exist, are refused as such.",
        "AUT-02"
    )
    .needs(&[Need::OwnServer]),
    case!(
        Tier::Parity,
        only_root_ends_it,
        "Only root lets everybody in again; twice does no harm.",
        "AUT-09"
    )
    .needs(&[Need::OwnServer]),
];

async fn nobody_is_authenticated_before(context: &Context) -> Verdict {
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    add_root(context.client()).await?;
    expect_refused(
        context.client().authenticate(ROOT, PASSWORD).await,
        Code::FailedPrecondition,
        "etcdserver: authentication is not enabled",
    )?;
    context.create("a", "1").await?;
    owned.stop().await;
    Ok(())
}

async fn it_takes_root_with_its_role(context: &Context) -> Verdict {
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    let client = context.client();
    expect_refused(
        client.enable_auth().await,
        Code::FailedPrecondition,
        "etcdserver: root user does not exist",
    )?;
    client.add_user(ROOT, PASSWORD).await?;
    expect_refused(
        client.enable_auth().await,
        Code::FailedPrecondition,
        "etcdserver: root user does not have root role",
    )?;
    client.add_role(ROOT).await?;
    client.grant_role(ROOT, ROOT).await?;
    client.enable_auth().await?;
    let token = client.authenticate(ROOT, PASSWORD).await?;
    client.with_token(&token)?.range(context.one("a")).await?;
    owned.stop().await;
    Ok(())
}

async fn users_and_roles_are_named_in_refusals(context: &Context) -> Verdict {
    let owned = context.start(&Wish::default()).await?;
    let context = context.on(&*owned).await?;
    let client = context.client();
    client.add_user(USER, PASSWORD).await?;
    client.add_role("reader").await?;
    let refusals = [
        (
            client.add_user(USER, PASSWORD).await,
            Code::FailedPrecondition,
            "etcdserver: user name already exists",
        ),
        (
            client.add_user("", PASSWORD).await,
            Code::InvalidArgument,
            "etcdserver: user name is empty",
        ),
        (
            client.add_role("reader").await,
            Code::FailedPrecondition,
            "etcdserver: role name already exists",
        ),
        (
            client.grant_role(USER, "nobody").await,
            Code::FailedPrecondition,
            "etcdserver: role name not found",
        ),
        (
            client.grant_role("nobody", "reader").await,
            Code::FailedPrecondition,
            "etcdserver: user name not found",
        ),
    ];
    for (answer, code, message) in refusals {
        expect_refused(answer, code, message)?;
    }
    owned.stop().await;
    Ok(())
}

async fn only_root_ends_it(context: &Context) -> Verdict {
    let guarded = Guarded::start(context, &Wish::default()).await?;
    expect_refused(
        guarded.user.disable_auth().await,
        Code::PermissionDenied,
        "etcdserver: permission denied",
    )?;
    expect_refused(
        guarded
            .context
            .client()
            .range(guarded.context.one("a"))
            .await,
        Code::InvalidArgument,
        "etcdserver: user name is empty",
    )?;
    guarded.root.disable_auth().await?;
    let read = guarded
        .context
        .client()
        .range(guarded.context.one("a"))
        .await?;
    expect_eq("count of what anybody may read now", read.count, 0)?;
    guarded.context.client().disable_auth().await?;
    guarded.owned.stop().await;
    Ok(())
}
