//! What cases break around a store, through the hooks of its backend. Trouble with a hook is never blamed on the store.

use storeproof_fixtures::fault::{LinkFault, Partition, ServerFault};

use super::{Context, Fault, Verdict};

impl Context {
    /// Breaks or heals the way between the store and its server, through the backend's hook.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn break_link(&self, fault: LinkFault) -> Verdict {
        self.trace().note(format!("the link: {fault:?}"));
        let hook = self.hooks().link.as_ref();
        let hook = hook.ok_or_else(|| Fault::hook("the client's link", "it is not declared"))?;
        hook(fault)
            .await
            .map_err(|error| Fault::hook("the client's link", error))
    }

    /// Breaks or heals the server that the store is connected to, through the backend's hook.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn break_server(&self, fault: ServerFault) -> Verdict {
        self.trace().note(format!("the server: {fault:?}"));
        let hook = self.hooks().server.as_ref();
        let hook = hook.ok_or_else(|| Fault::hook("server faults", "it is not declared"))?;
        hook(fault)
            .await
            .map_err(|error| Fault::hook("server faults", error))
    }

    /// Makes the server's members follow another leader, through the backend's hook.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn change_leader(&self) -> Verdict {
        self.trace().note("another leader");
        let hook = self.hooks().leader.as_ref();
        let hook = hook.ok_or_else(|| Fault::hook("a change of leaders", "it is not declared"))?;
        hook(())
            .await
            .map_err(|error| Fault::hook("a change of leaders", error))
    }

    /// Keeps the server's members apart, or brings them together again, through the backend's hook.
    ///
    /// # Errors
    ///
    /// Broken where the hook fails or is missing.
    pub async fn part(&self, how: Partition) -> Verdict {
        self.trace().note(format!("the members: {how:?}"));
        let hook = self.hooks().partition.as_ref();
        let hook = hook.ok_or_else(|| Fault::hook("partitions", "it is not declared"))?;
        hook(how)
            .await
            .map_err(|error| Fault::hook("partitions", error))
    }

    /// Heals what the case may have broken.
    pub(super) async fn heal(&self) -> Verdict {
        if self.opening().breaks_servers() {
            if self.hooks().partition.is_some() {
                self.part(Partition::Heal).await?;
            }
            self.break_server(ServerFault::Heal).await?;
        }
        if self.opening().breaks_link() {
            self.break_link(LinkFault::Heal).await?;
        }
        Ok(())
    }
}
