use std::fmt;

use super::Told;

/// A history as rows: what stands beside what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// How many watches there are.
    pub watches: usize,
    /// The rows, from the first operation on.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The operation at its left.
    pub operation: Option<Phrase>,
    /// How that is to be taken.
    pub tone: Tone,
    /// What watches told, at most one cell a watch.
    pub cells: Vec<Cell>,
}

/// What one watch told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The position of the watch.
    pub watch: usize,
    /// What it told.
    pub phrase: Phrase,
    /// How it is to be taken.
    pub tone: Tone,
}

/// How a cell or an operation is to be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// It was told, or answered.
    #[default]
    Told,
    /// It should have been told.
    Missing,
    /// It was told or answered, and is the first mistake.
    Wrong,
    /// What should have stood in the place of the mistake.
    Expected,
}

/// A text with a part that can be shortened in its middle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    /// The part that can be shortened where there is no room.
    pub name: String,
    /// What stands before it.
    pub before: String,
    /// What stands after it, and is cut last: a revision, mostly.
    pub after: String,
}

impl Phrase {
    /// A text that can be shortened anywhere but at its ends.
    pub fn of(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}{}", self.before, self.name, self.after)
    }
}

impl From<&Told> for Phrase {
    fn from(told: &Told) -> Self {
        match told {
            Told::Change {
                kind,
                object,
                revision,
            } => Self {
                before: format!("{kind} "),
                name: object.clone(),
                after: match revision {
                    Some(revision) => format!(" @{revision}"),
                    None => " @?".to_owned(),
                },
            },
            Told::Bookmark {
                revision,
                ends_state,
            } => Self {
                before: format!("BOOKMARK @{revision}"),
                after: if *ends_state { ", state ends" } else { "" }.to_owned(),
                ..Self::default()
            },
            Told::Error(message) => Self {
                before: "ERROR ".to_owned(),
                name: message.clone(),
                ..Self::default()
            },
            Told::End { stopped: false } => Self::of("the watch ends"),
            Told::End { stopped: true } => Self::of("ends, as it was stopped"),
            Told::Silence(time) => Self::of(format!("nothing for {time:?}")),
        }
    }
}
