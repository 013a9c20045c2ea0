//! Values that other implementations encrypted: AES-CBC that of the `openssl` command, AES-GCM that of Python's `cryptography`,
//! and HKDF an HMAC of Python's own (backend §7.4, §7.5).
//!
//! Every row is made of bytes that count up: keys from 80 on, values from 01, nonces from 20, IVs from 30, seeds from 55 and
//! what keys are derived with from 90 (all hexadecimal).

use super::{
    AesCbc, AesGcm, DerivingAesGcm,
    golden::{AT, PANDAS, bytes, open},
};

/// Bytes that count up, beginning anew behind the last one.
fn counted(first: u8, length: usize) -> Vec<u8> {
    (first..=u8::MAX)
        .chain(0..first)
        .cycle()
        .take(length)
        .collect()
}

/// How long the key is and the value, and its blocks.
const CBC: [(usize, usize, &str); 27] = [
    (16, 0, "0478e732a794eda60ae08980402f1a2d"),
    (16, 1, "5366eefbee05bbabc39a33028bd01d7a"),
    (16, 15, "05eb739f9126f51186665d93d2784e14"),
    (
        16,
        16,
        "94d38f1163e8ff5ad77e0d6391522d706e46ad7c6bf768dd2359d25397f00ea1",
    ),
    (
        16,
        17,
        "94d38f1163e8ff5ad77e0d6391522d70c085ef4dadddce52640a34e263419e5f",
    ),
    (
        16,
        31,
        "94d38f1163e8ff5ad77e0d6391522d70195e94e7e7d5482e7529083984576586",
    ),
    (
        16,
        32,
        "94d38f1163e8ff5ad77e0d6391522d7014901234dbda73007590e05f8410e2c6546d46ff592974292d5ab1d511e2d403",
    ),
    (
        16,
        47,
        "94d38f1163e8ff5ad77e0d6391522d7014901234dbda73007590e05f8410e2c607bd3aed9acf82d8ebedf76ef0242eda",
    ),
    (
        16,
        100,
        "94d38f1163e8ff5ad77e0d6391522d7014901234dbda73007590e05f8410e2c6d7c1f4b5759d116097f80e5b162d55bc39c49c272e5a88b43c1946e623f81eadf4e711a4bfbdf4f961cf623f2476a2b1474ae3ce18611da1d3028d147c71bf8da5b266376e252be0e947e44107b25ca2",
    ),
    (24, 0, "0849efe6146f43bd15c4e36a6126fc2e"),
    (24, 1, "9362d2985142a9e0156b9cbe198af814"),
    (24, 15, "091b1b2ab24b3d6af4900daae287247f"),
    (
        24,
        16,
        "d161ec760632185168494dab76ba47302d7a376723e98e4a8be754300906a836",
    ),
    (
        24,
        17,
        "d161ec760632185168494dab76ba473056b29057b7f38f55e7086def7c1ce8af",
    ),
    (
        24,
        31,
        "d161ec760632185168494dab76ba47303baab64a5df834b5fa2a36d8212d2d23",
    ),
    (
        24,
        32,
        "d161ec760632185168494dab76ba4730be41b60b1fc6c3cd0530ecc4a3df8e0970c8389a28e6a5a43a498406b9b8a8ec",
    ),
    (
        24,
        47,
        "d161ec760632185168494dab76ba4730be41b60b1fc6c3cd0530ecc4a3df8e093d52fb8230a6d2aaa7c33f015ce15619",
    ),
    (
        24,
        100,
        "d161ec760632185168494dab76ba4730be41b60b1fc6c3cd0530ecc4a3df8e09f2812febccbd0d5816dcad0e3bd517da86e1b5d90b6eeba25f23dbf470278f071ec81800b2657a030c5b8f0eed26451fe39e6145fd2da82736f1e53c68ded80f72729cf591e01a103fd1e11bb06a400f",
    ),
    (32, 0, "43cf884b4e9b7fa00003ed1910260c2f"),
    (32, 1, "465eb9a2af860e7f96e3082b40deb0cc"),
    (32, 15, "375ee104baa0f9720c2c48c69a4a9b85"),
    (
        32,
        16,
        "33bc53aabf240e54d6b2e699c5a74ac7d8ab944960fc1aa713c4001bf1b6d3ba",
    ),
    (
        32,
        17,
        "33bc53aabf240e54d6b2e699c5a74ac76b95ba57c3b961a745e066a5fb074ffd",
    ),
    (
        32,
        31,
        "33bc53aabf240e54d6b2e699c5a74ac772d47a505aa47d8015c1fefcbde7db5a",
    ),
    (
        32,
        32,
        "33bc53aabf240e54d6b2e699c5a74ac743aa5932d346d680acc38d4ae02858dd5f69676a3684907556aaaf97d58ecdd3",
    ),
    (
        32,
        47,
        "33bc53aabf240e54d6b2e699c5a74ac743aa5932d346d680acc38d4ae02858dd145c26587e702ed79c67a302d3441503",
    ),
    (
        32,
        100,
        "33bc53aabf240e54d6b2e699c5a74ac743aa5932d346d680acc38d4ae02858dd560c3bb038a0be1c35fa4ccb4ce14757ef6c54347ca60d49be2a702efc76fd443e5bb8fe37e269e2be93a37bf8e12b878642fb7577c68868b9c42e8aeb06125905b8519c14aa963828465fba61181358",
    ),
];

