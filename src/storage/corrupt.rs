use std::{error::Error as StdError, fmt, sync::Arc};

use super::{Error, ResourceVersion};
use crate::{codec, value};

/// The mark of an object whose stored bytes cannot be read, whoever asks (store §3.11).
///
/// A store that allows unsafe deletion marks what its transformer and its codec fail with, and knows by the mark what it
/// may delete unseen, and what a list may go on after. An error that tells of an outage is never marked: the object may
/// be sound.
#[derive(Clone, Debug)]
pub struct CorruptObject {
    damage: Damage,
    revision: ResourceVersion,
    source: Arc<dyn StdError + Send + Sync>,
}

/// Which step the bytes of a corrupt object do not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Damage {
    /// The transformer cannot make plain bytes of them.
    Untransformable,
    /// The codec cannot make an object of the plain bytes.
    Undecodable,
}

impl CorruptObject {
    /// The transformer failed.
    pub fn untransformable(source: value::Error) -> Self {
        Self {
            damage: Damage::Untransformable,
            revision: ResourceVersion::UNSET,
            source: Arc::new(source),
        }
    }

    /// The codec failed on what was stored at a version.
    pub fn undecodable(revision: ResourceVersion, source: codec::Error) -> Self {
        Self {
            damage: Damage::Undecodable,
            revision,
            source: Arc::new(source),
        }
    }

    /// Which step failed.
    pub fn damage(&self) -> Damage {
        self.damage
    }

    /// The version it was stored at; unset where the transformer failed.
    pub fn revision(&self) -> ResourceVersion {
        self.revision
    }

    /// The mark in an error or behind it.
    pub(super) fn find<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        let mut current = Some(error);
        while let Some(error) = current {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            // It hands out the source of what it holds, and not what it holds.
            if let Some(Error::Other(held)) = error.downcast_ref()
                && let Some(found) = Self::find(&**held)
            {
                return Some(found);
            }
            current = error.source();
        }
        None
    }
}

impl fmt::Display for CorruptObject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.damage {
            Damage::Untransformable => "data from the storage is not transformable",
            Damage::Undecodable => "object not decodable",
        };
        write!(
            formatter,
            "{what} revision={}: {}",
            self.revision, self.source
        )
    }
}

impl StdError for CorruptObject {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::{CorruptObject, Damage};
    use crate::{
        codec,
        storage::{Error, InternalError, ResourceVersion},
        value,
    };

    #[test]
    fn marks_say_which_step_failed_and_are_found_down_the_chain() {
        let transform = value::Error::Authentication.mark_corrupt();
        let untransformable = Error::from(InternalError::new(transform));
        assert_eq!(
            untransformable.to_string(),
            "data from the storage is not transformable revision=0: cipher: message authentication failed"
        );
        let cause = codec::Error::Decode(std::sync::Arc::new(std::fmt::Error));
        let undecodable = Error::from(cause.mark_corrupt(ResourceVersion::new(7)));
        assert!(
            undecodable
                .to_string()
                .starts_with("object not decodable revision=7: unable to decode")
        );
        let damage = |error: &Error| error.corrupt_object().map(CorruptObject::damage);
        assert_eq!(damage(&untransformable), Some(Damage::Untransformable));
        assert_eq!(damage(&undecodable), Some(Damage::Undecodable));
        let wrapped = Error::other(Error::other(undecodable));
        assert_eq!(damage(&wrapped), Some(Damage::Undecodable));
        assert!(wrapped.is_corrupt_object());
    }

    #[test]
    fn an_outage_is_not_marked() {
        let outage = value::Error::unavailable(std::fmt::Error);
        let several = value::Error::Several(vec![value::Error::Authentication, outage.clone()]);
        let wrapped = value::Error::Other(std::sync::Arc::new(outage.clone()));
        for error in [outage, several, wrapped] {
            let text = error.to_string();
            let error = Error::from(InternalError::new(error.mark_corrupt()));
            assert!(!error.is_corrupt_object());
            assert_eq!(error.to_string(), text);
        }
    }
}
