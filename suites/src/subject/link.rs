use std::io;

use storeproof_fixtures::fault::{LinkFault, Relay};

/// The way of one store to its servers, which can be broken without anybody else noticing.
#[derive(Debug)]
pub(super) struct Link(Vec<Relay>);

impl Link {
    /// A way to the servers at these URLs, and the URLs at which the store finds them through it.
    pub(super) async fn to(endpoints: &[String]) -> io::Result<(Self, Vec<String>)> {
        let (mut relays, mut urls) = (Vec::new(), Vec::new());
        for endpoint in endpoints {
            let (scheme, address) = endpoint.split_once("://").unwrap_or(("http", endpoint));
            let relay = Relay::to(address).await?;
            urls.push(format!("{scheme}://{}", relay.address()));
            relays.push(relay);
        }
        Ok((Self(relays), urls))
    }

    pub(super) fn suffer(&self, fault: LinkFault) {
        for relay in &self.0 {
            relay.suffer(fault);
        }
    }
}
