//! AES-GCM at 1 KB and 100 KB. The floor is the cryptography library with a random nonce for each value and the copy that
//! keeps the plain bytes, which no store can spare.

mod bed;

use std::time::{Duration, Instant};

use bed::Pair;
use futures::FutureExt;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};
use storeproof::value::{AesGcm, Context, Eventually, Transformer};

const SECRET: [u8; 32] = [7; 32];
const KEY: &str = "/registry/secrets/ns/name";

fn main() {
    bed::main(|| {
        [("1 KB", 1024), ("100 KB", 100 * 1024)]
            .into_iter()
            .flat_map(|(name, size)| [writing(name, size), reading(name, size)])
            .collect()
    });
}

fn clock(mut work: impl FnMut() + 'static) -> impl FnMut(u64) -> Duration {
    move |times| {
        let begun = Instant::now();
        for _ in 0..times {
            work();
        }
        begun.elapsed()
    }
}

fn bare() -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &SECRET).expect("32 bytes"))
}

fn seal(key: &LessSafeKey, random: &SystemRandom, plain: &[u8]) -> Vec<u8> {
    let mut nonce = [0; NONCE_LEN];
    random.fill(&mut nonce).expect("random bytes");
    let mut stored = Vec::with_capacity(NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
    stored.extend_from_slice(&nonce);
    stored.extend_from_slice(plain);
    let (_, body) = stored.split_at_mut(NONCE_LEN);
    let tag = key
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(KEY), body)
        .expect("a value of this size can be sealed");
    stored.extend_from_slice(tag.as_ref());
    stored
}

fn writing(name: &str, size: usize) -> Pair {
    let (key, random, plain) = (bare(), SystemRandom::new(), vec![b'x'; size]);
    let floor = clock(move || {
        std::hint::black_box(seal(&key, &random, &plain));
    });
    let (transformer, plain) = (AesGcm::new(&SECRET).expect("32 bytes"), vec![b'x'; size]);
    let subject = clock(move || {
        let mut stored = Vec::new();
        transformer
            .to_storage(&plain, Context::of_key(KEY), &mut stored)
            .now_or_never()
            .expect("local transformers answer at once")
            .expect("a value of this size can be sealed");
        std::hint::black_box(stored);
    });
    Pair::new(format!("aes-gcm write, {name}"), 1.11, 1, floor, subject)
}

fn reading(name: &str, size: usize) -> Pair {
    let key = bare();
    let stored = seal(&key, &SystemRandom::new(), &vec![b'x'; size]);
    let (stored, value) = (stored.clone(), stored);
    let floor = clock(move || {
        let mut value = value.clone();
        let (nonce, sealed) = value.split_at_mut(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce).expect("a nonce");
        let plain = key
            .open_in_place(nonce, Aad::from(KEY), sealed)
            .expect("authentic");
        std::hint::black_box(plain);
    });
    let transformer = AesGcm::new(&SECRET).expect("32 bytes");
    let subject = clock(move || {
        let opened = transformer.from_storage(stored.clone().into(), Context::of_key(KEY));
        let Eventually::Now(opened) = opened else {
            unreachable!("local transformers answer at once");
        };
        std::hint::black_box(opened.into_inner().expect("authentic"));
    });
    Pair::new(format!("aes-gcm read, {name}"), 1.11, 1, floor, subject)
}
