use std::sync::{Mutex, PoisonError};

/// Requests and answers of a case, in the order in which they were seen.
///
/// Only the last [`Log::KEPT`] are kept: a failure shows what led to it, not a history.
#[derive(Debug, Default)]
pub struct Log(Mutex<Vec<String>>);

impl Log {
    /// How many lines are kept.
    pub const KEPT: usize = 40;

    /// Notes one more.
    pub fn note(&self, line: String) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= Self::KEPT {
            lines.remove(0);
        }
        lines.push(line);
    }

    /// What was noted.
    pub fn lines(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
