use std::convert::Infallible;

use minicbor::{Decoder, Encoder, encode};
use serde_json::{Number, Value};

use super::{DEPTH, Error, Problem};

/// Appends one item to `bytes`.
///
/// # Errors
///
/// An integer or a depth that nobody could read again.
pub(super) fn item(value: &Value, bytes: &mut Vec<u8>) -> Result<(), Error> {
    Writer {
        encoder: Encoder::new(bytes),
    }
    .item(value, DEPTH)
}

struct Writer<'a> {
    encoder: Encoder<&'a mut Vec<u8>>,
}

impl Writer<'_> {
    fn item(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| self.problem(Problem::TooDeep))?;
        match value {
            Value::Null => written(self.encoder.null()),
            Value::Bool(value) => written(self.encoder.bool(*value)),
            Value::Number(number) => self.number(number)?,
            Value::String(text) => written(self.encoder.bytes(text.as_bytes())),
            Value::Array(items) => {
                written(self.encoder.array(length(items.len())));
                for item in items {
                    self.item(item, depth)?;
                }
            }
            Value::Object(members) => {
                written(self.encoder.map(length(members.len())));
                // The head of a string is its length, so that the order of encoded names is by length first.
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(name, _)| (name.len(), *name));
                for (name, value) in members {
                    written(self.encoder.bytes(name.as_bytes()));
                    self.item(value, depth)?;
                }
            }
        }
        Ok(())
    }

    fn number(&mut self, number: &Number) -> Result<(), Error> {
        if let Some(integer) = number.as_i64() {
            written(self.encoder.i64(integer));
            return Ok(());
        }
        match number.as_f64() {
            Some(float) if number.is_f64() => {
                self.float(float);
                Ok(())
            }
            _ => Err(self.problem(Problem::IntegerRange)),
        }
    }

    fn float(&mut self, float: f64) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whether anything was lost is looked at"
        )]
        let single = float as f32;
        if f64::from(single) != float {
            written(self.encoder.f64(float));
        } else if is_half(single) {
            written(self.encoder.f16(single));
        } else {
            written(self.encoder.f32(single));
        }
    }

    fn problem(&self, problem: Problem) -> Error {
        problem.at(self.encoder.writer().len())
    }
}

/// Whether sixteen bits hold the number.
fn is_half(single: f32) -> bool {
    let mut bytes = Vec::with_capacity(3);
    written(Encoder::new(&mut bytes).f16(single));
    Decoder::new(&bytes).f16().is_ok_and(|half| half == single)
}

fn length(items: usize) -> u64 {
    u64::try_from(items).expect("no machine holds more items than 64 bits count")
}

fn written<T>(result: Result<T, encode::Error<Infallible>>) {
    result.expect("memory takes every byte");
}
