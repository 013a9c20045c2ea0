use std::collections::BTreeMap;

use bytes::Bytes;

use super::invalid::{InvalidAnnotations, MOST_ANNOTATIONS};

/// What a plugin wants to see again when it decrypts, by name. Names are domain names, so that plugins do not collide.
pub(super) type Annotations = BTreeMap<String, Bytes>;

/// Checks names and size (backend §7.8).
pub(super) fn check(annotations: &Annotations) -> Result<(), InvalidAnnotations> {
    let mut problems: Vec<String> = annotations
        .keys()
        .filter_map(|name| Some((name, problem(name)?)))
        .map(|(name, problem)| format!("annotations: Invalid value: {name:?}: {problem}"))
        .collect();
    let size: usize = annotations
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if size > MOST_ANNOTATIONS {
        problems.push(format!(
            "total size of annotations is {size}, which exceeds the max size of {MOST_ANNOTATIONS}"
        ));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(InvalidAnnotations(problems))
    }
}

/// What keeps a name from being a full domain name, which may end with a dot.
fn problem(name: &str) -> Option<&'static str> {
    let domain = name.strip_suffix('.').unwrap_or(name);
    if domain.len() > 253 {
        return Some("a domain name has at most 253 characters");
    }
    if !domain.split('.').all(is_label) {
        return Some(
            "between its dots a domain name has 1 to 63 small letters, digits and '-', the last not at either end",
        );
    }
    (!domain.contains('.')).then_some("a full domain name has two segments or more")
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::{Annotations, check};

    fn of(name: &str, size: usize) -> Annotations {
        [(name.to_owned(), vec![b'v'; size].into())].into()
    }

    #[test]
    fn names_are_full_domain_names() {
        let label = "a".repeat(63);
        let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
        for name in [
            "kms.example.com",
            "a.b",
            "a.b.",
            "0.1-2",
            &format!("{label}.a"),
            &longest,
        ] {
            check(&of(name, 1)).expect(name);
        }
        let long_label = format!("{label}a.a");
        let too_long = format!("{longest}a");
        for name in [
            "",
            ".",
            "a",
            "a.",
            "a..b",
            ".a.b",
            "a.b..",
            "-a.b",
            "a-.b",
            "A.b",
            "a_a.b",
            "é.b",
            &long_label,
            &too_long,
        ] {
            check(&of(name, 1)).expect_err(name);
        }
    }

    #[test]
    fn names_and_values_have_room_for_32_kib() {
        let room = 32 * 1024 - "a.b".len();
        for size in [0, room - 1, room] {
            check(&of("a.b", size)).expect("fits");
        }
        let error = check(&of("a.b", room + 1)).expect_err("one byte too many");
        assert_eq!(
            error.to_string(),
            "total size of annotations is 32769, which exceeds the max size of 32768"
        );
    }

    #[test]
    fn every_problem_is_told() {
        let mut annotations = of("a", 1);
        annotations.extend(of("b", 40_000));
        let error = check(&annotations).expect_err("three problems");
        assert_eq!(
            error.to_string(),
            "[annotations: Invalid value: \"a\": a full domain name has two segments or more, \
             annotations: Invalid value: \"b\": a full domain name has two segments or more, \
             total size of annotations is 40003, which exceeds the max size of 32768]"
        );
    }
}