#[test]
fn what_openssl_encrypted_in_blocks_is_read() {
    for (key, length, blocks) in CBC {
        let transformer = AesCbc::new(&counted(0x80, key)).expect("a length of AES");
        let stored = [counted(0x30, 16), bytes(blocks)].concat();
        let opened = open(&transformer, &stored, AT).expect("its own key");
        assert_eq!(opened, counted(1, length), "{key}, {length}");
    }
}

/// How long the key is and the value, and its ciphertext with the tag.
const GCM: [(usize, usize, &str); 12] = [
    (16, 0, "c91a84a5551854c05572dc2914cf358e"),
    (16, 1, "518e726a3860ae754debdf2c0e26e09d1b"),
    (
        16,
        16,
        "5190b5306847e8d25075288be62a3b3df64f0873c93372e0913219bde04b72e7",
    ),
    (
        16,
        33,
        "5190b5306847e8d25075288be62a3b3de9665855ed29882701a650de9d0c08d68ff639f589421d7e0335fcdb61feb7bd3b",
    ),
    (24, 0, "b60173a3925372b78451e4fdbc067d82"),
    (24, 1, "b5680bef83755d7390cc0566e62a11f95d"),
    (
        24,
        16,
        "b5594fa554168a6a2c4f93ac5bb0913d90331ed3da8feea678c0444d5d711227",
    ),
    (
        24,
        33,
        "b5594fa554168a6a2c4f93ac5bb0913dd1f46e5f31570af5ce50950b93397d059eb14faf83681f08661a4b87f260d64c37",
    ),
    (32, 0, "b5434b82c65ad4197df25e1f3fced58d"),
    (32, 1, "9afccdfeb7df52257d20f6680d011efa39"),
    (
        32,
        16,
        "9abcd880533eb7e0186b01b1530a9b435be94b9af9e0fa95fe3641e57345b27c",
    ),
    (
        32,
        33,
        "9abcd880533eb7e0186b01b1530a9b432db5b7ebfd87785c5723a98f515a68bf4116c3d4248c08970aa4fa1c00a26a7e55",
    ),
];

#[test]
fn what_others_sealed_is_read() {
    for (key, length, sealed) in GCM {
        let transformer = AesGcm::new(&counted(0x80, key)).expect("a length of AES");
        let stored = [counted(0x20, 12), bytes(sealed)].concat();
        let opened = open(&transformer, &stored, AT).expect("its own key");
        assert_eq!(opened, counted(1, length), "{key}, {length}");
    }
}

/// How long the seed is, and the ciphertext with its tag. Seeds of more than 64 bytes are hashed by HMAC before they are used.
const DERIVED: [(usize, &str); 7] = [
    (
        32,
        "1d4e67d540a87a60f95613c02b499c3757673f3b0c7d9d2f0d142889fef8abd076c6f6",
    ),
    (
        33,
        "53b053c0aac41c6664024cdc7a340b3e8ae6a226e89ba9ecd13e8a4ce95b044be39357",
    ),
    (
        63,
        "a18b33d504120dfede9a2c278be0044417ba654743f11f1eb889396ac5c9c6b4212a6a",
    ),
    (
        64,
        "dac803535308eb78f349f51465c8928694bfc7770c7ec5bb6f2da8e0ead21249d26970",
    ),
    (
        65,
        "a3f9aa4bf92deb567c7c224df3b2bbf3c4249564acf5a64062c314266ea6dee3bd28e1",
    ),
    (
        128,
        "2e2febe5f34e24f790fc9ab0b179cceeac76cfa32bb1afce3bb20db3d357cfd90faa8f",
    ),
    (
        1000,
        "6cc5bacb8a6c8b6100a922eec16913212faca7f757424e2f964a0bf28c4c0eda24ffe9",
    ),
];

#[test]
fn what_was_sealed_under_derived_keys_is_read() {
    for (seed, sealed) in DERIVED {
        let transformer = DerivingAesGcm::new(&counted(0x55, seed)).expect("long enough");
        let stored = [counted(0x90, 32), counted(0x20, 12), bytes(sealed)].concat();
        let opened = open(&transformer, &stored, AT).expect("its own seed");
        assert_eq!(opened, PANDAS, "{seed}");
    }
}
