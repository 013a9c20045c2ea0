/// Something that helps to see what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beside {
    /// An operation, by its place in the history.
    Operation(usize),
    /// A delivery of a watch, by their places.
    Delivery {
        /// Which watch.
        watch: usize,
        /// Which of its deliveries.
        delivery: usize,
    },
}

/// Where a watch does not keep its promises. Places are those of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchViolation {
    /// The id of the guarantee in [`GUARANTEES`](super::GUARANTEES).
    pub guarantee: &'static str,
    /// What would have to hold, in one sentence.
    pub says: &'static str,
    /// The watch that breaks it.
    pub watch: usize,
    /// Its delivery at which that shows; `None` where it shows by what never came.
    pub delivery: Option<usize>,
    /// Why it breaks it, in one sentence.
    pub why: String,
    /// The few writes and deliveries around it, without that delivery itself, in the order in which they happened.
    pub around: Vec<Beside>,
}
