use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{codec, storage::Object, value::Data};

use super::super::values::Values;

/// How many bytes of stored values are remembered with what they were decoded to.
const MOST_BYTES: usize = 1 << 20;

/// What the watches of one store have decoded, for the others that are told of the same change.
///
/// Each watch has its own stream and gets its own object, by a clone, which costs a fraction of a decode. Only equal bytes
/// are equal objects, so it is never wrong, whatever etcd did in between. Values are opened by each watch for itself, and
/// a watch takes nothing that was decoded before it began: what became unreadable is so for all who come later. What is
/// remembered goes once every other watch has taken it, or when newer changes need its room.
pub(in super::super) struct Shared<T> {
    running: AtomicUsize,
    memory: Mutex<Memory<T>>,
}

struct Memory<T> {
    /// How many watches ever began.
    begun: u64,
    bytes: usize,
    objects: BTreeMap<Place, Decoded<T>>,
}

/// Where a value stands in history: what a revision wrote, or what was there before. A transaction over several keys has
/// one place for all of them, and the last one takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) revision: i64,
    pub(super) is_previous: bool,
}

struct Decoded<T> {
    plain: Data,
    object: Arc<T>,
    /// The watches that had begun by then.
    begun: u64,
    /// How many of them have not taken it.
    awaited_by: usize,
}

impl<T> Shared<T> {
    /// Another watch begins.
    pub(super) fn join(self: &Arc<Self>) -> Reader<T> {
        let mut memory = self.memory();
        memory.begun += 1;
        self.running.fetch_add(1, Ordering::Relaxed);
        Reader {
            begun: memory.begun,
            shared: Arc::clone(self),
        }
    }

    fn others(&self) -> usize {
        self.running.load(Ordering::Relaxed).saturating_sub(1)
    }

    fn memory(&self) -> MutexGuard<'_, Memory<T>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self {
            running: AtomicUsize::new(0),
            memory: Mutex::new(Memory {
                begun: 0,
                bytes: 0,
                objects: BTreeMap::new(),
            }),
        }
    }
}

/// One watch's part in it.
pub(super) struct Reader<T> {
    shared: Arc<Shared<T>>,
    begun: u64,
}

impl<T: Object> Reader<T> {
    /// The object in plain bytes, at the revision of its place.
    pub(super) fn decode(
        &self,
        values: &Values<T>,
        plain: Data,
        place: Place,
    ) -> Result<T, codec::Error> {
        if self.shared.others() == 0 {
            return values.decode(&plain, place.revision);
        }
        if let Some(object) = self.take(&plain, place) {
            return Ok(Arc::unwrap_or_clone(object));
        }
        let object = values.decode(&plain, place.revision)?;
        self.remember(plain, place, &object);
        Ok(object)
    }

    fn take(&self, plain: &[u8], place: Place) -> Option<Arc<T>> {
        self.shared.memory().take(plain, place, self.begun)
    }

    fn remember(&self, plain: Data, place: Place, object: &T) {
        let object = Arc::new(object.clone());
        let mut memory = self.shared.memory();
        let others = self.shared.others();
        // Another watch was at it at the same time.
        let is_known = memory.take(&plain, place, self.begun).is_some();
        if !is_known && others > 0 && plain.len() <= MOST_BYTES {
            let decoded = Decoded {
                plain,
                object,
                begun: memory.begun,
                awaited_by: others,
            };
            memory.insert(place, decoded);
        }
    }
}

impl<T> Drop for Reader<T> {
    fn drop(&mut self) {
        let mut memory = self.shared.memory();
        self.shared.running.fetch_sub(1, Ordering::Relaxed);
        if self.shared.others() == 0 {
            memory.objects.clear();
            memory.bytes = 0;
        }
    }
}

impl<T> Memory<T> {
    fn take(&mut self, plain: &[u8], place: Place, begun: u64) -> Option<Arc<T>> {
        let found = self.objects.get_mut(&place)?;
        if found.begun < begun || found.plain != *plain {
            return None;
        }
        found.awaited_by -= 1;
        if found.awaited_by > 0 {
            return Some(Arc::clone(&found.object));
        }
        let last = self.objects.remove(&place)?;
        self.bytes -= last.plain.len();
        Some(last.object)
    }

    fn insert(&mut self, place: Place, decoded: Decoded<T>) {
        self.bytes += decoded.plain.len();
        if let Some(replaced) = self.objects.insert(place, decoded) {
            self.bytes -= replaced.plain.len();
        }
        while self.bytes > MOST_BYTES
            && let Some((_, oldest)) = self.objects.pop_first()
        {
            self.bytes -= oldest.plain.len();
        }
    }
}

#[cfg(test)]
#[path = "shared_tests.rs"]
mod tests;
