use storeproof_suites::{
    fixtures::objects::{Pod, PodProtobuf},
    storeproof::codec::{Codec, Error, Form, Json},
};

/// Writes JSON and reads protobuf, too, as whoever changes the form of what is stored does.
pub(crate) struct JsonFromProtobuf;

impl Codec<Pod> for JsonFromProtobuf {
    fn encode(&self, object: &Pod, bytes: &mut Vec<u8>) -> Result<(), Error> {
        Json.encode(object, bytes)
    }

    fn decode(&self, bytes: &[u8]) -> Result<Pod, Error> {
        match Form::of(bytes) {
            Some(Form::Protobuf) => PodProtobuf.decode(bytes),
            _ => Json.decode(bytes),
        }
    }
}
