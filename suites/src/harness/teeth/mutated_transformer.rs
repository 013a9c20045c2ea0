use storeproof_fixtures::mutants::{
    BrokenTransformer, Claim, Mutant, NamedSecret, OpenTransformer,
};

use crate::{
    Result,
    harness::{Capabilities, Capability, Keys, Provider, Sample},
};

/// A broken transformer with what it claims to be.
pub(super) struct MutatedTransformer {
    claim: Claim,
    open: OpenTransformer,
}

impl MutatedTransformer {
    /// The mutant's; none where something else is broken.
    pub(super) fn of(mutant: &Mutant) -> Option<Self> {
        let (claim, open) = mutant.transformer()?;
        Some(Self { claim, open })
    }
}

impl Provider for MutatedTransformer {
    type Transformer = BrokenTransformer;

    async fn open(&self, keys: &Keys) -> Result<BrokenTransformer> {
        let keys: Vec<_> = keys
            .iter()
            .map(|key| NamedSecret {
                name: key.name().to_owned(),
                secret: key.secret(),
            })
            .collect();
        Ok((self.open)(&keys))
    }

    fn capabilities(&self) -> Capabilities {
        match self.claim {
            Claim::Sealed | Claim::OwnForm => Capabilities::transformer(),
            Claim::Unauthenticated => Capabilities::transformer()
                .without(Capability::Authentication)
                .without(Capability::Binding),
            Claim::Plain => Capabilities::none().with(Capability::Determinism),
        }
    }

    /// What AES-GCM stored of `pandas are the best` with the secret of `key-1` and the nonce 20 21 … 2b (backend,
    /// appendix A).
    fn samples(&self) -> Vec<Sample> {
        const STORED: [u8; 47] = [
            0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0xa2, 0x5b,
            0xc8, 0x14, 0x0d, 0xeb, 0x3a, 0x6f, 0x68, 0x19, 0x62, 0xba, 0xa9, 0x7d, 0xd4, 0x9b,
            0xb5, 0x3a, 0x98, 0x31, 0x4b, 0x04, 0x83, 0x30, 0x31, 0x87, 0x1b, 0x1b, 0xa2, 0x90,
            0xce, 0x13, 0x1e, 0x43, 0xa9,
        ];
        if self.claim != Claim::Sealed {
            return Vec::new();
        }
        vec![Sample {
            key: "/registry/secrets/ns/name".to_owned(),
            stored: [b"key-1:".as_slice(), &STORED].concat(),
            plain: b"pandas are the best".to_vec(),
        }]
    }
}
