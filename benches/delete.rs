//! Deleting objects of a kilobyte. The floor is a bare get and the transaction that deletes.

mod bed;

use std::sync::Arc;

use bed::{Bed, Pair, encode, full_key, key, object};
use etcd_client::{Compare, CompareOp, Txn, TxnOp};
use storeproof::storage::{AcceptAll, DeleteOptions, Store};

fn main() {
    bed::main(|| {
        let bed = Bed::new();
        vec![pair(&bed, 1), pair(&bed, 16)]
    });
}

fn pair(bed: &Arc<Bed>, in_flight: u64) -> Pair {
    let floor = bed.clocked(in_flight, stored, |bed, name| async move {
        let key = full_key(&name);
        let found = bed.kv().get(key.clone(), None).await.expect("a get");
        let revision = found.kvs().first().expect("the object").mod_revision();
        let unchanged = Compare::mod_revision(key.clone(), CompareOp::Equal, revision);
        let transaction = Txn::new()
            .when([unchanged])
            .and_then([TxnOp::delete(key.clone(), None)])
            .or_else([TxnOp::get(key, None)]);
        let answer = bed.kv().txn(transaction).await.expect("a transaction");
        assert!(answer.succeeded(), "nobody else deletes it");
    });
    let subject = bed.clocked(in_flight, stored, |bed, name| async move {
        let deleted = bed
            .store
            .delete(&key(&name), DeleteOptions::default(), &mut AcceptAll)
            .await;
        std::hint::black_box(deleted.expect("a deletion"));
    });
    Pair::new(
        format!("delete, {in_flight} in flight"),
        bed::target_of_requests(in_flight),
        1,
        floor,
        subject,
    )
}

/// An object that is there, to be deleted.
fn stored(bed: &Arc<Bed>) -> String {
    let name = bed.fresh("delete");
    bed.runtime.block_on(async {
        let value = encode(&object(&name));
        bed.kv()
            .put(full_key(&name), value, None)
            .await
            .expect("a put");
    });
    name
}
