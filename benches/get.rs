//! Getting one object of a kilobyte. The floor is the bare range; decoding is the store's own work.

mod bed;

use std::sync::Arc;

use bed::{Bed, Pair, encode, full_key, key, object};
use storeproof::storage::{GetOptions, Store};

fn main() {
    bed::main(|| {
        let bed = Bed::new();
        let name = bed.fresh("get");
        bed.runtime.block_on(async {
            let value = encode(&object(&name));
            bed.kv()
                .put(full_key(&name), value, None)
                .await
                .expect("a put");
        });
        vec![pair(&bed, &name, 1), pair(&bed, &name, 16)]
    });
}

fn pair(bed: &Arc<Bed>, name: &str, in_flight: u64) -> Pair {
    let (full, logical) = (full_key(name), key(name));
    let floor = bed.clocked(in_flight, Bed::nothing, move |bed, _| {
        let full = full.clone();
        async move {
            let found = bed.kv().get(full, None).await.expect("a get");
            std::hint::black_box(found);
        }
    });
    let subject = bed.clocked(in_flight, Bed::nothing, move |bed, _| {
        let logical = logical.clone();
        async move {
            let found = bed.store.get(&logical, &GetOptions::default()).await;
            std::hint::black_box(found.expect("a get"));
        }
    });
    Pair::new(
        format!("get, {in_flight} in flight"),
        bed::target_of_requests(in_flight),
        1,
        floor,
        subject,
    )
}
