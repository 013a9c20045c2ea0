use std::{fmt::Display, io::Write};

use serde::{Serialize, Serializer, ser};

use super::text;

/// The one field of what holds JSON that is to be written as it is, as `serde_json` marks it.
const RAW: [&str; 2] = [
    "$serde_json::private::RawValue",
    "$serde_json::private::Number",
];

/// Something has no JSON.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("the key of a member must be text or a number")]
    Key,
    #[error("{0} is no number of JSON")]
    Number(f64),
    #[error("{0}")]
    Said(String),
}

impl ser::Error for Error {
    fn custom<M: Display>(message: M) -> Self {
        Self::Said(message.to_string())
    }
}

/// Appends a value as compact JSON.
///
/// # Errors
///
/// It has no JSON: a member that is named by more than text, a number that is none.
pub(super) fn value<V: Serialize + ?Sized>(value: &V, bytes: &mut Vec<u8>) -> Result<(), Error> {
    value.serialize(Writer {
        bytes,
        names: false,
    })
}

/// Writes one value, or the name of a member.
struct Writer<'a> {
    bytes: &'a mut Vec<u8>,
    names: bool,
}

impl<'a> Writer<'a> {
    /// What needs no quotes but as a name.
    fn literal(self, literal: impl Display) -> Result<(), Error> {
        let quote = if self.names { "\"" } else { "" };
        write!(self.bytes, "{quote}{literal}{quote}").map_err(ser::Error::custom)
    }

    /// `serde_json` knows the shortest digits that are read as the same number.
    fn float<F: Into<f64> + Serialize + Copy>(self, number: F) -> Result<(), Error> {
        if !number.into().is_finite() {
            return Err(Error::Number(number.into()));
        }
        self.literal(serde_json::to_string(&number).map_err(ser::Error::custom)?)
    }

    fn members(self, open: &str, close: &'static str) -> Result<Members<'a>, Error> {
        if self.names {
            return Err(Error::Key);
        }
        self.bytes.extend_from_slice(open.as_bytes());
        Ok(Members {
            bytes: self.bytes,
            close,
            is_first: true,
        })
    }

    /// The beginning of an object whose only member is named.
    fn variant(self, name: &str, open: &str, close: &'static str) -> Result<Members<'a>, Error> {
        let Members { bytes, .. } = self.members("{", "}")?;
        text::quoted(name, bytes);
        bytes.push(b':');
        Writer {
            bytes,
            names: false,
        }
        .members(open, close)
    }
}

/// Integers are written as `Display` writes them, which is JSON.
macro_rules! integers {
    ($($method:ident $number:ty,)*) => {
        $(fn $method(self, value: $number) -> Result<(), Error> {
            self.literal(value)
        })*
    };
}

impl<'a> Serializer for Writer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Members<'a>;
    type SerializeTuple = Members<'a>;
    type SerializeTupleStruct = Members<'a>;
    type SerializeTupleVariant = Members<'a>;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Members<'a>;
    type SerializeStructVariant = Members<'a>;

    integers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64, serialize_i128 i128,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_u128 u128,
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.literal(value)
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.float(value)
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        self.float(value)
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        text::quoted(value.encode_utf8(&mut [0; 4]), self.bytes);
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        text::quoted(value, self.bytes);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<V: Serialize + ?Sized>(self, value: &V) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.members("null", "").map(|_| ())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<V: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &V,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<V: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &V,
    ) -> Result<(), Error> {
        let mut members = self.members("{", "}")?;
        members.member(variant, value)?;
        members.finish()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'a>, Error> {
        self.members("[", "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Members<'a>, Error> {
        self.members("[", "]")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Members<'a>, Error> {
        self.members("[", "]")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'a>, Error> {
        self.variant(variant, "[", "]}")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'a>, Error> {
        self.members("{", "}")
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<'a>, Error> {
        match RAW.contains(&name) {
            true => self.members("", ""),
            false => self.members("{", "}"),
        }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Members<'a>, Error> {
        self.variant(variant, "{", "}}")
    }
}

/// The inside of an array or an object.
struct Members<'a> {
    bytes: &'a mut Vec<u8>,
    close: &'static str,
    is_first: bool,
}

impl Members<'_> {
    fn separate(&mut self) {
        if !self.is_first {
            self.bytes.push(b',');
        }
        self.is_first = false;
    }

    fn value<V: Serialize + ?Sized>(&mut self, value: &V) -> Result<(), Error> {
        value.serialize(Writer {
            bytes: self.bytes,
            names: false,
        })
    }

    fn item<V: Serialize + ?Sized>(&mut self, item: &V) -> Result<(), Error> {
        self.separate();
        self.value(item)
    }

    fn member<V: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &V,
    ) -> Result<(), Error> {
        if RAW.contains(&name) {
            let json = serde_json::to_value(value).map_err(ser::Error::custom)?;
            text::raw(json.as_str().unwrap_or_default(), self.bytes);
            return Ok(());
        }
        self.separate();
        text::quoted(name, self.bytes);
        self.bytes.push(b':');
        self.value(value)
    }

    fn finish(self) -> Result<(), Error> {
        self.bytes.extend_from_slice(self.close.as_bytes());
        Ok(())
    }
}

macro_rules! members {
    ($($compound:ident: $method:ident($($name:ident: $text:ty)?) as $write:ident;)*) => {
        $(impl ser::$compound for Members<'_> {
            type Ok = ();
            type Error = Error;

            fn $method<V: Serialize + ?Sized>(&mut self, $($name: $text,)? value: &V) -> Result<(), Error> {
                self.$write($($name,)? value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish()
            }
        })*
    };
}

members! {
    SerializeSeq: serialize_element() as item;
    SerializeTuple: serialize_element() as item;
    SerializeTupleStruct: serialize_field() as item;
    SerializeTupleVariant: serialize_field() as item;
    SerializeStruct: serialize_field(name: &'static str) as member;
    SerializeStructVariant: serialize_field(name: &'static str) as member;
}

impl ser::SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<N: Serialize + ?Sized>(&mut self, name: &N) -> Result<(), Error> {
        self.separate();
        name.serialize(Writer {
            bytes: self.bytes,
            names: true,
        })
    }

    fn serialize_value<V: Serialize + ?Sized>(&mut self, value: &V) -> Result<(), Error> {
        self.bytes.push(b':');
        self.value(value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
