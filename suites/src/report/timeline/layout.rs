use super::{Cell, Phrase, Row, Timeline, Tone};

/// What stands above the operations.
const HEADER: &str = "operations";
/// Rows begin so far right of the header.
const INDENT: usize = 2;
/// Between two columns: two blanks, the mark of a mistake, and another blank.
const GAP: usize = 4;
/// Operations are not made narrower than this.
const LEFT: usize = 26;
/// Where columns of watches would have to be narrower than this, there is one for all.
const COLUMN: usize = 16;
/// So wide the column for all watches may be before operations are made narrower.
const SHARED: usize = 34;

/// A line in places of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) left: String,
    /// How the operation is to be taken.
    pub(super) tone: Tone,
    pub(super) right: Vec<Piece>,
}

/// What stands right of the operations.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) at: usize,
    pub(super) text: String,
    pub(super) tone: Tone,
}

impl Line {
    pub(super) fn has(&self, tone: Tone) -> bool {
        self.tone == tone || self.right.iter().any(|piece| piece.tone == tone)
    }
}

/// A page of at most `room` columns: a header, and a line a row or more. Watches have a column each where there is room
/// for that, and share one otherwise.
pub(super) fn layout(timeline: &Timeline, room: usize) -> Vec<Line> {
    let page = Page {
        room,
        left: natural(
            timeline
                .rows
                .iter()
                .filter(|row| row.tone != Tone::Expected)
                .filter_map(|row| row.operation.as_ref()),
        )
        .max(HEADER.len() - INDENT),
    };
    let columns: Vec<usize> = (0..timeline.watches)
        .map(|watch| {
            natural(timeline.rows.iter().flat_map(|row| {
                let told = row
                    .cells
                    .iter()
                    .filter(move |cell| cell.watch == watch && cell.tone != Tone::Expected);
                told.map(|cell| &cell.phrase)
            }))
            .max(label(&[watch]).len())
        })
        .collect();
    match page.columns(&columns) {
        Some((left, columns)) => page.apart(timeline, left, &columns),
        None => page.together(timeline),
    }
}

struct Page {
    room: usize,
    /// How wide the operations would like to be.
    left: usize,
}

fn natural<'a>(phrases: impl Iterator<Item = &'a Phrase>) -> usize {
    phrases.map(Phrase::width).max().unwrap_or_default()
}

impl Page {
    /// How wide operations and each watch get to be, where each can have a column.
    fn columns(&self, wanted: &[usize]) -> Option<(usize, Vec<usize>)> {
        let gaps = GAP * wanted.len() + INDENT;
        let room = self.room.checked_sub(gaps)?;
        let least: usize = wanted.iter().map(|wanted| (*wanted).min(COLUMN)).sum();
        let narrow = self.left.min(LEFT);
        if narrow + least > room {
            return None;
        }
        let left = room.saturating_sub(wanted.iter().sum());
        let left = left.clamp(narrow, self.left.max(narrow));
        let mut spare = room - left - least;
        let columns = wanted.iter().map(|wanted| {
            let more = wanted.saturating_sub(COLUMN).min(spare);
            spare -= more;
            (*wanted).min(COLUMN) + more
        });
        Some((left, columns.collect()))
    }

    /// A column a watch.
    fn apart(&self, timeline: &Timeline, left: usize, columns: &[usize]) -> Vec<Line> {
        let mut places = Vec::new();
        let mut at = INDENT + left;
        for width in columns {
            at += GAP;
            places.push((at, *width));
            at += width;
        }
        let mut header = Line {
            left: HEADER.to_owned(),
            ..Line::default()
        };
        for (watch, (at, _)) in places.iter().enumerate() {
            header.right.push(Piece {
                at: *at,
                text: label(&[watch]),
                tone: Tone::Told,
            });
        }
        let rows = timeline.rows.iter().map(|row| Line {
            left: self.asked(row, left),
            tone: row.tone,
            right: row
                .cells
                .iter()
                .filter_map(|cell| {
                    let (at, width) = *places.get(cell.watch)?;
                    Some(self.piece(cell, at, width, ""))
                })
                .collect(),
        });
        std::iter::once(header).chain(rows).collect()
    }

