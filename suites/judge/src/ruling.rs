/// Where a history stops making sense. Positions are those of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What would have to hold, in one sentence.
    pub guarantee: &'static str,
    /// Operations that make sense together, in the order in which they took effect.
    pub prefix: Vec<usize>,
    /// The first one that does not fit behind them.
    pub culprit: usize,
    /// Why it does not.
    pub why: String,
}

impl Violation {
    /// The same with positions of another history, of which this one is a part.
    pub(super) fn translated(mut self, positions: &[usize]) -> Self {
        let translate = |position: usize| positions.get(position).copied().unwrap_or(position);
        for position in &mut self.prefix {
            *position = translate(*position);
        }
        self.culprit = translate(self.culprit);
        self
    }
}

/// What can be said of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// Some order explains every answer, and no operation in it comes before one that was answered before it was asked.
    Linearizable,
    /// None does.
    Violated(Violation),
    /// Nothing can be said.
    Undecided {
        /// Why not.
        why: String,
    },
}
