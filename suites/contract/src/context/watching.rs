use storeproof_wire::{etcdserverpb::WatchCreateRequest, mvccpb::Event};

use super::Context;
use crate::{Verdict, WatchStream, expect_that};

impl Context {
    /// A watch of everything below a name from now on, as the watch cache of the API server opens it. It is there when this
    /// returns.
    ///
    /// # Errors
    ///
    /// The server does not create it.
    pub async fn watching(&self, name: impl AsRef<[u8]>) -> Verdict<WatchStream> {
        let key = self.key(name);
        let request = WatchCreateRequest {
            range_end: Self::end_of(&key),
            key,
            prev_kv: true,
            progress_notify: true,
            ..WatchCreateRequest::default()
        };
        let mut stream = self.client.watch(true).await?;
        stream.create(request).await?;
        let answer = stream.next().await?;
        expect_that(
            answer.created && !answer.canceled,
            "the watch is created",
            format!(
                "created is {}, canceled is {}: {:?}",
                answer.created, answer.canceled, answer.cancel_reason
            ),
        )?;
        Ok(stream)
    }
}

/// The events of the next message that has any.
///
/// # Errors
///
/// None comes, or the stream ends.
pub(crate) async fn events(stream: &mut WatchStream) -> Verdict<Vec<Event>> {
    loop {
        let answer = stream.next().await?;
        expect_that(
            !answer.canceled,
            "the watch goes on",
            format!("it is canceled: {:?}", answer.cancel_reason),
        )?;
        if !answer.events.is_empty() {
            return Ok(answer.events);
        }
    }
}
