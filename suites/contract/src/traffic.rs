//! Several clients who read and write the same few keys at once: everything is recorded first, and judged afterwards by
//! whether one order of all requests explains every answer and agrees with real time.

mod client;
mod plan;
mod profile;
mod record;
mod verdict;

use tokio::{task::JoinSet, time::timeout};

pub(crate) use plan::{Plan, Profile};

use crate::{Context, Fault, Verdict};
use client::Recorded;
use record::Record;

/// How many clients there are.
const CLIENTS: usize = 10;

/// Clients that ask until they are told to stop.
pub(crate) struct Traffic {
    record: Record,
    clients: JoinSet<Verdict>,
}

impl Traffic {
    /// Lets the clients begin, each through a connection of its own, spread over the members.
    ///
    /// # Errors
    ///
    /// There is no way to the server.
    pub(crate) async fn begin(context: &Context, plan: Plan) -> Verdict<Self> {
        let record = Record::new();
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            let connection = context.connect(number % context.members()).await?;
            let place = context.key("traffic/");
            let client = Recorded::new(connection, place, record.clone(), plan);
            clients.spawn(profile::act(client, number, plan.profile));
        }
        Ok(Self { record, clients })
    }

    /// Returns once so many more requests were answered.
    ///
    /// # Errors
    ///
    /// A client ends, or they are not answered in time.
    pub(crate) async fn goes_on(&mut self, answers: usize) -> Verdict {
        let wanted = self.record.answered() + answers;
        let patience = crate::limits::EVENT * 6;
        let waiting = async {
            tokio::select! {
                () = self.record.until_answered(wanted) => Ok(()),
                Some(ended) = self.clients.join_next() => ended
                    .map_err(|error| Fault::broken("A client ended", error))
                    .flatten(),
            }
        };
        timeout(patience, waiting).await.unwrap_or_else(|_| {
            Err(Fault::failed(
                format!("{answers} requests are answered within {patience:?}"),
                "they are not",
            ))
        })
    }

    /// Lets every client end what it has begun, and judges the whole.
    ///
    /// # Errors
    ///
    /// No order explains all answers, or there is too little to say so.
    pub(crate) async fn judged(mut self) -> Verdict {
        self.record.stop();
        while let Some(ended) = self.clients.join_next().await {
            ended.map_err(|error| Fault::broken("A client ended", error))??;
        }
        verdict::of(self.record.history())
    }
}
