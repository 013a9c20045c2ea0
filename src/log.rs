//! What is logged, for tests.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tracing::{
    Event, Level, Metadata, Subscriber,
    callsite::rebuild_interest_cache,
    field::{Field, Visit},
    span,
};

const DEADLINE: Duration = Duration::from_secs(10);

/// Keeps the lines of a level and above: the message, then what else is told.
#[derive(Clone)]
pub(crate) struct Log {
    level: Level,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Log {
    pub(crate) fn of(level: Level) -> Self {
        Self {
            level,
            lines: Arc::default(),
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("nobody panics with it").clone()
    }

    /// Repeats work until so many lines of it are heard, and forgets them.
    ///
    /// Whoever comes to a callsite first asks the subscribers of that moment, and may note what they want after a new one
    /// was set: tests on other threads can make a log deaf. What is asked anew once all have noted stays right.
    pub(crate) async fn attune(&self, lines: usize, mut work: impl AsyncFnMut()) {
        let begun = Instant::now();
        loop {
            work().await;
            let mut heard = self.lines.lock().expect("nobody panics with it");
            let enough = heard.len() >= lines;
            heard.clear();
            if enough {
                return;
            }
            assert!(begun.elapsed() < DEADLINE, "the log hears nothing");
            rebuild_interest_cache();
        }
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level && metadata.target().starts_with("storeproof")
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Line(String);
        impl Visit for Line {
            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                self.0 = match field.name() {
                    "message" => format!("{value:?}{}", self.0),
                    name => format!("{} {name}={value:?}", self.0),
                };
            }
        }
        let mut line = Line(String::new());
        event.record(&mut line);
        let mut lines = self.lines.lock().expect("nobody panics with it");
        lines.push(line.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}
