//! Users, roles, and what they may do: each case on a server of its own.

use crate::{Client, Context, Owned, Verdict, Wish};

pub(super) mod certificate;
pub(super) mod enable;
pub(super) mod operator;
pub(super) mod permit;
pub(super) mod token;

/// A server that asks who one is. `root` may do everything; `user` may read and write the case's keys from `a` to before `b`.
struct Guarded {
    /// Stops when this goes.
    owned: Box<dyn Owned>,
    /// Nobody in particular, on that server.
    context: Context,
    root: Client,
    user: Client,
}

/// Passwords of tests need not be hard to guess, and hashing them well takes longer than anything else here.
const HASTY: &str = "--bcrypt-cost=4";

const ROOT: &str = "root";
const USER: &str = "alice";
const PASSWORD: &str = "correct";

impl Guarded {
    async fn start(context: &Context, wish: &Wish) -> Verdict<Self> {
        let mut wish = wish.clone();
        wish.flags.push(HASTY.to_owned());
        let owned = context.start(&wish).await?;
        let context = context.on(&*owned).await?;
        let client = context.client();
        add_root(client).await?;
        client.add_user(USER, PASSWORD).await?;
        client.add_role("reader").await?;
        let (from, to) = (context.key("a"), context.key("b"));
        client.permit("reader", from, to).await?;
        client.grant_role(USER, "reader").await?;
        client.enable_auth().await?;
        let root = client.authenticate(ROOT, PASSWORD).await?;
        let root = client.with_token(&root)?;
        let user = client.authenticate(USER, PASSWORD).await?;
        let user = client.with_token(&user)?;
        Ok(Self {
            owned,
            context,
            root,
            user,
        })
    }
}

async fn add_root(client: &Client) -> Verdict {
    client.add_user(ROOT, PASSWORD).await?;
    client.add_role(ROOT).await?;
    client.grant_role(ROOT, ROOT).await?;
    Ok(())
}
