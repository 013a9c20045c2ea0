//! Every case over every transformer there is, beneath a memory store, and over two of them beneath etcd; and over every
//! codec.

mod envelopes;
mod kms;
mod local;

use std::{path::Path, process::ExitCode, sync::Arc};

use libtest_mimic::{Arguments, Trial};
use storeproof_suites::{
    Provider,
    fixtures::{
        etcd::Spec,
        objects::{Pod, PodProtobuf},
        provision::{Environment, cleanup, keeper},
    },
    harness::{Seed, Settings, Subject, erase, erase_codec, erase_provider, trials},
    storeproof::codec::{AnyForm, Cbor, Codec, Json},
    subject::{Etcd, Memory},
};
use tokio::runtime::{Builder, Runtime};

/// Cases mostly wait for plugins, or keep a core busy.
const THREADS: usize = 6;

fn main() -> ExitCode {
    keeper::divert();
    cleanup::install();
    let runtime = Builder::new_multi_thread().enable_all().build();
    let target = Target {
        runtime: Arc::new(runtime.expect("threads can be made")),
        settings: settings(),
    };
    let mut trials = Vec::new();
    let memory = || erase(Memory::new());
    trials.extend(target.trials("identity", local::Identity, memory()));
    trials.extend(target.trials("aescbc", local::AesCbc, memory()));
    trials.extend(target.trials("aesgcm", local::AesGcm::<32>, memory()));
    trials.extend(target.trials("aesgcm-24", local::AesGcm::<24>, memory()));
    trials.extend(target.trials("aesgcm-16", local::AesGcm::<16>, memory()));
    trials.extend(target.trials("extended-nonce", local::ExtendedNonce, memory()));
    trials.extend(target.trials("secretbox", local::Secretbox, memory()));
    trials.extend(target.trials("kms-v1", kms::V1::new(), memory()));
    trials.extend(target.trials("kms-v2", kms::V2::new(), memory()));
    let etcd = Etcd::in_test_run(Environment::from_process(), Spec::default());
    let etcd = erase(etcd);
    trials.extend(target.trials("etcd::aesgcm", local::AesGcm::<32>, Arc::clone(&etcd)));
    trials.extend(target.trials("etcd::kms-v2", kms::V2::new(), etcd));

    trials.extend(target.codec_trials("json", Json));
    trials.extend(target.codec_trials("cbor", Cbor));
    trials.extend(target.codec_trials("any-form::json", AnyForm::writing(Json)));
    trials.extend(target.codec_trials("any-form::cbor", AnyForm::writing(Cbor)));
    trials.extend(target.codec_trials("protobuf", PodProtobuf));
    trials.extend(target.codec_trials("json-from-protobuf", envelopes::JsonFromProtobuf));

    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    libtest_mimic::run(&arguments, trials).exit_code()
}

struct Target {
    runtime: Arc<Runtime>,
    settings: Settings,
}

impl Target {
    fn trials(&self, name: &str, provider: impl Provider, store: Arc<dyn Subject>) -> Vec<Trial> {
        self.of_subject(name, &erase_provider(provider, store))
    }

    fn codec_trials(&self, name: &str, codec: impl Codec<Pod> + 'static) -> Vec<Trial> {
        self.of_subject(name, &erase_codec(Arc::new(codec)))
    }

    fn of_subject(&self, name: &str, subject: &Arc<dyn Subject>) -> Vec<Trial> {
        let mut settings = self.settings.clone();
        let folder = settings.counterexamples.as_mut();
        if let Some(folder) = folder {
            folder.push(name.replace("::", "-"));
        }
        trials(&format!("{name}::"), &self.runtime, subject, &settings)
    }
}

fn settings() -> Settings {
    let mut settings = Settings::with_seed(Seed::random());
    let folder = option_env!("CARGO_TARGET_TMPDIR").map(Path::new);
    settings.counterexamples = folder.map(|folder| folder.join("storeproof/values"));
    settings
}
