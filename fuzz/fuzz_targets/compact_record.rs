#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| storeproof_fuzz::compact_record(bytes));
