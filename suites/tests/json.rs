//! Every case over a codec.

storeproof_suites::conformance!(codec: storeproof_suites::storeproof::codec::Json);
