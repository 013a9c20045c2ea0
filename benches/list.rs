//! Listing 10,000 objects of a kilobyte, whole and 500 a page. The floor is the bare ranges, with every value decoded
//! once by serde on the cores there are.

mod bed;

use std::{num::NonZero, sync::Arc, thread};

use bed::{Bed, ConfigMap, Pair, encode, full_key, object};
use etcd_client::{GetOptions, proto::PbKeyValue};
use storeproof::storage::{ListOptions, SelectionPredicate, Store};

const OBJECTS: usize = 10_000;
const PAGE: i64 = 500;

fn main() {
    bed::main(|| {
        let bed = Bed::new();
        bed.runtime.block_on(async {
            for number in 0..OBJECTS {
                let name = format!("list-{number:08}");
                let value = encode(&object(&name));
                bed.kv()
                    .put(full_key(&name), value, None)
                    .await
                    .expect("a put");
            }
        });
        vec![
            pair(&bed, "list 10,000, unpaged", 0),
            pair(&bed, "list 10,000, 500 a page", PAGE),
        ]
    });
}

fn pair(bed: &Arc<Bed>, name: &str, limit: i64) -> Pair {
    let floor = bed.clocked(1, Bed::nothing, move |bed, ()| async move {
        assert_eq!(ranges(&bed, limit).await, OBJECTS);
    });
    let subject = bed.clocked(1, Bed::nothing, move |bed, ()| async move {
        assert_eq!(lists(&bed, limit).await, OBJECTS);
    });
    Pair::new(name, 1.3, OBJECTS as u64, floor, subject)
}

async fn ranges(bed: &Bed, limit: i64) -> usize {
    let (mut start, end) = (full_key(""), full_key("~"));
    let (mut revision, mut decoded) = (0, 0);
    loop {
        let options = GetOptions::new()
            .with_range(end.clone())
            .with_limit(limit)
            .with_revision(revision);
        let page = bed
            .kv()
            .get(start.clone(), Some(options))
            .await
            .expect("a range");
        let values = page.0.kvs;
        revision = page.0.header.expect("etcd answers with a header").revision;
        let last = values.last().map(|value| value.key.clone());
        decoded += decode(values);
        match last {
            Some(last) if page.0.more => {
                start = String::from_utf8(last).expect("keys are text") + "\0";
            }
            _ => return decoded,
        }
    }
}

/// Decodes every value once, on all cores.
fn decode(values: Vec<PbKeyValue>) -> usize {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = values.len().div_ceil(cores).max(1);
    let of = |values: &[PbKeyValue]| -> Vec<ConfigMap> {
        let decoded = values
            .iter()
            .map(|value| serde_json::from_slice(&value.value).expect("a ConfigMap"));
        decoded.collect()
    };
    thread::scope(|scope| {
        let shares: Vec<_> = values
            .chunks(share)
            .map(|share| scope.spawn(move || of(share)))
            .collect();
        let decoded = shares
            .into_iter()
            .map(|share| share.join().expect("decoding does not panic"));
        decoded.map(|share| std::hint::black_box(share).len()).sum()
    })
}

async fn lists(bed: &Bed, limit: i64) -> usize {
    let mut options = ListOptions {
        predicate: SelectionPredicate {
            limit,
            ..SelectionPredicate::everything()
        },
        ..ListOptions::default()
    };
    let mut listed = 0;
    loop {
        let page = bed
            .store
            .get_list(bed::RESOURCE, &options)
            .await
            .expect("a list");
        listed += std::hint::black_box(page.items).len();
        if page.continue_token.is_empty() {
            return listed;
        }
        options.predicate.continue_token = page.continue_token;
    }
}
