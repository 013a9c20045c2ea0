//! Every case over the memory store.

storeproof_suites::conformance!(storeproof_suites::subject::Memory::new());
