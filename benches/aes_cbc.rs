//! AES-CBC at 1 KB and 100 KB. The floor is the cryptography library with a random vector for each value, its own check of the
//! padding, and the copy that keeps the plain bytes, which no store can spare.

mod bed;

use std::time::{Duration, Instant};

use aes::Aes256;
use bed::Pair;
use cbc::{
    Decryptor, Encryptor,
    cipher::{
        Array, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit, block_padding::Pkcs7,
        consts::U16,
    },
};
use futures::FutureExt;
use ring::rand::{SecureRandom, SystemRandom};
use storeproof::value::{AesCbc, Context, Eventually, Transformer};

const SECRET: [u8; 32] = [7; 32];
const KEY: &str = "/registry/secrets/ns/name";
const BLOCK: usize = 16;

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

fn bare() -> Aes256 {
    Aes256::new(&SECRET.into())
}

fn seal(cipher: &Aes256, random: &SystemRandom, plain: &[u8]) -> Vec<u8> {
    let mut vector = [0; BLOCK];
    random.fill(&mut vector).expect("random bytes");
    let padding = BLOCK - plain.len() % BLOCK;
    let mut stored = Vec::with_capacity(BLOCK + plain.len() + padding);
    stored.extend_from_slice(&vector);
    stored.extend_from_slice(plain);
    stored.resize(BLOCK + plain.len() + padding, padding as u8);
    let (_, body) = stored.split_at_mut(BLOCK);
    Encryptor::inner_iv_init(cipher, &vector.into())
        .encrypt_blocks(Array::<u8, U16>::slice_as_chunks_mut(body).0);
    stored
}

fn writing(name: &str, size: usize) -> Pair {
    let (cipher, random, plain) = (bare(), SystemRandom::new(), vec![b'x'; size]);
    let floor = clock(move || {
        std::hint::black_box(seal(&cipher, &random, &plain));
    });
    let (transformer, plain) = (AesCbc::new(&SECRET).expect("32 bytes"), vec![b'x'; size]);
    let subject = clock(move || {
        let mut stored = Vec::new();
        transformer
            .to_storage(&plain, Context::of_key(KEY), &mut stored)
            .now_or_never()
            .expect("local transformers answer at once")
            .expect("a value of this size can be sealed");
        std::hint::black_box(stored);
    });
    Pair::new(format!("aes-cbc write, {name}"), 1.11, 1, floor, subject)
}

fn reading(name: &str, size: usize) -> Pair {
    let cipher = bare();
    let stored = seal(&cipher, &SystemRandom::new(), &vec![b'x'; size]);
    let value = stored.clone();
    let floor = clock(move || {
        let mut value = value.clone();
        let (vector, body) = value.split_at_mut(BLOCK);
        let vector: [u8; BLOCK] = (&*vector).try_into().expect("a vector");
        let plain = Decryptor::inner_iv_init(&cipher, &vector.into())
            .decrypt_padded::<Pkcs7>(body)
            .expect("it ends with padding");
        std::hint::black_box(plain);
    });
    let transformer = AesCbc::new(&SECRET).expect("32 bytes");
    let subject = clock(move || {
        let opened = transformer.from_storage(stored.clone().into(), Context::of_key(KEY));
        let Eventually::Now(opened) = opened else {
            unreachable!("local transformers answer at once");
        };
        std::hint::black_box(opened.into_inner().expect("it ends with padding"));
    });
    Pair::new(format!("aes-cbc read, {name}"), 1.11, 1, floor, subject)
}
