use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};

/// One side of a comparison: does the work so many times, and tells how long it took without its preparation.
type Side = Box<dyn FnMut(u64) -> Duration>;

/// The same work twice: by the bare calls, which is the floor, and by the code under test.
pub struct Pair {
    name: String,
    target: f64,
    elements: u64,
    repetitions: u64,
    floor: Side,
    subject: Side,
}

/// How many times both sides take turns for one ratio line.
const ROUNDS: usize = 41;
/// How long one side works in one round, about.
const ROUND: Duration = Duration::from_millis(150);

impl Pair {
    /// `target` is what the ratio is to stay below; `elements` is how many objects one repetition moves.
    pub fn new(
        name: impl Into<String>,
        target: f64,
        elements: u64,
        floor: impl FnMut(u64) -> Duration + 'static,
        subject: impl FnMut(u64) -> Duration + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            target,
            elements,
            repetitions: 1,
            floor: Box::new(floor),
            subject: Box::new(subject),
        }
    }

    /// Both sides take turns; each round gives one ratio of the subject's time to the floor's. The median of them is the
    /// result, and the quartiles show how far to trust it.
    fn ratio(&mut self) -> String {
        self.warm_up();
        let mut ratios: Vec<f64> = (0..ROUNDS)
            .map(|round| {
                let (floor, subject) = if round % 2 == 0 {
                    let floor = (self.floor)(self.repetitions);
                    (floor, (self.subject)(self.repetitions))
                } else {
                    let subject = (self.subject)(self.repetitions);
                    ((self.floor)(self.repetitions), subject)
                };
                subject.as_secs_f64() / floor.as_secs_f64()
            })
            .collect();
        ratios.sort_by(f64::total_cmp);
        format!(
            "{:<34} {:>6.3} × the floor   (quartiles {:.3} – {:.3}, target {})",
            self.name,
            quantile(&ratios, 0.5),
            quantile(&ratios, 0.25),
            quantile(&ratios, 0.75),
            self.target
        )
    }

    /// Finds out how many repetitions fill a round.
    fn warm_up(&mut self) {
        loop {
            let begun = Instant::now();
            (self.floor)(self.repetitions);
            (self.subject)(self.repetitions);
            if begun.elapsed() > ROUND || self.repetitions > 1 << 20 {
                return;
            }
            self.repetitions *= 2;
        }
    }

    fn bench(mut self, criterion: &mut Criterion) {
        let mut group = criterion.benchmark_group(&self.name);
        group.throughput(Throughput::Elements(self.elements));
        group.sample_size(20);
        group.bench_function("floor", |bencher| bencher.iter_custom(&mut self.floor));
        group.bench_function("storeproof", |bencher| {
            bencher.iter_custom(&mut self.subject)
        });
        group.finish();
    }
}

/// The value that a part of all sorted values does not exceed.
pub fn quantile(sorted: &[f64], part: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * part).round() as usize]
}

/// Whether lines with ratios are wanted, and not criterion's reports.
pub fn prints_ratios() -> bool {
    std::env::args().any(|argument| argument == "--ratios")
}

/// What requests for one object are to stay below: 1.05 times the floor's latency; with several in flight the inverse of
/// 0.95 times its throughput.
pub fn target_of_requests(in_flight: u64) -> f64 {
    if in_flight == 1 { 1.05 } else { 1.053 }
}

/// Runs the pairs: as criterion benchmarks, or with `--ratios` as one line each.
pub fn main(pairs: impl FnOnce() -> Vec<Pair>) {
    if prints_ratios() {
        for mut pair in pairs() {
            println!("{}", pair.ratio());
        }
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    for pair in pairs() {
        pair.bench(&mut criterion);
    }
    criterion.final_summary();
}
