use crate::harness::Seed;

/// The command that runs one case again on the same subject with the same randomness.
pub fn replay(subject: &str, id: &str, seed: Seed) -> String {
    format!(
        "storeproof run {} --filter {} --seed {seed}",
        quoted(subject),
        quoted(id)
    )
}

/// The text as one word of a shell.
pub(crate) fn quoted(text: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./:=,@%+".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("etcd:3.5.16,tls=mutual", "etcd:3.5.16,tls=mutual")]
    #[case("bin:/a b,args=--x", "'bin:/a b,args=--x'")]
    #[case("it's", r"'it'\''s'")]
    #[case("", "''")]
    fn a_shell_reads_what_was_meant(#[case] text: &str, #[case] word: &str) {
        assert_eq!(quoted(text), word);
    }

    #[test]
    fn the_command_names_subject_case_and_seed() {
        assert_eq!(
            replay("memory", "crud::create::x/a row", Seed(7)),
            "storeproof run memory --filter 'crud::create::x/a row' --seed 7"
        );
    }
}
