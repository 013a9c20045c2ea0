use bytes::Bytes;
use storeproof_judge::{Answer, Content, Request, Seen, Version};
use storeproof_wire::{
    etcdserverpb::{DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnResponse},
    mvccpb::KeyValue,
};

use super::{
    Recorded, Told,
    read::{found, header, seen},
};
use crate::{
    Fault, Verdict, shape,
    transaction::{Operation, deleted, doing, put, ranged},
};

/// What a transaction does to one of its keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::traffic) enum Part {
    Put,
    Delete,
    Get,
}

impl Recorded {
    /// Creates a key. Where it is there that is told alone, or with what is there.
    pub(in crate::traffic) async fn create(&mut self, name: &str, reads: bool) -> Verdict {
        let (client, content) = (self.client.clone(), self.record.content());
        let request = match reads {
            true => shape::update(&self.key(name), 0, value(content)),
            false => shape::create(&self.key(name), value(content)),
        };
        let key = name.into();
        let parts = vec![Request::Create { key, content }];
        self.ask(parts, client.txn(request), |answer| {
            told(&answer, reads, |version| Answer::Wrote {
                version,
                over: None,
            })
        })
        .await
    }

    /// Replaces what a key was last told to hold.
    pub(in crate::traffic) async fn update(&mut self, name: &str, over: Seen) -> Verdict {
        let (client, content) = (self.client.clone(), self.record.content());
        let request = shape::update(&self.key(name), revision(over), value(content));
        let parts = vec![Request::Update {
            key: name.into(),
            content,
            only_at: Some(over.version),
        }];
        self.ask(parts, client.txn(request), |answer| {
            told(&answer, true, |version| Answer::Wrote {
                version,
                over: Some(over),
            })
        })
        .await
    }

    /// Deletes what a key was last told to hold.
    pub(in crate::traffic) async fn remove(&mut self, name: &str, over: Seen) -> Verdict {
        let client = self.client.clone();
        let request = shape::remove(&self.key(name), revision(over));
        let parts = vec![Request::Delete {
            key: name.into(),
            only_at: Some(over.version),
        }];
        self.ask(parts, client.txn(request), |answer| {
            told(&answer, true, |version| Answer::Deleted {
                version,
                content: over.content,
            })
        })
        .await
    }

    /// Writes a key whatever it holds.
    pub(in crate::traffic) async fn put(&mut self, name: &str) -> Verdict {
        let (client, content) = (self.client.clone(), self.record.content());
        let request = self.putting(name, content);
        let key = name.into();
        let parts = vec![Request::Put { key, content }];
        self.ask(parts, client.put(request), |answer| {
            let version = header(answer.header.as_ref())?;
            Ok((version, vec![wrote(version, answer.prev_kv.as_ref())]))
        })
        .await
    }

    /// Deletes a key whatever it holds.
    pub(in crate::traffic) async fn delete(&mut self, name: &str) -> Verdict {
        let (client, request) = (self.client.clone(), self.deleting(name));
        let parts = vec![Request::Delete {
            key: name.into(),
            only_at: None,
        }];
        self.ask(parts, client.delete(request), |answer| {
            let version = header(answer.header.as_ref())?;
            let gone = gone(version, answer.deleted, &answer.prev_kvs)?;
            Ok((version, vec![gone]))
        })
        .await
    }

    /// Does something to several keys at once. No key is named twice.
    pub(in crate::traffic) async fn several(&mut self, parts: &[(&str, Part)]) -> Verdict {
        let (mut operations, mut requests) = (Vec::new(), Vec::new());
        for (name, part) in parts {
            let key = (*name).into();
            let (operation, request): (RequestOp, _) = match part {
                Part::Put => {
                    let content = self.record.content();
                    let request = Request::Put { key, content };
                    (self.putting(name, content).operation(), request)
                }
                Part::Delete => {
                    let only_at = None;
                    let request = Request::Delete { key, only_at };
                    (self.deleting(name).operation(), request)
                }
                Part::Get => {
                    let key = self.key(name);
                    let read = RangeRequest {
                        key,
                        ..RangeRequest::default()
                    };
                    (
                        read.operation(),
                        Request::Get {
                            key: (*name).into(),
                        },
                    )
                }
            };
            operations.push(operation);
            requests.push(request);
        }
        let client = self.client.clone();
        self.ask(requests, client.txn(doing(operations)), |answer| {
            all_told(&answer, parts)
        })
        .await
    }

    fn putting(&self, name: &str, content: Content) -> PutRequest {
        PutRequest {
            key: self.key(name),
            value: value(content),
            prev_kv: true,
            ..PutRequest::default()
        }
    }

    fn deleting(&self, name: &str) -> DeleteRangeRequest {
        DeleteRangeRequest {
            key: self.key(name),
            prev_kv: true,
            ..DeleteRangeRequest::default()
        }
    }
}

fn value(content: Content) -> Bytes {
    content.0.to_string().into()
}

fn revision(seen: Seen) -> i64 {
    i64::try_from(seen.version.get()).unwrap_or(i64::MAX)
}

/// What came of a transaction that compares a key: what it did, or what is there instead.
fn told(answer: &TxnResponse, reads: bool, done: impl FnOnce(Version) -> Answer) -> Verdict<Told> {
    let version = header(answer.header.as_ref())?;
    let answer = match (answer.succeeded, reads) {
        (true, _) => done(version),
        (false, true) => found(ranged(answer, 0)?),
        (false, false) => Answer::Exists,
    };
    Ok((version, vec![answer]))
}

fn all_told(answer: &TxnResponse, parts: &[(&str, Part)]) -> Verdict<Told> {
    let version = header(answer.header.as_ref())?;
    let mut answers = Vec::new();
    for (at, (_, part)) in parts.iter().enumerate() {
        answers.push(match part {
            Part::Put => wrote(version, put(answer, at)?.prev_kv.as_ref()),
            Part::Get => found(ranged(answer, at)?),
            Part::Delete => {
                let answer = deleted(answer, at)?;
                gone(version, answer.deleted, &answer.prev_kvs)?
            }
        });
    }
    Ok((version, answers))
}

fn wrote(version: Version, previous: Option<&KeyValue>) -> Answer {
    let over = previous.map(seen);
    Answer::Wrote { version, over }
}

fn gone(version: Version, deleted: i64, previous: &[KeyValue]) -> Verdict<Answer> {
    match (deleted, previous) {
        (0, []) => Ok(Answer::Missing),
        (1, [previous]) => Ok(Answer::Deleted {
            version,
            content: seen(previous).content,
        }),
        _ => Err(Fault::failed(
            "a deletion of one key returns what it deleted",
            format!("it deleted {deleted} and returns {} keys", previous.len()),
        )),
    }
}
