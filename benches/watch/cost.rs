//! What one delivered event costs this process, and how that grows with the watchers.

use std::{fs, sync::Arc, time::Duration};

use super::{
    bed::{Bed, quantile},
    rate::{Side, deliver},
};

const ROUNDS: usize = 7;
/// The unit of the system's accounts, which is the same on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// A table of delivered events a second and of processor time an event, by watchers. What writing the objects costs
/// without any watcher is taken off the processor time.
pub(super) fn print(bed: &Arc<Bed>) {
    println!("watchers   events/s: floor  storeproof   client CPU µs/event: floor  storeproof");
    let writing = median((0..ROUNDS).map(|_| measure(bed, Side::Floor, 0, 2_000).1));
    for (watchers, events) in [(1, 2_000), (10, 2_000), (100, 500)] {
        let (mut rates, mut costs) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
        for round in 0..ROUNDS * 2 {
            let at = round % 2;
            let side = [Side::Floor, Side::Store][at];
            let (took, cost) = measure(bed, side, watchers, events);
            rates[at].push((watchers * events) as f64 / took);
            costs[at].push((cost - writing) / watchers as f64 * 1e6);
        }
        let [rates, costs] = [rates, costs].map(|sides| sides.map(median));
        println!(
            "{watchers:>8} {:>17.0} {:>11.0} {:>28.1} {:>11.1}",
            rates[0], rates[1], costs[0], costs[1]
        );
    }
}

/// Seconds that passed, and seconds of processor time for each object.
fn measure(bed: &Arc<Bed>, side: Side, watchers: usize, events: usize) -> (f64, f64) {
    let before = processor_time();
    let took = deliver(bed, side, watchers, events).as_secs_f64();
    let spent = processor_time() - before;
    (took, spent.as_secs_f64() / events as f64)
}

/// What this process has used so far, of all its threads: `utime` and `stime` of proc(5).
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, fields) = stat.rsplit_once(')').expect("a name in brackets");
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u32 = ticks
        .map(|ticks| ticks.parse::<u32>().expect("a count"))
        .sum();
    TICK * ticks
}

fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    quantile(&values, 0.5)
}
