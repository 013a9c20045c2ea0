use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tonic::Code;

use super::RpcError;

/// Which way a value went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// It was read.
    FromStorage,
    /// It was written.
    ToStorage,
}

/// What is wrong with the name of a key that a plugin states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadKeyId {
    /// It has none.
    Empty,
    /// It is too long to be stored.
    TooLong,
}

/// Is told what a provider of envelope encryption does. For metrics (backend §4.5); nothing by default.
///
/// Key ids are what a plugin calls its keys; nobody knows what it puts into them, so that they are to be shown hashed.
pub trait Observer: Send + Sync {
    /// A call of a plugin of the second version ended, with `Ok` or with the code of its failure. `method` is its path,
    /// such as `/v2.KeyManagementService/Encrypt`.
    fn called(&self, method: &'static str, took: Duration, code: Code) {
        let _ = (method, took, code);
    }

    /// A data key was not in memory.
    fn missed(&self) {}

    /// A data key was made, or could not be.
    fn generated(&self, took: Duration, succeeded: bool) {
        let _ = (took, succeeded);
    }

    /// A key was used for a value (second version): after its data key was had on a read, and after the value was
    /// encrypted on a write.
    fn used(&self, direction: Direction, key_id: &str) {
        let _ = (direction, key_id);
    }

    /// The plugin stated its key (second version).
    fn stated(&self, key_id: &str) {
        let _ = key_id;
    }

    /// The plugin stated a key that cannot be one (second version).
    fn refused(&self, error: BadKeyId) {
        let _ = error;
    }

    /// So many data keys are in memory now (second version). Told when they become more.
    fn remembers(&self, count: usize) {
        let _ = count;
    }

    /// Which part of the room for data keys is taken, from 0 to 1 (first version).
    fn filled(&self, part: f64) {
        let _ = part;
    }

    /// A value is to be read or written (first version).
    fn arrived(&self, direction: Direction) {
        let _ = direction;
    }
}

/// Nobody looks.
impl Observer for () {}

/// The answer of a plugin, once the observer was told of it.
pub(super) async fn observed<T>(
    observer: &dyn Observer,
    method: &'static str,
    call: impl Future<Output = Result<T, RpcError>>,
) -> Result<T, RpcError> {
    let begun = Instant::now();
    let answer = call.await;
    let code = answer.as_ref().map_or_else(RpcError::code, |_| Code::Ok);
    observer.called(method, begun.elapsed(), code);
    answer
}

/// What `generate` makes, once the observer was told of it.
pub(super) fn generated<T, E>(
    observer: &dyn Observer,
    generate: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let begun = Instant::now();
    let made = generate();
    observer.generated(begun.elapsed(), made.is_ok());
    made
}

/// Nobody to tell.
pub(super) fn nobody() -> Arc<dyn Observer> {
    Arc::new(())
}
