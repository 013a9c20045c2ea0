use serde_json::Value;
use storeproof_fixtures::objects::Pod;

/// A Pod without all that is empty, zero or false, except where it stands in a map or a list of the user's.
pub(super) fn bare(pod: &Pod) -> Value {
    let mut value = serde_json::to_value(pod).unwrap_or_default();
    strip(&mut value);
    value
}

/// What is in these is the user's own, but for the whole.
const OWN: [&str; 3] = ["labels", "annotations", "finalizers"];

fn strip(value: &mut Value) {
    if let Value::Object(members) = value {
        members.retain(|name, member| {
            if !OWN.contains(&name.as_str()) {
                strip(member);
            }
            !is_empty(member)
        });
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::{PodSpec, PodStatus};
    use storeproof_fixtures::objects::{PodExt, pod};

    use super::bare;

    #[test]
    fn what_is_empty_is_as_good_as_not_there() {
        let foo = pod("test-ns", "foo");
        let mut empty = foo.clone().uid("").node("");
        empty.metadata.generation = Some(0);
        empty.metadata.finalizers = Some(Vec::new());
        empty.metadata.labels = Some([].into());
        empty.status = Some(PodStatus::default());
        assert_eq!(bare(&foo), bare(&empty));
        empty.spec = Some(PodSpec {
            host_network: Some(true),
            ..PodSpec::default()
        });
        assert_ne!(bare(&foo), bare(&empty));
        assert_ne!(bare(&foo), bare(&foo.clone().label("a", "")));
        assert_ne!(
            bare(&foo.clone().label("a", "")),
            bare(&foo.clone().label("b", ""))
        );
        let mut finalized = foo.clone();
        finalized.metadata.finalizers = Some(vec![String::new()]);
        assert_ne!(bare(&foo), bare(&finalized));
    }
}
