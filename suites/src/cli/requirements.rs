use std::{
    fmt,
    io::{self, Write},
};

use crate::{
    harness::{Item, Kind},
    report::{Style, quoted, wrapped},
    requirements::{self, Requirement},
};

/// What a label of an explanation takes of a line, with the space around it.
const LABEL: usize = 15;

/// A command with more filters than this is not worth copying.
const MOST_FILTERS: usize = 4;

/// Every requirement, section by section, with its cases or why it has none.
pub(super) fn tree(out: &mut impl Write, style: &Style) -> io::Result<()> {
    let (mut covered, mut uncovered) = (0, 0);
    for section in requirements::sections() {
        let count = section.requirements().count();
        writeln!(out, "{} · {count}", style.strong(section.title))?;
        for requirement in section.requirements() {
            let items = requirements::cases_of(&requirement);
            if items.is_empty() {
                uncovered += 1;
            } else {
                covered += 1;
            }
            writeln!(out, "  {} · {}", requirement.id, requirement.tier.letter())?;
            for line in wrapped(requirement.says, style.width() - 6) {
                writeln!(out, "      {}", style.quiet(&line))?;
            }
            write_cases(out, &requirement, &items, style)?;
        }
        writeln!(out)?;
    }
    let total = covered + uncovered;
    writeln!(
        out,
        "{total} requirements: {covered} with cases, {uncovered} without"
    )
}

fn write_cases(
    out: &mut impl Write,
    requirement: &Requirement,
    items: &[Item],
    style: &Style,
) -> io::Result<()> {
    let width = style.width() - 8;
    for name in lines(items, width) {
        let mut mark = style.good("✓");
        for line in wrapped(&name, width) {
            writeln!(out, "      {mark} {line}")?;
            " ".clone_into(&mut mark);
        }
    }
    if items.is_empty() {
        let mut mark = style.doubtful("–");
        for line in wrapped(why_uncovered(requirement), width) {
            writeln!(out, "      {mark} {line}")?;
            " ".clone_into(&mut mark);
        }
    }
    Ok(())
}

/// A line each for scripts: the id, and its cases with commas between, or a dash and why there are none.
pub(super) fn tsv(out: &mut impl Write) -> io::Result<()> {
    for requirement in requirements::all() {
        let items = requirements::cases_of(&requirement);
        if items.is_empty() {
            let why = why_uncovered(&requirement);
            writeln!(out, "{}\t-\t{why}", requirement.id)?;
        } else {
            let ids: Vec<String> = items.iter().map(Item::id).collect();
            writeln!(out, "{}\t{}", requirement.id, ids.join(","))?;
        }
    }
    Ok(())
}

/// One requirement: what must hold, who depends on it, where it comes from, and what looks at it.
pub(super) fn explain(
    out: &mut impl Write,
    requirement: &Requirement,
    style: &Style,
) -> io::Result<()> {
    let items = requirements::cases_of(requirement);
    writeln!(out, "{}", style.strong(requirement.id))?;
    let tier = requirement.tier;
    let mut parts = vec![
        ("requirement", requirement.says.to_owned()),
        ("tier", format!("{}: {}", tier.letter(), tier.meaning())),
        ("source", requirement.source.to_owned()),
    ];
    if items.is_empty() {
        parts.push(("no case", why_uncovered(requirement).to_owned()));
    } else {
        parts.push(("cases", lines(&items, style.width() - LABEL).join("\n")));
    }
    for (label, text) in parts {
        part(out, label, &text, style)?;
    }
    // Commands stay whole, so that they can be copied.
    let of_stores: Vec<Item> = items
        .into_iter()
        .filter(|item| item.case.kind() == Kind::Store)
        .collect();
    let filters: Vec<String> = by_case(&of_stores).map(|case| quoted(&case.id)).collect();
    if (1..=MOST_FILTERS).contains(&filters.len()) {
        let filters = filters.join(" --filter ");
        writeln!(out, "\n  storeproof run --filter {filters}")?;
    }
    Ok(())
}

/// A labelled paragraph of an explanation.
pub(super) fn part(out: &mut impl Write, label: &str, text: &str, style: &Style) -> io::Result<()> {
    let mut label = format!("{label:<11}");
    for line in wrapped(text, style.width() - LABEL) {
        writeln!(out, "  {}  {line}", style.quiet(&label))?;
        label = " ".repeat(11);
    }
    Ok(())
}

/// Where an id is too long for a line it breaks before its row.
fn lines(items: &[Item], width: usize) -> Vec<String> {
    by_case(items)
        .map(|case| case.to_string())
        .map(|line| match line.split_once('/') {
            Some((case, row)) if line.chars().count() > width => format!("{case} /{row}"),
            _ => line,
        })
        .collect()
}

fn why_uncovered(requirement: &Requirement) -> &'static str {
    requirement.uncovered.unwrap_or("No case names it.")
}

/// What looks at a requirement of one case.
struct Looking {
    /// The case, or its row where only one does.
    id: String,
    rows: usize,
}

impl fmt::Display for Looking {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rows {
            1 => formatter.write_str(&self.id),
            rows => write!(formatter, "{} · {rows} rows", self.id),
        }
    }
}

fn by_case(items: &[Item]) -> impl Iterator<Item = Looking> {
    items
        .chunk_by(|one, other| one.case.id() == other.case.id())
        .filter_map(|rows| {
            let id = match rows {
                [only] => only.id(),
                [first, ..] => first.case.id(),
                [] => return None,
            };
            let rows = rows.len();
            Some(Looking { id, rows })
        })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::cases;

    fn written(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_hold_cases_or_a_dash_and_a_reason() {
        let text = written(tsv);
        let known: Vec<String> = cases::items().map(|item| item.id()).collect();
        for (line, requirement) in text.lines().zip(requirements::all()) {
            match *line.split('\t').collect::<Vec<_>>() {
                [id, "-", why] => {
                    assert_eq!(id, requirement.id);
                    assert!(why.ends_with('.'), "{line}");
                }
                [id, covering] => {
                    assert_eq!(id, requirement.id);
                    for case in covering.split(',') {
                        assert!(known.iter().any(|id| id == case), "{line}");
                    }
                }
                _ => panic!("{line}"),
            }
        }
        assert_eq!(text.lines().count(), requirements::all().count());
    }

    #[rstest]
    #[case(40)]
    #[case(80)]
    fn the_tree_fits_a_terminal(#[case] columns: usize) {
        let text = written(|out| tree(out, &Style::plain().columns(columns)));
        let too_long = text.lines().find(|line| line.chars().count() > columns);
        // An id stays whole where it is a heading.
        let too_long = too_long.filter(|line| line.starts_with("   "));
        assert_eq!(too_long, None);
        let total = requirements::all().count();
        let last = text.lines().last().unwrap();
        assert!(
            last.starts_with(&format!("{total} requirements: ")),
            "{last}"
        );
    }
}