    /// One column for all watches, whose names stand before what they tell.
    fn together(&self, timeline: &Timeline) -> Vec<Line> {
        let spare = self.room.saturating_sub(INDENT + GAP + SHARED);
        let left = self.left.min(spare.max(self.room * 2 / 5));
        let at = INDENT + left + GAP;
        let mut lines = vec![Line {
            left: HEADER.to_owned(),
            right: vec![Piece {
                at,
                text: "watches".to_owned(),
                tone: Tone::Told,
            }],
            ..Line::default()
        }];
        let mut groups: Vec<(String, Tone, Group<'_>)> = Vec::new();
        for row in &timeline.rows {
            let mut asked = self.asked(row, left);
            for group in grouped(row) {
                // Rows of their own that tell the same of one watch after another become one.
                match groups.last_mut() {
                    Some((.., last)) if row.operation.is_none() && last.joins(&group) => {
                        last.watches.extend(group.watches);
                    }
                    _ => {
                        let tone = if asked.is_empty() {
                            Tone::Told
                        } else {
                            row.tone
                        };
                        groups.push((std::mem::take(&mut asked), tone, group));
                    }
                }
            }
            if !asked.is_empty() {
                groups.push((asked, row.tone, Group::default()));
            }
        }
        lines.extend(groups.into_iter().map(|(left, tone, group)| {
            Line {
                left,
                tone,
                right: group
                    .cell
                    .map(|cell| {
                        let label = format!("{} ", label(&group.watches));
                        self.piece(cell, at, self.room.saturating_sub(at), &label)
                    })
                    .into_iter()
                    .collect(),
            }
        }));
        lines
    }

    /// The operation of a row, with a mark before one whose answer is wrong.
    fn asked(&self, row: &Row, left: usize) -> String {
        let Some(operation) = &row.operation else {
            return String::new();
        };
        let (mark, room) = match row.tone {
            Tone::Wrong => ("✗ ", left),
            // It has the row to itself.
            Tone::Expected => ("", self.room.saturating_sub(INDENT)),
            _ => ("", left),
        };
        format!("{mark:INDENT$}{}", operation.fitted(room))
    }

    fn piece(&self, cell: &Cell, at: usize, width: usize, label: &str) -> Piece {
        let mut phrase = cell.phrase.clone();
        phrase.before.insert_str(0, label);
        // What was expected has the row to itself, and moves to the left where it needs to.
        let (at, width) = match cell.tone {
            Tone::Expected => {
                let at = at.min(self.room.saturating_sub(phrase.width())).max(INDENT);
                (at, self.room.saturating_sub(at))
            }
            _ => (at, width),
        };
        Piece {
            at,
            text: phrase.fitted(width),
            tone: cell.tone,
        }
    }
}

/// Watches that tell the same in one row.
#[derive(Default)]
struct Group<'a> {
    watches: Vec<usize>,
    cell: Option<&'a Cell>,
}

impl Group<'_> {
    fn joins(&self, other: &Self) -> bool {
        match (self.cell, other.cell) {
            (Some(one), Some(other)) => {
                one.tone == Tone::Told && one.tone == other.tone && one.phrase == other.phrase
            }
            _ => false,
        }
    }
}

fn grouped(row: &Row) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for cell in &row.cells {
        let same = groups.iter_mut().find(|group| {
            let known = group.cell.map(|known| (&known.phrase, known.tone));
            known == Some((&cell.phrase, cell.tone))
        });
        match same {
            Some(group) => group.watches.push(cell.watch),
            None => groups.push(Group {
                watches: vec![cell.watch],
                cell: Some(cell),
            }),
        }
    }
    groups
}

/// The names of watches in a row: `w1`, `w1 w3`, `w1–w4`.
fn label(watches: &[usize]) -> String {
    let mut watches = watches.to_vec();
    watches.sort_unstable();
    watches.dedup();
    let runs = watches.chunk_by(|one, next| one + 1 == *next);
    let names = runs.filter_map(|run| match run {
        [one] => Some(format!("w{}", one + 1)),
        [one, other] => Some(format!("w{} w{}", one + 1, other + 1)),
        [first, .., last] => Some(format!("w{}–w{}", first + 1, last + 1)),
        [] => None,
    });
    names.collect::<Vec<_>>().join(" ")
}
