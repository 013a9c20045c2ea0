use super::{
    super::{FieldPath, Key, Keys, Rule},
    Errors,
};

pub(super) const AES: &[usize] = &[16, 24, 32];
pub(super) const SECRETBOX: &[usize] = &[32];

const REDACTED: &str = "\"REDACTED\"";

pub(super) fn check(keys: &Keys, path: &FieldPath, lengths: &'static [usize], errors: &mut Errors) {
    let path = path.child("keys");
    if keys.keys.is_empty() {
        errors.required(path.clone(), Rule::AtLeastOne("keys".to_owned()));
    }
    for (index, key) in keys.keys.iter().enumerate() {
        check_key(key, &path.index(index), lengths, errors);
    }
}

fn check_key(key: &Key, path: &FieldPath, lengths: &'static [usize], errors: &mut Errors) {
    if key.name.is_empty() {
        errors.required(path.child("name"), Rule::Mandatory("name", "key"));
    }
    let path = path.child("secret");
    if key.secret.expose().is_empty() {
        errors.required(path, Rule::Mandatory("secret", "key"));
        return;
    }
    match key.secret.decode().map(|secret| secret.expose().len()) {
        None => errors.invalid(path, REDACTED, Rule::NotBase64),
        Some(length) if lengths.contains(&length) => {}
        Some(got) => {
            let expected = lengths;
            errors.invalid(path, REDACTED, Rule::SecretLength { got, expected });
        }
    }
}
