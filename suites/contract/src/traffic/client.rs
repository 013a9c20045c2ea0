use std::{collections::HashMap, time::Duration};

use bytes::Bytes;
use storeproof_judge::{Answer, Client as Identity, Key, Operation, Request, Seen, Version};
use tokio::time::sleep;
use tonic::{Code, Status};

use super::{Plan, record::Record};
use crate::{Client, Verdict};

mod read;
mod write;

pub(super) use write::Part;

/// The keys that all clients use.
pub(super) const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

/// Between two questions whether a server is there again.
const PAUSE: Duration = Duration::from_millis(20);

/// One client whose requests are recorded. It asks one thing at a time, and nothing twice: a second try would turn an unknown
/// outcome into a false answer.
pub(super) struct Recorded {
    client: Client,
    /// What the names of all keys begin with.
    place: Bytes,
    record: Record,
    plan: Plan,
    identity: Identity,
    /// What it was last told of each key: that it is there, or that it is not. Nothing of any key until everything was read.
    known: HashMap<Key, Option<Seen>>,
}

/// What an answer says: the revision in its header, and what became of each part of the request.
type Told = (Version, Vec<Answer>);

impl Recorded {
    pub(super) fn new(client: Client, place: Bytes, record: Record, plan: Plan) -> Self {
        let identity = record.identity();
        Self {
            client,
            place,
            record,
            plan,
            identity,
            known: HashMap::new(),
        }
    }

    /// What it was last told of a key; `None` where that was nothing.
    pub(super) fn known(&self, key: &str) -> Option<Option<Seen>> {
        self.known.get(key).copied()
    }

    /// Whether it is to ask nothing more.
    pub(super) fn is_over(&self) -> bool {
        self.record.is_over()
    }

    fn key(&self, name: &str) -> Bytes {
        [&self.place[..], name.as_bytes()].concat().into()
    }

    /// Carries a request out and notes what became of its parts.
    ///
    /// Where servers break and it is not known what became of it, the client is somebody else from here on, and first of all
    /// reads everything, until that is answered.
    async fn ask<T>(
        &mut self,
        parts: Vec<Request>,
        answer: impl Future<Output = Result<T, Status>>,
        read: impl FnOnce(T) -> Verdict<Told>,
    ) -> Verdict {
        let call = self.record.now();
        let answer = answer.await;
        let end = self.record.now();
        let part = |request, answer: Answer, header| Operation {
            client: self.identity,
            call,
            end: (answer != Answer::Unknown).then_some(end),
            request,
            answer,
            header,
        };
        match answer {
            Ok(answer) => {
                let (header, answers) = read(answer)?;
                let told = parts.into_iter().zip(answers);
                let told: Vec<Operation> = told
                    .map(|(request, answer)| part(request, answer, header))
                    .collect();
                for operation in &told {
                    self.learn(operation);
                }
                self.record.note(told);
                Ok(())
            }
            Err(status) if !self.plan.breaks => Err(status.into()),
            Err(status) => {
                let outcome = match is_without_effect(&status) {
                    true => Answer::Refused,
                    false => Answer::Unknown,
                };
                let told = parts
                    .into_iter()
                    .map(|request| part(request, outcome.clone(), Version::UNSET));
                let told = told.filter(Operation::is_write).collect();
                self.record.note_unknown(told);
                self.start_anew();
                Ok(())
            }
        }
    }

    /// Its last request may still take effect: whoever asks the next one is somebody else, who knows nothing.
    fn start_anew(&mut self) {
        self.identity = self.record.identity();
        self.known.clear();
    }

    /// Reads everything until that is answered, where the last request was not.
    pub(super) async fn recover(&mut self) -> Verdict {
        while self.known.is_empty() && !self.is_over() {
            self.list().await?;
            if self.known.is_empty() {
                sleep(PAUSE).await;
            }
        }
        Ok(())
    }

    fn learn(
        &mut self,
        Operation {
            request, answer, ..
        }: &Operation,
    ) {
        if let Answer::Listed(list) = answer {
            self.known = NAMES.map(|name| (name.into(), None)).into();
            let shown = list.items.iter();
            self.known
                .extend(shown.map(|(key, seen)| (key.clone(), Some(*seen))));
            return;
        }
        let (Request::Create { key, .. }
        | Request::Put { key, .. }
        | Request::Update { key, .. }
        | Request::Delete { key, .. }
        | Request::Get { key }) = request
        else {
            return;
        };
        let known = match (answer, request) {
            (
                Answer::Wrote { version, .. },
                Request::Create { content, .. }
                | Request::Put { content, .. }
                | Request::Update { content, .. },
            ) => Some(Seen {
                version: *version,
                content: *content,
            }),
            (Answer::Found(found), _) => Some(*found),
            (Answer::Deleted { .. } | Answer::Missing, _) => None,
            _ => {
                self.known.remove(key);
                return;
            }
        };
        self.known.insert(key.clone(), known);
    }
}

/// Whether a server that says so has certainly changed nothing. A full one may have kept the write that filled it
/// (etcd#16659).
fn is_without_effect(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::InvalidArgument
            | Code::OutOfRange
            | Code::NotFound
            | Code::FailedPrecondition
            | Code::PermissionDenied
            | Code::Unimplemented
    ) || status.code() == Code::ResourceExhausted && !status.message().contains("space exceeded")
}

#[cfg(test)]
mod tests {
    use tonic::Status;

    use super::is_without_effect;

    #[test]
    fn a_full_server_may_have_kept_what_it_refuses() {
        for (status, without_effect) in [
            (
                Status::resource_exhausted("etcdserver: too many requests"),
                true,
            ),
            (
                Status::resource_exhausted("etcdserver: mvcc: database space exceeded"),
                false,
            ),
            (
                Status::invalid_argument("etcdserver: key is not provided"),
                true,
            ),
            (Status::unavailable("etcdserver: leader changed"), false),
        ] {
            assert_eq!(is_without_effect(&status), without_effect, "{status}");
        }
    }
}
