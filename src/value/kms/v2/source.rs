use bytes::Bytes;
use ring::digest::{Context, SHA256};

use super::{
    annotations::{self, Annotations},
    invalid::{self, Invalid},
    proto::EncryptedDekSourceType,
};

/// How a data key source is made use of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It is a key of AES-GCM. Written by earlier API servers, read for ever.
    Key,
    /// Keys are derived from it, one for each value.
    Seed,
}

impl Kind {
    pub(super) fn of_number(number: i32) -> Result<Self, Invalid> {
        match EncryptedDekSourceType::try_from(number) {
            Ok(EncryptedDekSourceType::AesGcmKey) => Ok(Self::Key),
            Ok(EncryptedDekSourceType::HkdfSha256XnonceAesGcmSeed) => Ok(Self::Seed),
            Err(_) => Err(Invalid::Kind(number)),
        }
    }

    pub(super) fn number(self) -> i32 {
        let kind = match self {
            Self::Key => EncryptedDekSourceType::AesGcmKey,
            Self::Seed => EncryptedDekSourceType::HkdfSha256XnonceAesGcmSeed,
        };
        kind.into()
    }
}

/// An encrypted data key source, and all that a plugin needs to decrypt it. Valid, wherever there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) kind: Kind,
    pub(super) encrypted: Bytes,
    pub(super) key_id: String,
    pub(super) annotations: Annotations,
}

/// Tells sources apart.
pub(super) type Digest = [u8; 32];

impl Source {
    /// Checks all parts but the kind, in the order of the API server (backend §7.8).
    pub(super) fn check(&self) -> Result<(), Invalid> {
        invalid::check_source(&self.encrypted)?;
        invalid::check_key_id(&self.key_id)?;
        annotations::check(&self.annotations)?;
        Ok(())
    }

    /// What no two sources have in common: each part behind its length, hashed (backend §7.9).
    pub(super) fn digest(&self) -> Digest {
        let mut context = Context::new(&SHA256);
        self.spell(|bytes| context.update(bytes));
        let mut digest = [0; 32];
        digest.copy_from_slice(context.finish().as_ref());
        digest
    }

    fn spell(&self, mut write: impl FnMut(&[u8])) {
        write(&self.kind.number().to_be_bytes());
        let sized = |bytes: &[u8], write: &mut dyn FnMut(&[u8])| {
            let length = u16::try_from(bytes.len()).expect("valid parts have at most 32 KiB");
            write(&length.to_be_bytes());
            write(bytes);
        };
        sized(&self.encrypted, &mut write);
        sized(self.key_id.as_bytes(), &mut write);
        if self.annotations.is_empty() {
            return;
        }
        let count =
            u32::try_from(self.annotations.len()).expect("each takes three bytes of 32 KiB");
        write(&count.to_be_bytes());
        for (name, value) in &self.annotations {
            sized(name.as_bytes(), &mut write);
            sized(value, &mut write);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Annotations, Kind, Source};
    use crate::value::golden::bytes;

    fn source(kind: Kind, encrypted: &str, key_id: &str, annotations: &[(&str, &str)]) -> Source {
        Source {
            kind,
            encrypted: encrypted.to_owned().into(),
            key_id: key_id.to_owned(),
            annotations: annotations
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned().into()))
                .collect::<Annotations>(),
        }
    }

    #[test]
    fn a_source_is_spelled_as_published() {
        let golden = source(Kind::Seed, "EDEK", "key-1", &[("k.example.com", "v")]);
        let mut spelled = Vec::new();
        golden.spell(|part| spelled.extend_from_slice(part));
        assert_eq!(
            spelled,
            bytes("0000000100044544454b00056b65792d3100000001000d6b2e6578616d706c652e636f6d000176")
        );
    }

    #[test]
    fn no_two_sources_are_spelled_alike() {
        let names = ["", "a", "b", "ab"];
        let mut digests = HashSet::new();
        let mut count = 0;
        for kind in [Kind::Key, Kind::Seed] {
            for encrypted in names {
                for key_id in names {
                    let annotations: [&[(&str, &str)]; 6] = [
                        &[],
                        &[("", "")],
                        &[("a", "")],
                        &[("", "a")],
                        &[("a", "b")],
                        &[("", ""), ("a", "b")],
                    ];
                    for annotations in annotations {
                        digests.insert(source(kind, encrypted, key_id, annotations).digest());
                        count += 1;
                    }
                }
            }
        }
        assert_eq!(digests.len(), count);
    }

    #[test]
    fn parts_are_checked_in_order_and_at_their_limits() {
        let long = "x".repeat(1025);
        let rows = [
            (
                source(Kind::Seed, "", "", &[("a", "")]),
                "failed to validate encrypted DEK source: encrypted DEK source is empty",
            ),
            (
                source(Kind::Seed, &long, "", &[]),
                "failed to validate encrypted DEK source: encrypted DEK source is 1025 bytes, which exceeds the max size of 1024",
            ),
            (
                source(Kind::Seed, "e", "", &[("a", "")]),
                "failed to validate key id: keyID is empty",
            ),
            (
                source(Kind::Seed, "e", &long, &[]),
                "failed to validate key id: keyID is 1025 bytes, which exceeds the max size of 1024",
            ),
            (
                source(Kind::Seed, "e", "k", &[("a", "")]),
                "failed to validate annotations: annotations: Invalid value: \"a\": a full domain name has two segments or more",
            ),
        ];
        for (source, text) in rows {
            assert_eq!(source.check().expect_err("invalid").to_string(), text);
        }
        for size in [1, 1023, 1024] {
            let most = "x".repeat(size);
            source(Kind::Key, &most, &most, &[("a.b", "")])
                .check()
                .expect("within limits");
        }
    }
}
