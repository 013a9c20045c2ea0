use super::{Requirement, all, find};
use crate::{cases, harness::Item};

/// Everything that looks at a requirement: the items whose source names it, or one of its rows.
pub fn cases_of(requirement: &Requirement) -> Vec<Item> {
    cases::items()
        .filter(|item| {
            let mut sources = item.source().split_whitespace();
            sources.any(|source| is_or_is_row_of(source, requirement.id))
        })
        .collect()
}

/// Whether a case may name this as its source: a requirement, a row of one, or a plain section of the description of
/// the store or its backend (`store/3.6`). Neither a row beside rows that the table names nor a number beside numbered
/// requirements is known.
pub fn is_known(source: &str) -> bool {
    if find(source).is_some() {
        return true;
    }
    match source.rsplit_once('/') {
        Some((whole, _)) if find(whole).is_some() => !all().any(|other| is_row_of(other.id, whole)),
        _ => is_section(source),
    }
}

fn is_section(source: &str) -> bool {
    let Some(("store" | "backend", number)) = source.split_once('/') else {
        return false;
    };
    let parent = source.rsplit_once('.').map(|(parent, _)| parent);
    let sibling = |id: &str| match (id.rsplit_once('.'), parent) {
        (Some((other, _)), Some(parent)) => other == parent,
        _ => false,
    };
    number.split('.').all(is_number) && !all().any(|requirement| sibling(requirement.id))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_or_is_row_of(source: &str, id: &str) -> bool {
    source == id || is_row_of(source, id)
}

fn is_row_of(source: &str, id: &str) -> bool {
    source
        .strip_prefix(id)
        .is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_requirement("store/5.3.15", true)]
    #[case::a_promise("store/6/41", true)]
    #[case::a_row("store/5.3.15/c12", true)]
    #[case::a_row_of_a_requirement_without_rows_here("store/6/41/twice", true)]
    #[case::of_the_wire("RNG-04", true)]
    #[case::a_section("store/3.6", true)]
    #[case::a_deep_section("store/1.7.3", true)]
    #[case::a_whole_chapter("store/3", true)]
    #[case::no_such_row("store/5.3.15/c87", false)]
    #[case::no_such_label("store/5.3.15/12", false)]
    #[case::no_such_number("store/5.3.40", false)]
    #[case::no_such_watch_test("backend/6.99", false)]
    #[case::no_such_promise("store/6/99", false)]
    #[case::no_such_book("book/3.6", false)]
    #[case::not_of_the_wire("RNG-99", false)]
    #[case::half_a_section("store/3.", false)]
    #[case::nothing("", false)]
    fn sources_are_checked(#[case] source: &str, #[case] known: bool) {
        assert_eq!(is_known(source), known);
    }

    #[rstest]
    #[case("store/5.3.15", "store/5.3.15", true)]
    #[case("store/5.3.15/c12", "store/5.3.15", true)]
    #[case("store/5.3.15", "store/5.3.15/c12", false)]
    #[case("store/5.3.15/c12", "store/5.3.15/c1", false)]
    #[case("backend/9/10", "backend/9/1", false)]
    fn a_row_speaks_for_its_requirement(
        #[case] source: &str,
        #[case] id: &str,
        #[case] covers: bool,
    ) {
        assert_eq!(is_or_is_row_of(source, id), covers);
    }

    #[test]
    fn a_requirement_has_the_items_that_name_it() {
        let requirement = find("store/5.3.3").unwrap();
        let items = cases_of(&requirement);
        assert!(!items.is_empty());
        for item in items {
            assert!(
                item.source()
                    .split(' ')
                    .any(|source| source == "store/5.3.3")
            );
        }
    }
}
