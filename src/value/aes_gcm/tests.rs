use super::AesGcm;
use crate::value::{
    Context, Error, KeyError,
    golden::{AT, PANDAS, bytes, counted, counted_key, open, seal},
};

fn gcm(key: &[u8]) -> AesGcm {
    AesGcm::new(key).expect("a key of a valid length")
}

#[test]
fn vectors_are_read_and_written() {
    let rows: [(&[u8], &str, &str, &[u8]); 3] = [
        (
            b"snorlax_awesomes",
            "9f27c8fcea8a58c467d8e437dbf2d85955f9b4bd912f4ef967d788a0cb07797dac0a3f0a0845605ca85ac8562b4ae1",
            "bamboo",
            PANDAS,
        ),
        (
            &counted_key(),
            "202122232425262728292a2ba25bc8140deb3a6f681962baa97dd49bb53a98314b04833031871b1ba290ce131e43a9",
            AT,
            PANDAS,
        ),
        (
            &counted_key(),
            "202122232425262728292a2bf79031de46ed543afea5a34ce03437d8",
            AT,
            b"",
        ),
    ];
    for (key, hex, at, plain) in rows {
        let stored = bytes(hex);
        assert_eq!(open(&gcm(key), &stored, at).expect("authentic"), plain);
        let moved = open(&gcm(key), &stored, "elsewhere");
        assert!(matches!(moved, Err(Error::Authentication)), "{moved:?}");
        let mut written = Vec::new();
        let nonce = stored[..12].try_into().expect("12 bytes");
        gcm(key)
            .0
            .seal(nonce, plain, Context::of_key(at), &mut written)
            .expect("sealed");
        assert_eq!(written, stored);
    }
}

/// Test cases 7 and 8 of the paper that proposed GCM: a key of 24 zeros.
#[test]
fn keys_of_24_bytes_encrypt_as_published() {
    let rows: [(&[u8], &str); 2] = [
        (b"", "cd33b28ac773f74ba00ed1f312572435"),
        (
            &[0; 16],
            "98e7247c07f0fe411c267e4384b0f6002ff58d80033927ab8ef4d4587514f0fb",
        ),
    ];
    for (plain, hex) in rows {
        let mut stored = Vec::new();
        gcm(&[0; 24])
            .0
            .seal([0; 12], plain, Context::of_key(""), &mut stored)
            .expect("sealed");
        assert_eq!(stored, [&[0; 12][..], &bytes(hex)].concat());
        assert_eq!(open(&gcm(&[0; 24]), &stored, "").expect("authentic"), plain);
    }
}

#[test]
fn no_bit_and_no_length_can_be_changed() {
    for key in [&[7; 16][..], &[7; 24], &[7; 32]] {
        for plain in [&b""[..], b"p", PANDAS] {
            let mut stored = seal(&gcm(key), plain, AT);
            assert_eq!(stored.len(), 28 + plain.len());
            for bit in 0..stored.len() * 8 {
                stored[bit / 8] ^= 1 << (bit % 8);
                let refused = open(&gcm(key), &stored, AT);
                assert!(matches!(refused, Err(Error::Authentication)), "{refused:?}");
                stored[bit / 8] ^= 1 << (bit % 8);
            }
            for length in 0..stored.len() {
                let error = open(&gcm(key), &stored[..length], AT).expect_err("truncated");
                let text = if length < 12 {
                    "the stored data was shorter than the required size"
                } else {
                    "cipher: message authentication failed"
                };
                assert_eq!(error.to_string(), text, "{length} bytes");
            }
            stored.push(0);
            open(&gcm(key), &stored, AT).expect_err("extended");
        }
    }
}

#[test]
fn values_of_all_lengths_come_back() {
    for key in [&[7; 16][..], &[7; 24], &[7; 32]] {
        for length in (0..18).chain([128, 1024, 70_000]) {
            let plain = vec![0xa5; length];
            let stored = seal(&gcm(key), &plain, AT);
            assert_eq!(open(&gcm(key), &stored, AT).expect("authentic"), plain);
        }
    }
}

#[test]
fn no_two_values_share_a_nonce() {
    let transformer = gcm(&counted_key());
    let nonces: std::collections::HashSet<[u8; 12]> = (0..10_000)
        .map(|_| *seal(&transformer, b"", AT).first_chunk().expect("a nonce"))
        .collect();
    assert_eq!(nonces.len(), 10_000);
    assert!(!nonces.contains(&counted(0)), "a nonce that is random");
}

#[test]
fn keys_of_other_lengths_are_refused_and_none_is_shown() {
    for length in (0..70).filter(|length| ![16, 24, 32].contains(length)) {
        let error = AesGcm::new(&vec![0x5a; length]).expect_err("no length of a key");
        assert_eq!(error, KeyError::Aes(length));
        assert_eq!(
            error.to_string(),
            format!("an AES key has 16, 24 or 32 bytes, not {length}")
        );
    }
    assert_eq!(format!("{:?}", gcm(&[0x5a; 24])), "AesGcm");
}
