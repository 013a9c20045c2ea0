mod text;
mod write;

use std::sync::Arc;

use super::{Codec, Error, kind};
use crate::storage::Object;

/// JSON as the API server stores it (backend §8.4): compact, `<`, `>`, `&` and the line separators of Unicode escaped, closed
/// with a newline. Members stand in the order of the type.
///
/// Reading is `serde_json`'s. Writing is not: it knows no such escapes, and looks for those of JSON a byte at a time, which is
/// most of what a large string costs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl<T: Object> Codec<T> for Json {
    fn encode(&self, object: &T, bytes: &mut Vec<u8>) -> Result<(), Error> {
        write::value(object, bytes).map_err(|source| Error::Encode(Arc::new(source)))?;
        bytes.push(b'\n');
        Ok(())
    }

    fn decode(&self, bytes: &[u8]) -> Result<T, Error> {
        // To look once whether all of it is text costs less than to look at each string by itself.
        let decoded = match str::from_utf8(bytes) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(bytes),
        };
        let object = decoded.map_err(|source| Error::Decode(Arc::new(source)))?;
        kind::in_json(bytes).map_err(|source| Error::Decode(Arc::new(source)))?;
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Pod;

    use super::{Codec, Json};

    fn encoded(pod: &Pod) -> Vec<u8> {
        let mut bytes = Vec::new();
        Json.encode(pod, &mut bytes).expect("a Pod is JSON");
        bytes
    }

    #[test]
    fn equal_objects_are_equal_bytes_and_come_back() {
        let mut pod = Pod::default();
        pod.metadata.name = Some("foo".to_owned());
        // Nothing and emptiness are told apart.
        pod.metadata.finalizers = Some(Vec::new());
        let labels = [("b", "<&>"), ("a", "\u{2028}")];
        pod.metadata.labels = Some(labels.map(|(k, v)| (k.to_owned(), v.to_owned())).into());
        let bytes = encoded(&pod);
        assert_eq!(bytes, encoded(&pod.clone()));
        assert_eq!(bytes.last(), Some(&b'\n'));
        let text = str::from_utf8(bytes.trim_ascii_end()).expect("JSON is text");
        assert!(
            text.contains(r#""a":"\u2028","b":"\u003c\u0026\u003e""#),
            "{text}"
        );
        assert!(!text.contains(['\n', ' ', '<', '\u{2028}']), "{text}");
        let read: Pod = Json.decode(&bytes).expect("its own bytes");
        assert_eq!(read, pod);
    }

    #[test]
    fn blanks_around_a_document_do_not_matter() {
        let pod = Pod::default();
        let bytes = [b" \n", encoded(&pod).as_slice(), b"\t "].concat();
        let read: Pod = Json.decode(&bytes).expect("the same document");
        assert_eq!(read, pod);
    }

    #[test]
    fn what_is_no_object_of_the_kind_is_refused() {
        for text in [
            "",
            "abc",
            "[",
            "{",
            r#"{"apiVersion":"v1","kind":"Node","metadata":{}}"#,
            "{}",
            r#"{"kind":"Pod","metadata":{}}"#,
            r#"{"apiVersion":"v1","metadata":{}}"#,
        ] {
            let read: Result<Pod, _> = Json.decode(text.as_bytes());
            let error = read.expect_err(text).to_string();
            assert!(
                error.starts_with("unable to decode the stored object: "),
                "{error}"
            );
        }
    }
}
