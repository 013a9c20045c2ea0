use serde_json::Value;
use storeproof_fixtures::objects::Pod;

/// The first field in which two objects differ, with what was expected of it.
pub(super) fn difference(expected: &Pod, observed: &Pod) -> String {
    let expected = serde_json::to_value(expected).unwrap_or_default();
    let observed = serde_json::to_value(observed).unwrap_or_default();
    match differing(&expected, &observed, String::new()) {
        Some((path, expected, observed)) => format!("{path} = {expected}, not {observed}"),
        None => "another object".to_owned(),
    }
}

fn differing(expected: &Value, observed: &Value, path: String) -> Option<(String, Value, Value)> {
    if let (Value::Object(one), Value::Object(other)) = (expected, observed) {
        let names = one.keys().chain(other.keys());
        return names.into_iter().find_map(|name| {
            let below = match &*path {
                "" => name.clone(),
                path => format!("{path}.{name}"),
            };
            let field = |object: &serde_json::Map<String, Value>| {
                object.get(name).cloned().unwrap_or_default()
            };
            differing(&field(one), &field(other), below)
        });
    }
    (expected != observed).then(|| (path, expected.clone(), observed.clone()))
}

#[cfg(test)]
mod tests {
    use storeproof_fixtures::objects::{PodExt, pod};

    use super::*;

    #[test]
    fn the_first_field_that_differs_is_named() {
        let (one, other) = (
            pod("ns", "a").label("x", "1"),
            pod("ns", "a").label("x", "2"),
        );
        assert_eq!(
            difference(&one, &other),
            "metadata.labels.x = \"1\", not \"2\""
        );
        let bare = pod("ns", "a");
        assert_eq!(
            difference(&bare, &other),
            "metadata.labels = null, not {\"x\":\"2\"}"
        );
    }
}
