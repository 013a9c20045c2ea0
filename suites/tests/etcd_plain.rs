//! Every case over real etcd in plaintext. Those of the wire contract come out as they are known to on this release.

use std::process::ExitCode;

use storeproof_suites::{
    fixtures::{
        etcd::Spec,
        provision::{Environment, cleanup, keeper},
    },
    golden::Golden,
    subject::Etcd,
};

/// How each case of the wire contract comes out on the release that is fetched where none is named.
const GOLDEN: &str = include_str!("../golden/etcd-3.5.30.tsv");

fn main() -> ExitCode {
    keeper::divert();
    cleanup::install();
    let golden = Golden::parse("etcd-3.5.30.tsv", GOLDEN).expect("a test reads the golden results");
    let etcd = Etcd::in_test_run(Environment::from_process(), Spec::default()).held_to(golden);
    storeproof_suites::conformance(etcd, option_env!("CARGO_TARGET_TMPDIR"), module_path!())
}
