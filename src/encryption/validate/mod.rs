mod keys;
mod kms;
mod resources;

use super::{
    EncryptionConfiguration, FieldErrors, FieldPath, ProviderConfiguration, Rule, field::Errors,
};

impl EncryptionConfiguration {
    /// Looks whether the configuration keeps to every rule (backend §7.11). Where it is loaded again and again, names of
    /// version v1 must be unique too.
    ///
    /// # Errors
    ///
    /// All values that break a rule, in the order of the file.
    pub fn validate(&self, reload: bool) -> Result<(), FieldErrors> {
        let mut errors = Errors(Vec::new());
        let root = FieldPath::default().child("resources");
        if self.resources.is_empty() {
            let rule = Rule::AtLeastOne(root.to_string());
            errors.required(root.clone(), rule);
        }
        let mut kms_names = Vec::new();
        for (index, entry) in self.resources.iter().enumerate() {
            let (resources, providers) = (
                root.index(index).child("resources"),
                root.index(index).child("providers"),
            );
            resources::check(&entry.resources, &resources, &mut errors);
            if entry.providers.is_empty() {
                let rule = Rule::AtLeastOne(providers.to_string());
                errors.required(providers.clone(), rule);
            }
            for (index, entry) in entry.providers.iter().enumerate() {
                let path = providers.index(index);
                provider(entry, &path, &mut kms_names, reload, &mut errors);
            }
        }
        if errors.0.is_empty() {
            Ok(())
        } else {
            Err(FieldErrors(errors.0))
        }
    }
}

fn provider<'c>(
    provider: &'c ProviderConfiguration,
    path: &FieldPath,
    kms_names: &mut Vec<&'c str>,
    reload: bool,
    errors: &mut Errors,
) {
    let ProviderConfiguration {
        aes_gcm,
        aes_cbc,
        secretbox,
        identity,
        kms,
    } = provider;
    let given = [
        ("aesgcm", aes_gcm.is_some()),
        ("aescbc", aes_cbc.is_some()),
        ("secretbox", secretbox.is_some()),
        ("identity", *identity),
        ("kms", kms.is_some()),
    ];
    let given: Vec<_> = given.iter().filter(|(_, is_given)| *is_given).collect();
    let rule = match given.len() {
        0 => Some(Rule::NoProvider),
        1 => None,
        _ => Some(Rule::SeveralProviders),
    };
    if let Some(rule) = rule {
        // The API server shows the keys with the rest of it.
        let kinds: Vec<_> = given
            .iter()
            .map(|(kind, _)| format!("\"{kind}\":\"REDACTED\""))
            .collect();
        errors.invalid(path.clone(), format!("{{{}}}", kinds.join(",")), rule);
    }
    // Of several, only the first is looked into.
    if let Some(kms) = kms {
        kms::check(kms, &path.child("kms"), kms_names, reload, errors);
        kms_names.push(&kms.name);
    } else if let Some(keys) = aes_gcm {
        keys::check(keys, &path.child("aesgcm"), keys::AES, errors);
    } else if let Some(keys) = aes_cbc {
        keys::check(keys, &path.child("aescbc"), keys::AES, errors);
    } else if let Some(keys) = secretbox {
        keys::check(keys, &path.child("secretbox"), keys::SECRETBOX, errors);
    }
}
