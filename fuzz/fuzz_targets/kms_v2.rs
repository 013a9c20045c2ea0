#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| storeproof_fuzz::kms_v2(bytes));
