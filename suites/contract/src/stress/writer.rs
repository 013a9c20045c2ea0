use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use storeproof_wire::etcdserverpb::TxnRequest;
use tokio::time::Instant;

use crate::{Client, Fault, Verdict, context::revision, dice::Dice, judge::Change, shape};

/// How many keys a writer has.
const KEYS: usize = 20;

/// When the writers stop.
#[derive(Clone)]
pub(super) struct Enough {
    /// Not before.
    pub(super) from: Instant,
    /// Not after.
    pub(super) until: Instant,
    /// Between the two, once there are so many transactions.
    pub(super) transactions: usize,
    /// How many there are.
    pub(super) made: Arc<AtomicUsize>,
}

impl Enough {
    fn reached(&self) -> bool {
        let now = Instant::now();
        let made = self.made.load(Ordering::Relaxed);
        now >= self.until || (now >= self.from && made >= self.transactions)
    }
}

/// Creates, updates and deletes keys of its own below `places`, as Kubernetes does, until there is enough. Every eighth
/// transaction writes two keys.
///
/// # Errors
///
/// A write fails, or does not find a key as its last writer left it.
pub(super) async fn write(
    client: Client,
    places: [Bytes; 3],
    seed: usize,
    enough: Enough,
) -> Verdict<Vec<Change>> {
    let keys: Vec<Bytes> = (0..KEYS)
        .zip(places.iter().cycle())
        .map(|(key, place)| [&place[..], key.to_string().as_bytes()].concat().into())
        .collect();
    let mut stored = [0; KEYS];
    let (mut changes, mut dice) = (Vec::new(), Dice::of(seed));
    while !enough.reached() {
        let (index, lot) = (dice.below(KEYS), dice.below(8));
        let (Some(key), Some(was)) = (keys.get(index), stored.get_mut(index)) else {
            continue;
        };
        let value = Bytes::from(format!("{seed}-{}", changes.len()));
        let (request, value) = match (*was, lot) {
            (0, _) => (shape::create(key, value.clone()), Some(value)),
            (at, 0 | 1) => (shape::remove(key, at), None),
            (at, _) => (shape::update(key, at, value.clone()), Some(value)),
        };
        let second = (lot == 7).then(|| beside(key));
        let made = commit(&client, request, second.clone()).await?;
        enough.made.fetch_add(1, Ordering::Relaxed);
        *was = value.as_ref().map_or(0, |_| made);
        let two = [(key.clone(), value)].into_iter();
        let two = two.chain(second.map(|key| (key, Some(Bytes::from_static(b"2")))));
        changes.extend(two.map(|(key, value)| Change {
            revision: made,
            key,
            value,
        }));
    }
    Ok(changes)
}

/// The key that is written in the same revision as `key`.
fn beside(key: &Bytes) -> Bytes {
    [&key[..], b"+"].concat().into()
}

async fn commit(client: &Client, mut request: TxnRequest, second: Option<Bytes>) -> Verdict<i64> {
    request
        .success
        .extend(second.map(|key| shape::put(&key, "2", 0)));
    let answer = client.txn(request).await?;
    if !answer.succeeded {
        return Err(Fault::failed(
            "a key is as its only writer left it",
            "a transaction that compares it does not succeed",
        ));
    }
    revision(answer.header.as_ref())
}
