//! What watches weigh that have nothing to do: resident memory of this process, and of etcd as etcd tells it.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
};

use etcd_client::WatchStream;
use storeproof::storage::Watch;

use super::{
    bed::{Bed, ConfigMap, bare_watch, fresh_value, own_watch, quantile, write_all},
    rate::Side,
};

/// Both sides take turns in opening so many watches, which all stay open.
const BLOCK: usize = 100;
const BLOCKS: usize = 10;

#[derive(Default)]
struct Open {
    bare: Vec<WatchStream>,
    own: Vec<Watch<ConfigMap>>,
}

/// A table of kilobytes for each watch, the median of the blocks. Each watch has told of an object for each block since
/// it began, and waits for the next.
pub(super) fn print(bed: &Arc<Bed>) {
    println!("idle watches, KiB each              client       etcd");
    let mut open = Open::default();
    let mut weights = [(); 2].map(|()| (Vec::new(), Vec::new()));
    bed.runtime.block_on(async {
        open.all_told_of_a_change(bed).await;
        let (mut client, mut etcd) = (client_memory(), etcd_memory(bed));
        for block in 0..BLOCKS * 2 {
            let side = [Side::Floor, Side::Store][block % 2];
            for _ in 0..BLOCK {
                match side {
                    Side::Floor => open.bare.push(bare_watch(bed).await),
                    Side::Store => open.own.push(own_watch(bed).await),
                }
            }
            open.all_told_of_a_change(bed).await;
            let now = (client_memory(), etcd_memory(bed));
            let (clients, etcds) = &mut weights[block % 2];
            clients.push((now.0 - client) / BLOCK as f64);
            etcds.push((now.1 - etcd) / BLOCK as f64);
            (client, etcd) = now;
        }
    });
    for (name, (mut client, mut etcd)) in ["floor", "storeproof"].into_iter().zip(weights) {
        client.sort_by(f64::total_cmp);
        etcd.sort_by(f64::total_cmp);
        let (client, etcd) = (quantile(&client, 0.5), quantile(&etcd, 0.5));
        println!("{name:<31} {client:>10.1} {etcd:>10.1}");
    }
}

impl Open {
    async fn all_told_of_a_change(&mut self, bed: &Arc<Bed>) {
        write_all(bed, vec![fresh_value(bed)], 1).await;
        for stream in &mut self.bare {
            let answer = stream
                .message()
                .await
                .expect("an answer")
                .expect("an event");
            assert_eq!(answer.events().len(), 1, "one object was written");
        }
        for watch in &mut self.own {
            watch.next().await.expect("an event");
        }
    }
}

/// In KiB, of this process.
fn client_memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    number_after(&status, "VmRSS:")
}

/// In KiB, by etcd's own metric.
fn etcd_memory(bed: &Bed) -> f64 {
    let endpoint = bed.endpoint();
    let address = endpoint.rsplit('/').next().expect("an address");
    let mut connection = TcpStream::connect(address).expect("etcd listens");
    connection
        .write_all(b"GET /metrics HTTP/1.0\r\n\r\n")
        .expect("a request");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("its metrics");
    number_after(&answer, "\nprocess_resident_memory_bytes ") / 1024.0
}

fn number_after(text: &str, name: &str) -> f64 {
    let (_, rest) = text.split_once(name).expect("it is told");
    let number = rest.split_whitespace().next().expect("a number");
    number.parse().expect("a number")
}
