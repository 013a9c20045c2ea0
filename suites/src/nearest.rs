/// So many are offered.
const OFFERED: usize = 5;

/// The ids that may have been meant: those that hold the text first, then those that are written most alike. Upper and
/// lower case count as the same.
pub(crate) fn nearest(text: &str, ids: impl Iterator<Item = String>) -> Vec<String> {
    let mut rated: Vec<(f64, String)> = ids
        .map(|id| (likeness(text, &id), id))
        .filter(|(likeness, _)| *likeness > 0.5)
        .collect();
    rated.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    rated.truncate(OFFERED);
    rated.into_iter().map(|(_, id)| id).collect()
}

fn likeness(text: &str, id: &str) -> f64 {
    let (text, id) = (&*text.to_lowercase(), &*id.to_lowercase());
    if !text.is_empty() && id.contains(text) {
        return 1.0;
    }
    let last = id.rsplit("::").next().unwrap_or(id);
    strsim::normalized_damerau_levenshtein(text, id)
        .max(strsim::normalized_damerau_levenshtein(text, last))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn ids() -> impl Iterator<Item = String> {
        [
            "crud::create::refuses_a_key_that_exists",
            "crud::create::returns_the_stored_object",
            "paging::token::survives_compaction",
            "store/5.3.15/c12",
            "RNG-04",
        ]
        .into_iter()
        .map(str::to_owned)
    }

    #[rstest]
    #[case(
        "crud::create::refuse_a_key_that_exist",
        "crud::create::refuses_a_key_that_exists"
    )]
    #[case("returns_stored_object", "crud::create::returns_the_stored_object")]
    #[case("token", "paging::token::survives_compaction")]
    #[case("store/5.3.15/12", "store/5.3.15/c12")]
    #[case("rng-04", "RNG-04")]
    fn what_was_meant_comes_first(#[case] text: &str, #[case] meant: &str) {
        assert_eq!(
            nearest(text, ids()).first().map(String::as_str),
            Some(meant)
        );
    }

    #[rstest]
    #[case("")]
    #[case("zzzzzzzzzz")]
    fn what_is_like_nothing_gets_no_offer(#[case] text: &str) {
        assert!(nearest(text, ids()).is_empty());
    }
}
