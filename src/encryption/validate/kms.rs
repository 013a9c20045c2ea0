use crate::storage::Quoted;

use super::{
    super::{FieldPath, KmsConfiguration, Rule, endpoint},
    Errors,
};

pub(super) fn check(
    kms: &KmsConfiguration,
    path: &FieldPath,
    earlier_names: &[&str],
    reload: bool,
    errors: &mut Errors,
) {
    let is_v1 = kms.api_version == "v1";
    let name = path.child("name");
    if kms.name.is_empty() {
        errors.required(name.clone(), Rule::Mandatory("name", "provider"));
    }
    if !is_v1 && kms.name.contains(':') {
        let rule = Rule::NameWithColon(kms.name.clone());
        errors.invalid(name.clone(), quoted(&kms.name), rule);
    }
    if (reload || !is_v1) && earlier_names.contains(&kms.name.as_str()) {
        let rule = Rule::DuplicateName(kms.name.clone());
        errors.invalid(name, quoted(&kms.name), rule);
    }
    if kms.timeout.is_zero_or_negative() {
        let value = quoted(&kms.timeout.to_string());
        errors.invalid(path.child("timeout"), value, Rule::Timeout);
    }
    if let Some(rule) = endpoint(&kms.endpoint) {
        errors.invalid(path.child("endpoint"), quoted(&kms.endpoint), rule);
    }
    let cache_size = path.child("cachesize");
    match kms.cache_size {
        Some(0) if is_v1 => errors.invalid(cache_size, "0", Rule::CacheSize),
        Some(size) if !is_v1 => {
            errors.invalid(cache_size, size.to_string(), Rule::CacheSizeUnsupported);
        }
        _ => {}
    }
    if !is_v1 && kms.api_version != "v2" {
        let value = quoted(&kms.api_version);
        errors.invalid(path.child("apiVersion"), value, Rule::ApiVersion);
    }
}

fn endpoint(endpoint: &str) -> Option<Rule> {
    if endpoint.is_empty() {
        return Some(Rule::Mandatory("endpoint", "kms"));
    }
    match endpoint::scheme(endpoint) {
        Err(cause) => Some(Rule::Endpoint(cause)),
        Ok(scheme) if scheme == "unix" => None,
        Ok(scheme) => Some(Rule::Scheme(scheme)),
    }
}

fn quoted(text: &str) -> String {
    Quoted(text).to_string()
}
