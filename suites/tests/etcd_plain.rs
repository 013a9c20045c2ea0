//! Every case over real etcd in plaintext.

use std::process::ExitCode;

use storeproof_suites::{
    fixtures::{
        etcd::Spec,
        provision::{Environment, cleanup, keeper},
    },
    subject::Etcd,
};

fn main() -> ExitCode {
    keeper::divert();
    cleanup::install();
    let etcd = Etcd::in_test_run(Environment::from_process(), Spec::default());
    storeproof_suites::conformance(etcd, option_env!("CARGO_TARGET_TMPDIR"), module_path!())
}
