//! Codecs and transformers that a case can direct: the way to test what a store does with its values, without a hook.

mod codec;
mod transformer;

pub use codec::ScriptedCodec;
pub use transformer::ScriptedTransformer;

/// What a scripted part fails with.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a scripted failure")]
struct Scripted;
