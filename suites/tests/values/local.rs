//! Transformers whose keys are here, each behind the name of its key as the API server puts it.

use storeproof_suites::{
    Capabilities, Capability, Keys, Provider, Result, Sample,
    storeproof::value::{self, PrefixTransformers},
};

/// What the vectors of the format are bound to, and the value of most.
const AT: &str = "/registry/secrets/ns/name";
const PANDAS: &str = "pandas are the best";

fn sample(hex: &str, plain: &str) -> Sample {
    let digits = hex.as_bytes().chunks(2);
    let bytes = digits.map(|pair| {
        let pair = std::str::from_utf8(pair).expect("digits");
        u8::from_str_radix(pair, 16).expect("hexadecimal")
    });
    let behind = b"key-1:".iter().copied();
    Sample {
        key: AT.to_owned(),
        stored: behind.chain(bytes).collect(),
        plain: plain.into(),
    }
}

/// Values as they are, with the check that refuses encrypted ones.
pub(crate) struct Identity;

impl Provider for Identity {
    type Transformer = value::Identity;

    async fn open(&self, _: &Keys) -> Result<Self::Transformer> {
        Ok(value::Identity)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::none().with(Capability::Determinism)
    }
}

/// AES-CBC authenticates nothing, and binds values to nothing.
pub(crate) struct AesCbc;

impl Provider for AesCbc {
    type Transformer = PrefixTransformers;

    async fn open(&self, keys: &Keys) -> Result<Self::Transformer> {
        Ok(keys.each(|key| value::AesCbc::new(&key.secret()))?)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::transformer()
            .without(Capability::Authentication)
            .without(Capability::Binding)
    }

    fn samples(&self) -> Vec<Sample> {
        vec![
            sample(
                "101112131415161718191a1b1c1d1e1f246370a5bf7e47218ed1efe581555856af524996967b54a7dda568d0b12fb1d9",
                PANDAS,
            ),
            sample(
                "101112131415161718191a1b1c1d1e1f5a6e045708fb7196f02e553d02c3a692",
                "",
            ),
            sample(
                "101112131415161718191a1b1c1d1e1f879adb94b99e35f6f6d9680548bb71d1a509dfb8c1d49c21bd828cbaa86365eb",
                "0123456789abcdef",
            ),
        ]
    }
}

/// AES-GCM with so many bytes of each secret.
pub(crate) struct AesGcm<const LENGTH: usize>;

impl<const LENGTH: usize> Provider for AesGcm<LENGTH> {
    type Transformer = PrefixTransformers;

    async fn open(&self, keys: &Keys) -> Result<Self::Transformer> {
        Ok(keys.each(|key| value::AesGcm::new(key.secret().split_at(LENGTH).0))?)
    }

    fn samples(&self) -> Vec<Sample> {
        if LENGTH != 32 {
            return Vec::new();
        }
        vec![
            sample(
                "202122232425262728292a2ba25bc8140deb3a6f681962baa97dd49bb53a98314b04833031871b1ba290ce131e43a9",
                PANDAS,
            ),
            sample(
                "202122232425262728292a2bf79031de46ed543afea5a34ce03437d8",
                "",
            ),
        ]
    }
}

/// AES-GCM with a key of its own for each value.
pub(crate) struct ExtendedNonce;

impl Provider for ExtendedNonce {
    type Transformer = PrefixTransformers;

    async fn open(&self, keys: &Keys) -> Result<Self::Transformer> {
        Ok(keys.each(|key| value::DerivingAesGcm::new(&key.secret()))?)
    }

    fn samples(&self) -> Vec<Sample> {
        vec![sample(
            "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f202122232425262728292a2bc907ec5b15702473729a481d3529c281a93c8b1d603950ff1a811e907c877090c7fd5a",
            PANDAS,
        )]
    }
}

/// Secretbox binds values to nothing.
pub(crate) struct Secretbox;

impl Provider for Secretbox {
    type Transformer = PrefixTransformers;

    async fn open(&self, keys: &Keys) -> Result<Self::Transformer> {
        Ok(keys.each(|key| value::Secretbox::new(&key.secret()))?)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::transformer().without(Capability::Binding)
    }

    fn samples(&self) -> Vec<Sample> {
        vec![
            sample(
                "202122232425262728292a2b2c2d2e2f3031323334353637290edca2d564166f3f0fc3fdc4bbdc08813823c12c547af77b50751a642d9796dcc1c9",
                PANDAS,
            ),
            sample(
                "202122232425262728292a2b2c2d2e2f3031323334353637aef08ad21579467890970753aeaee026",
                "",
            ),
        ]
    }
}
