use super::{AesCbc, Block, Cipher, encrypt};
use crate::value::{
    Error, KeyError,
    golden::{AT, PANDAS, bytes, counted, counted_key, open, seal},
};

fn counted_cbc() -> AesCbc {
    AesCbc::new(&counted_key()).expect("32 bytes")
}

/// The value under the counted key and vector as it stands, padding and all.
fn unpadded(padded: &[u8]) -> Vec<u8> {
    let AesCbc(cipher) = counted_cbc();
    let Cipher::Aes256(cipher) = *cipher else {
        panic!("a key of 32 bytes")
    };
    let mut body = padded.to_vec();
    encrypt(
        &cipher,
        counted(0x10),
        Block::slice_as_chunks_mut(&mut body).0,
    );
    [&counted::<16>(0x10)[..], &body].concat()
}

#[test]
fn vectors_are_read_and_written() {
    let rows: [(&[u8], &str); 3] = [
        (
            PANDAS,
            "101112131415161718191a1b1c1d1e1f246370a5bf7e47218ed1efe581555856af524996967b54a7dda568d0b12fb1d9",
        ),
        (
            b"",
            "101112131415161718191a1b1c1d1e1f5a6e045708fb7196f02e553d02c3a692",
        ),
        (
            b"0123456789abcdef",
            "101112131415161718191a1b1c1d1e1f879adb94b99e35f6f6d9680548bb71d1a509dfb8c1d49c21bd828cbaa86365eb",
        ),
    ];
    for (plain, hex) in rows {
        assert_eq!(
            open(&counted_cbc(), &bytes(hex), AT).expect("readable"),
            plain
        );
        let mut stored = Vec::new();
        counted_cbc().seal_with(counted(0x10), plain, &mut stored);
        assert_eq!(stored, bytes(hex));
    }
}

/// NIST SP 800-38A, F.2: the first block under each length of key.
#[test]
fn keys_of_all_lengths_encrypt_as_published() {
    let rows = [
        (
            "2b7e151628aed2a6abf7158809cf4f3c",
            "7649abac8119b246cee98e9b12e9197d",
        ),
        (
            "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
            "4f021db243bc633d7178183a9fa071e8",
        ),
        (
            "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
            "f58c4c04d6e5f1ba779eabfb5f7bfbd6",
        ),
    ];
    let plain = bytes("6bc1bee22e409f96e93d7e117393172a");
    for (key, first_block) in rows {
        let transformer = AesCbc::new(&bytes(key)).expect("a key of a valid length");
        let mut stored = Vec::new();
        transformer.seal_with(counted(0), &plain, &mut stored);
        assert_eq!(stored.get(16..32), Some(&bytes(first_block)[..]));
        assert_eq!(open(&transformer, &stored, AT).expect("readable"), plain);
    }
}

#[test]
fn every_length_becomes_whole_blocks_and_back() {
    for length in 0..=65 {
        let plain = vec![7; length];
        let stored = seal(&counted_cbc(), &plain, AT);
        assert_eq!(stored.len(), 16 * (2 + length / 16));
        assert_eq!(open(&counted_cbc(), &stored, AT).expect("readable"), plain);
    }
}

#[test]
fn no_two_values_share_a_vector() {
    let vectors: std::collections::HashSet<Vec<u8>> = (0..10_000)
        .map(|_| seal(&counted_cbc(), b"", AT)[..16].to_vec())
        .collect();
    assert_eq!(vectors.len(), 10_000);
}

#[test]
fn a_value_is_bound_to_no_key() {
    let stored = seal(&counted_cbc(), PANDAS, AT);
    assert_eq!(
        open(&counted_cbc(), &stored, "/elsewhere").expect("unbound"),
        PANDAS
    );
}

#[test]
fn what_is_no_value_is_told_apart() {
    let long_padding = vec![32; 32];
    let mut rows: Vec<(Vec<u8>, &str)> = Vec::new();
    for length in 0..16 {
        rows.push((
            vec![0; length],
            "the stored data was shorter than the required size",
        ));
    }
    for length in [17, 31, 33, 47] {
        rows.push((
            vec![0; length],
            "the stored data is not a multiple of the block size",
        ));
    }
    let padded: [(&[u8], &str); 7] = [
        (&[], "invalid PKCS7 data (empty or not padded)"),
        (&[0; 16], "invalid PKCS7 data (empty or not padded)"),
        (&[17; 16], "invalid PKCS7 data (empty or not padded)"),
        (&[255; 32], "invalid PKCS7 data (empty or not padded)"),
        (&long_padding, "invalid PKCS7 data (empty or not padded)"),
        (b"fourteen bytes\x01\x02", "invalid padding on input"),
        (
            b"\x02\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10",
            "invalid padding on input",
        ),
    ];
    for (padded, text) in padded {
        rows.push((unpadded(padded), text));
    }
    for (stored, text) in rows {
        let error = open(&counted_cbc(), &stored, AT).expect_err("no value");
        assert_eq!(error.to_string(), text, "{stored:02x?}");
    }
}

#[test]
fn truncated_and_extended_values_never_panic() {
    let stored = seal(&counted_cbc(), &[5; 64], AT);
    for length in 0..stored.len() {
        match open(&counted_cbc(), &stored[..length], AT) {
            // A value cut between blocks may happen to end like padding: 5 bytes of 5 do.
            Ok(plain) => assert_eq!((length, plain.len()), (length / 16 * 16, length - 16 - 5)),
            Err(error) => assert!(length % 16 != 0 || length <= 16, "{length} bytes: {error}"),
        }
    }
    let longer = [&stored[..], &[0]].concat();
    let error = open(&counted_cbc(), &longer, AT).expect_err("not in blocks");
    assert!(matches!(error, Error::NotInBlocks), "{error}");
}

#[test]
fn no_flipped_bit_makes_it_panic() {
    let mut stored = seal(&counted_cbc(), PANDAS, AT);
    for bit in 0..stored.len() * 8 {
        stored[bit / 8] ^= 1 << (bit % 8);
        if let Ok(plain) = open(&counted_cbc(), &stored, AT) {
            assert_ne!(plain, PANDAS, "bit {bit} changes nothing");
        }
        stored[bit / 8] ^= 1 << (bit % 8);
    }
}

#[test]
fn another_key_reads_something_else_or_nothing() {
    let stranger = AesCbc::new(&[9; 32]).expect("32 bytes");
    for _ in 0..100 {
        if let Ok(plain) = open(&stranger, &seal(&counted_cbc(), PANDAS, AT), AT) {
            assert_ne!(plain, PANDAS);
        }
    }
}

#[test]
fn keys_of_other_lengths_are_refused_and_none_is_shown() {
    for length in (0..70).filter(|length| ![16, 24, 32].contains(length)) {
        let error = AesCbc::new(&vec![0x5a; length]).expect_err("no length of a key");
        assert_eq!(error, KeyError::Aes(length));
        assert_eq!(
            error.to_string(),
            format!("an AES key has 16, 24 or 32 bytes, not {length}")
        );
    }
    assert_eq!(format!("{:?}", counted_cbc()), "AesCbc");
}
