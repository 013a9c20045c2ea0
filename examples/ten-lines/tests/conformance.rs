use storeproof_suites::{Backend, Capabilities, Opening, Result, conformance};
use ten_lines::TinyStore;

struct Mine;

impl Backend for Mine {
    type Store = TinyStore;

    async fn open(&self, at: &Opening) -> Result<TinyStore> {
        Ok(TinyStore::new(at.key_space().clone()))
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none()
    }
}

conformance!(Mine);
