//! Creating objects of a kilobyte at new keys. The floor is the bare transaction with the same bytes.

mod bed;

use std::sync::Arc;

use bed::{Bed, Pair, encode, full_key, key, object};
use etcd_client::{Compare, CompareOp, Txn, TxnOp};
use storeproof::storage::Store;

fn main() {
    bed::main(|| {
        let bed = Bed::new();
        vec![pair(&bed, 1), pair(&bed, 16)]
    });
}

fn pair(bed: &Arc<Bed>, in_flight: u64) -> Pair {
    let floor = bed.clocked(
        in_flight,
        |bed| {
            let name = bed.fresh("create");
            (full_key(&name), encode(&object(&name)))
        },
        |bed, (key, value)| async move {
            let absent = Compare::mod_revision(key.clone(), CompareOp::Equal, 0);
            let transaction = Txn::new()
                .when([absent])
                .and_then([TxnOp::put(key, value, None)]);
            let answer = bed.kv().txn(transaction).await.expect("a transaction");
            assert!(answer.succeeded(), "the key is new");
        },
    );
    let subject = bed.clocked(
        in_flight,
        |bed| {
            let name = bed.fresh("create");
            (key(&name), object(&name))
        },
        |bed, (key, object)| async move {
            let created = bed.store.create(&key, &object, None).await;
            std::hint::black_box(created.expect("a create"));
        },
    );
    Pair::new(
        format!("create, {in_flight} in flight"),
        bed::target_of_requests(in_flight),
        1,
        floor,
        subject,
    )
}
