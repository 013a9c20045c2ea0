use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use storeproof::codec::{self, Codec, Form};
use storeproof_fixtures::objects::{Pod, PodExt, pod};

use super::bare::bare;
use crate::harness::{Context, Verdict, unexpected};

/// A codec as a case holds it. What is done with it is noted for the report.
pub(super) struct Coding<'a> {
    context: &'a Context,
    codec: Arc<dyn Codec<Pod>>,
    /// Whether what is empty is told from what is not there. The API server's protobuf does not (backend §8.3).
    tells_empty: bool,
}

impl<'a> Coding<'a> {
    pub(super) fn of(context: &'a Context) -> Verdict<Self> {
        let codec = context.judged_codec()?;
        let mut coding = Self {
            context,
            codec,
            tells_empty: true,
        };
        let bytes = coding.encode(&pod("test-ns", "foo"))?;
        coding.tells_empty = Form::of(&bytes) != Some(Form::Protobuf);
        Ok(coding)
    }

    /// The same where bytes are decoded that are in protobuf, whatever the codec writes.
    pub(super) fn of_envelopes(context: &'a Context) -> Verdict<Self> {
        let coding = Self::of(context)?;
        Ok(Self {
            tells_empty: false,
            ..coding
        })
    }

    /// Whether both are the same object, as far as the form of the bytes tells.
    pub(super) fn is_same(&self, one: &Pod, other: &Pod) -> bool {
        one == other || (!self.tells_empty && bare(one) == bare(other))
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
            Ok(decoded) if self.is_same(&decoded, pod) => return Ok(()),
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
