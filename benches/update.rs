//! Guaranteed updates that change one annotation. The floor is a bare get and the transaction with the same bytes.

mod bed;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bed::{Bed, ConfigMap, Pair, encode, full_key, key, object};
use storeproof::storage::{Store, Update, UpdateOptions, update_with};

fn main() {
    bed::main(|| {
        let bed = Bed::new();
        vec![pair(&bed, 1), pair(&bed, 16)]
    });
}

/// So many objects are updated in turn, more than are ever in flight.
const OBJECTS: u64 = 256;

fn pair(bed: &Arc<Bed>, in_flight: u64) -> Pair {
    let names: Arc<[String]> = (0..OBJECTS).map(|_| bed.fresh("update")).collect();
    bed.runtime.block_on(async {
        for name in names.iter() {
            let value = encode(&object(name));
            bed.kv()
                .put(full_key(name), value, None)
                .await
                .expect("a put");
        }
    });
    let turn = Arc::new(AtomicU64::new(0));
    let next = move || {
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        let name = names.iter().cycle().nth((turn % OBJECTS) as usize);
        (name.expect("there are objects").clone(), turn)
    };
    let prepare = next.clone();
    let floor = bed.clocked(
        in_flight,
        move |_| {
            let (name, turn) = prepare();
            (full_key(&name), encode(&revised(object(&name), turn)))
        },
        |bed, (key, value)| async move {
            let found = bed.kv().get(key.clone(), None).await.expect("a get");
            let revision = found.kvs().first().expect("the object").mod_revision();
            let answer = bed
                .kv()
                .txn(bed::replace(key, value, revision))
                .await
                .expect("a transaction");
            assert!(answer.succeeded(), "nobody else updates it");
        },
    );
    let subject = bed.clocked(
        in_flight,
        move |_| next(),
        |bed, (name, turn)| async move {
            let mut update = update_with(|current: Option<ConfigMap>, _| {
                let current = current.expect("the object is there");
                Ok(Update::from(revised(current, turn)))
            });
            let updated = bed
                .store
                .guaranteed_update(&key(&name), UpdateOptions::default(), &mut update)
                .await;
            std::hint::black_box(updated.expect("an update"));
        },
    );
    Pair::new(
        format!("guaranteed update, {in_flight} in flight"),
        bed::target_of_requests(in_flight),
        1,
        floor,
        subject,
    )
}

fn revised(mut object: ConfigMap, turn: u64) -> ConfigMap {
    let annotations = object.metadata.annotations.get_or_insert_default();
    annotations.insert("revision".to_owned(), format!("{turn:08}"));
    object
}
