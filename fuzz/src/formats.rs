use k8s_openapi::api::core::v1::Pod;
use storeproof::codec::{AnyForm, Cbor, Codec, Json, protobuf::Envelope};

/// What a codec reads, it writes as bytes that it reads as the same object.
fn read(reads: &dyn Codec<Pod>, writes: &dyn Codec<Pod>, bytes: &[u8]) {
    let Ok(object) = reads.decode(bytes) else {
        return;
    };
    let mut written = Vec::new();
    writes
        .encode(&object, &mut written)
        .expect("what was read can be written");
    let again = reads
        .decode(&written)
        .expect("what was written can be read");
    assert_eq!(again, object);
    let mut once_more = Vec::new();
    writes
        .encode(&again, &mut once_more)
        .expect("what was read can be written");
    assert_eq!(once_more, written, "equal objects are equal bytes");
}

/// A Pod in JSON.
pub fn json(bytes: &[u8]) {
    read(&Json, &Json, bytes);
}

/// A Pod in CBOR. The mark before it is given.
pub fn cbor(bytes: &[u8]) {
    let marked = [b"\xd9\xd9\xf7", bytes].concat();
    read(&Cbor, &Cbor, &marked);
}

/// An envelope of any kind. The magic before it is given.
pub fn protobuf(bytes: &[u8]) {
    let marked = [b"k8s\0", bytes].concat();
    if let Ok(envelope) = Envelope::read(&marked) {
        let mut written = Vec::new();
        envelope.clone().write(&mut written);
        let again = Envelope::read(&written).expect("what was written can be read");
        assert_eq!(again, envelope);
    }
}

/// A Pod in whatever form the bytes have.
pub fn any_form(bytes: &[u8]) {
    read(&AnyForm::writing(Json), &Json, bytes);
}
