//! What is done to servers that belong to a case. What fails here is the harness's fault.

use crate::{Context, Fault, Owned, Verdict, Wish};

impl Context {
    /// Starts a server that belongs to the case, and the same case on it.
    pub(crate) async fn own(&self, wish: &Wish) -> Verdict<(Box<dyn Owned>, Self)> {
        let owned = self.start(wish).await?;
        let context = self.on(&*owned).await?;
        Ok((owned, context))
    }
}

/// Kills a member.
pub(crate) async fn kill(owned: &dyn Owned, member: usize) -> Verdict {
    let killed = owned.kill(member).await;
    killed.map_err(|error| Fault::broken("A member is not killed", error))
}

/// Asks a member to end, and waits until it has.
pub(crate) async fn end(owned: &dyn Owned, member: usize) -> Verdict {
    let ended = owned.end(member).await;
    ended.map_err(|error| Fault::broken("A member does not end", error))
}

/// Lets all members run again.
pub(crate) async fn heal(owned: &dyn Owned) -> Verdict {
    let healed = owned.heal().await;
    healed.map_err(|error| Fault::broken("The server does not come back", error))
}
