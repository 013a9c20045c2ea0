//! Watches, beside the bare watch stream with previous values, as the store asks for it: how fast they deliver, how soon,
//! and what they cost. With `--ratios` tables of costs and latencies follow the ratios.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark ends where anything goes wrong, and prints what it finds"
)]

#[path = "../bed/mod.rs"]
mod bed;
mod cost;
mod latency;
mod memory;
mod rate;

use bed::Bed;

fn main() {
    let is_asked_for = bed::prints_ratios();
    bed::main(|| {
        let bed = Bed::new();
        if is_asked_for {
            // First, while the process has no memory left over from other work.
            memory::print(&bed);
            cost::print(&bed);
            latency::print(&bed);
        }
        let mut pairs = rate::pairs(&bed);
        pairs.push(latency::pair(&bed));
        pairs
    });
}
