use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use storeproof::codec::{self, Codec};
use storeproof_fixtures::objects::{Pod, PodExt};

use crate::harness::{Context, Verdict, unexpected};

/// A codec as a case holds it. What is done with it is noted for the report.
pub(super) struct Coding<'a> {
    context: &'a Context,
    codec: Arc<dyn Codec<Pod>>,
}

impl<'a> Coding<'a> {
    pub(super) fn of(context: &'a Context) -> Verdict<Self> {
        let codec = context.judged_codec()?;
        Ok(Self { context, codec })
    }

    /// Notes in passing.
    pub(super) fn note(&self, what: impl Into<String>) {
        self.context.trace().note(what);
    }

    /// The bytes of an object. It must be encoded.
    pub(super) fn encode(&self, pod: &Pod) -> Verdict<Vec<u8>> {
        let mut bytes = Vec::new();
        self.encode_behind(pod, &mut bytes)?;
        Ok(bytes)
    }

    /// The same behind bytes that are there.
    pub(super) fn encode_behind(&self, pod: &Pod, bytes: &mut Vec<u8>) -> Verdict {
        let expected = || format!("{} is encoded", pod.name());
        let encode = AssertUnwindSafe(|| self.codec.encode(pod, bytes));
        match catch_unwind(encode) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(unexpected(expected(), format!("it fails: {error}"))),
            Err(_) => Err(unexpected(expected(), "it panics")),
        }
    }

    /// What the codec makes of bytes: no panic.
    pub(super) fn decode(&self, bytes: &[u8]) -> Verdict<Result<Pod, codec::Error>> {
        let decode = AssertUnwindSafe(|| self.codec.decode(bytes));
        catch_unwind(decode).map_err(|_| {
            unexpected(
                "decoding ends with an object or an error",
                format!("it panics for {}", shown(bytes)),
            )
        })
    }

    /// The bytes are this object.
    pub(super) fn expect_object(&self, bytes: &[u8], pod: &Pod) -> Verdict {
        let observed = match self.decode(bytes)? {
            Ok(decoded) if decoded == *pod => return Ok(()),
            Ok(decoded) => format!("they are decoded as {}", told(&decoded)),
            Err(error) => format!("they cannot be decoded: {error}"),
        };
        Err(unexpected(
            format!("the bytes are decoded as {}", told(pod)),
            observed,
        ))
    }

    /// The bytes are no object; `what` says what is wrong with them.
    pub(super) fn expect_refused(&self, bytes: &[u8], what: impl FnOnce() -> String) -> Verdict {
        match self.decode(bytes)? {
            Err(_) => Ok(()),
            Ok(decoded) => Err(unexpected(
                format!("{} is refused", what()),
                format!("it is decoded as {}", told(&decoded)),
            )),
        }
    }
}

/// An object in few words, as JSON.
pub(super) fn told(pod: &Pod) -> String {
    let text = serde_json::to_string(pod).unwrap_or_else(|error| error.to_string());
    shown(text.as_bytes())
}

/// The beginning of bytes, as text.
pub(super) fn shown(bytes: &[u8]) -> String {
    const LONGEST: usize = 240;
    let text = bytes.escape_ascii().to_string();
    let text = text.replace("\\\"", "\"");
    match text.get(..LONGEST) {
        Some(head) => format!("{head}… ({} bytes)", bytes.len()),
        None if text.is_empty() => "no bytes".to_owned(),
        None => text,
    }
}
