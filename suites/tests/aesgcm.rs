//! Every case over AES-GCM, as whoever wrote a transformer would hold it to them.

use storeproof_suites::{Keys, Provider, Result, conformance, storeproof::value};

struct AesGcm;

impl Provider for AesGcm {
    type Transformer = value::PrefixTransformers;

    async fn open(&self, keys: &Keys) -> Result<Self::Transformer> {
        Ok(keys.each(|key| value::AesGcm::new(&key.secret()))?)
    }
}

conformance!(transformer: AesGcm);
