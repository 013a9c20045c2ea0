use super::{History, Watched, at, history::change};

/// V-RESUME: the first event of a watch from a revision is the first change from there on.
pub(super) fn check(history: &History, watched: &Watched) -> Option<String> {
    if watched.start == 0 {
        return None;
    }
    let told = change(watched.events().next()?);
    let due = history
        .changes
        .iter()
        .map(|(change, _)| change)
        .find(|change| change.revision >= watched.start && watched.covers(&change.key))?;
    let differs = told.revision != due.revision;
    differs.then(|| {
        format!(
            "it was to begin at {} with {}, and begins with {}",
            watched.start,
            at(&due.key, due.revision),
            at(&told.key, told.revision),
        )
    })
}
