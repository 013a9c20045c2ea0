use std::{fmt, sync::Arc};

use storeproof::value::{PrefixTransformers, Transformer};

/// One key: a name and a secret of 32 bytes.
///
/// They are the same in every run, so that [samples](super::Sample) can be stored: the secret of `key-1` is the bytes 0
/// to 31, that of `key-2` the bytes 32 to 63, and so on. A key of the same name may have another secret. A transformer
/// whose keys lie elsewhere takes name and secret together for what it asks them by.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    name: String,
    number: u8,
    /// A bit of the secret is another one.
    is_another: bool,
}

impl Key {
    /// The key of a number.
    pub(crate) fn of(number: u8) -> Self {
        Self {
            name: format!("key-{number}"),
            number,
            is_another: false,
        }
    }

    /// A key with the name of another one.
    pub(crate) fn called(self, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..self
        }
    }

    /// A key with the same name whose secret differs in a bit, the last one of its first 16 bytes: those that take only a
    /// part of a secret take these.
    pub(crate) fn but_for_a_bit(self) -> Self {
        Self {
            is_another: true,
            ..self
        }
    }

    /// Its name: letters, digits and a dash.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its secret.
    pub fn secret(&self) -> [u8; 32] {
        let first = self.number.wrapping_sub(1).wrapping_mul(32);
        std::array::from_fn(|index| {
            let bit = u8::from(self.is_another && index == 15);
            first.wrapping_add(index as u8) ^ bit
        })
    }
}

/// Shows the name alone: reports show what transformers are opened with.
impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

/// What a transformer is opened with: it writes with the first key and reads with all of them.
///
/// A transformer that declares no [`Rotation`](super::Capability::Rotation) gets one key and no more.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys(Vec<Key>);

impl Keys {
    pub(crate) fn new(first: Key, others: impl IntoIterator<Item = Key>) -> Self {
        Self([first].into_iter().chain(others).collect())
    }

    /// The key of a number alone.
    pub(crate) fn of(number: u8) -> Self {
        Self::new(Key::of(number), [])
    }

    /// The same with one more key to read with.
    #[must_use]
    pub(crate) fn and(mut self, number: u8) -> Self {
        self.0.push(Key::of(number));
        self
    }

    /// The key to write with.
    pub fn first(&self) -> &Key {
        self.0.first().expect("keys are made with a first one")
    }

    /// All of them, the one to write with first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Key> {
        self.0.iter()
    }

    /// A transformer for each key, each behind the name of its key and a colon, as the API server puts them: for
    /// transformers that know one key.
    ///
    /// # Errors
    ///
    /// Whatever making one of them fails with.
    pub fn each<T: Transformer + 'static, E>(
        &self,
        mut make: impl FnMut(&Key) -> Result<T, E>,
    ) -> Result<PrefixTransformers, E> {
        let entries = self.iter().map(|key| {
            let transformer: Arc<dyn Transformer> = Arc::new(make(key)?);
            Ok((format!("{}:", key.name()), transformer))
        });
        let entries = entries.collect::<Result<Vec<_>, E>>()?;
        Ok(PrefixTransformers::new(entries))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(Key::name).collect();
        formatter.write_str(&names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Keys};

    #[test]
    fn secrets_are_told_apart_and_shown_by_nobody() {
        let secrets: Vec<_> = (1..=8).map(|number| Key::of(number).secret()).collect();
        assert_eq!(secrets[0][..4], [0, 1, 2, 3]);
        assert_eq!(secrets[7][31], 255);
        for (index, secret) in secrets.iter().enumerate() {
            assert!(!secrets[..index].contains(secret));
        }
        assert_eq!(format!("{:?}", Keys::of(2).and(1)), "key-2, key-1");
        let strange = Key::of(7).called("key-1");
        assert_eq!((strange.name(), strange.secret()), ("key-1", secrets[6]));
        let almost = Key::of(1).but_for_a_bit();
        assert_eq!((almost.name(), almost.secret()[15]), ("key-1", 14));
        assert_eq!(almost.secret()[..15], secrets[0][..15]);
        assert_eq!(almost.secret()[16..], secrets[0][16..]);
    }
}
