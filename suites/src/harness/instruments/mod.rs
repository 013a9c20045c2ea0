//! Codecs, transformers and callbacks that a case can direct: the way to test what a store does, without a hook.

mod callbacks;
mod codec;
mod hold;
mod transformer;

pub use callbacks::{RecordedUpdate, RecordedValidation, Refusal};
pub use codec::ScriptedCodec;
pub use transformer::ScriptedTransformer;

/// What a scripted part fails with.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a scripted failure")]
struct Scripted;

/// Panics without a word on the terminal: nothing has gone wrong with the suite.
fn panic_quietly() -> ! {
    std::panic::resume_unwind(Box::new("a scripted panic"))
}
