use std::fmt::Display;

use base64::{Engine, engine::general_purpose};
use k8s_openapi::jiff::{SignedDuration, Timestamp};
use minicbor::{Decoder, data::Type, decode};
use serde_json::{Map, Number, Value};

use super::{DEPTH, Error, MARK, Problem};

/// As many members of one map as the API server reads.
const MEMBERS: u64 = 2_097_152;

const TIME_TEXT: u64 = 0;
const TIME_SECONDS: u64 = 1;
const AS_BASE64_URL: u64 = 21;
const AS_BASE64: u64 = 22;
const AS_BASE16: u64 = 23;

/// The one item behind the mark.
///
/// # Errors
///
/// The bytes are something else, or hold what has no place in an object.
pub(super) fn marked(bytes: &[u8]) -> Result<Value, Error> {
    if !bytes.starts_with(MARK) {
        return Err(Problem::NoMark.at(0));
    }
    let mut reader = Reader {
        decoder: Decoder::new(bytes),
    };
    reader.decoder.set_position(MARK.len());
    let value = reader.item(DEPTH)?;
    if reader.at() == bytes.len() {
        Ok(value)
    } else {
        Err(reader.problem(Problem::Trailing))
    }
}

struct Reader<'b> {
    decoder: Decoder<'b>,
}

impl<'b> Reader<'b> {
    fn at(&self) -> usize {
        self.decoder.position()
    }

    fn problem(&self, problem: Problem) -> Error {
        problem.at(self.at())
    }

    fn kind(&self) -> Result<Type, Error> {
        let kind = self.decoder.datatype();
        kind.map_err(|cause| malformed(self.at(), cause))
    }

    fn item(&mut self, depth: usize) -> Result<Value, Error> {
        let depth = depth
            .checked_sub(1)
            .ok_or_else(|| self.problem(Problem::TooDeep))?;
        let at = self.at();
        match self.kind()? {
            Type::Null => self.take(Decoder::null).map(|()| Value::Null),
            Type::Bool => self.take(Decoder::bool).map(Value::Bool),
            Type::Bytes | Type::BytesIndef | Type::String | Type::StringIndef => {
                self.text().map(Value::String)
            }
            Type::Array | Type::ArrayIndef => self.array(depth),
            Type::Map | Type::MapIndef => self.map(depth),
            Type::F16 | Type::F32 | Type::F64 => {
                let float = self.take(Decoder::f64)?;
                Number::from_f64(float)
                    .map(Value::Number)
                    .ok_or_else(|| Problem::NotFinite.at(at))
            }
            Type::Tag => self.tagged().map(Value::String),
            kind if is_integer(kind) => self.integer().map(Value::from),
            other => Err(Problem::Unexpected(other.to_string()).at(at)),
        }
    }

    fn integer(&mut self) -> Result<i64, Error> {
        let at = self.at();
        i64::try_from(self.take(Decoder::int)?).map_err(|_| Problem::IntegerRange.at(at))
    }

    fn array(&mut self, depth: usize) -> Result<Value, Error> {
        let length = self.take(Decoder::array)?;
        let mut items = Vec::new();
        while self.has_more(length, items.len())? {
            items.push(self.item(depth)?);
        }
        Ok(Value::Array(items))
    }

    fn map(&mut self, depth: usize) -> Result<Value, Error> {
        let start = self.at();
        let length = self.take(Decoder::map)?;
        let too_many = Problem::TooManyMembers(MEMBERS);
        // Nothing needs to be read of a map that says so itself.
        if length.is_some_and(|length| length > MEMBERS) {
            return Err(too_many.at(start));
        }
        let mut members = Map::new();
        while self.has_more(length, members.len())? {
            if members.len() as u64 == MEMBERS {
                return Err(too_many.at(start));
            }
            let at = self.at();
            let name = match self.kind()? {
                Type::Bytes | Type::BytesIndef | Type::String | Type::StringIndef => self.text()?,
                other => return Err(Problem::Name(other.to_string()).at(at)),
            };
            if members.contains_key(&name) {
                return Err(Problem::Duplicate(name).at(at));
            }
            let value = self.item(depth)?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }

    /// Whether another item follows in an array or map of a length, or of none.
    fn has_more(&mut self, length: Option<u64>, read: usize) -> Result<bool, Error> {
        match length {
            Some(length) => Ok((read as u64) < length),
            None if self.kind()? == Type::Break => {
                self.decoder.set_position(self.at() + 1);
                Ok(false)
            }
            None => Ok(true),
        }
    }

    fn text(&mut self) -> Result<String, Error> {
        let at = self.at();
        if matches!(self.kind()?, Type::String | Type::StringIndef) {
            let parts = self.decoder.str_iter().and_then(Iterator::collect);
            return parts.map_err(|cause| malformed(at, cause));
        }
        String::from_utf8(self.bytes()?).map_err(|_| Problem::NotText.at(at))
    }

    fn bytes(&mut self) -> Result<Vec<u8>, Error> {
        let at = self.at();
        let parts: Result<Vec<&[u8]>, _> = self.decoder.bytes_iter().and_then(Iterator::collect);
        parts
            .map(|parts| parts.concat())
            .map_err(|cause| malformed(at, cause))
    }

    /// Times and bytes, as the texts that fields of them are written as.
    fn tagged(&mut self) -> Result<String, Error> {
        let at = self.at();
        let tag = self.take(Decoder::tag)?.as_u64();
        let kind = self.kind()?;
        let is_bytes = matches!(kind, Type::Bytes | Type::BytesIndef);
        match tag {
            AS_BASE64 if is_bytes => Ok(general_purpose::STANDARD.encode(self.bytes()?)),
            AS_BASE64_URL if is_bytes => Ok(general_purpose::URL_SAFE_NO_PAD.encode(self.bytes()?)),
            AS_BASE16 if is_bytes => {
                let digits = self.bytes()?;
                Ok(digits.iter().map(|byte| format!("{byte:02x}")).collect())
            }
            TIME_TEXT if is_bytes || matches!(kind, Type::String | Type::StringIndef) => {
                self.text()
            }
            TIME_SECONDS => self.time(kind)?.ok_or_else(|| Problem::Tag(tag).at(at)),
            other => Err(Problem::Tag(other).at(at)),
        }
    }

    /// Seconds since 1970, as a text; nothing where the number is no time.
    fn time(&mut self, kind: Type) -> Result<Option<String>, Error> {
        let moment = match kind {
            Type::F16 | Type::F32 | Type::F64 => {
                let seconds = self.take(Decoder::f64)?;
                SignedDuration::try_from_secs_f64(seconds)
                    .and_then(Timestamp::from_duration)
                    .ok()
            }
            kind if is_integer(kind) => Timestamp::from_second(self.integer()?).ok(),
            _ => None,
        };
        Ok(moment.map(|moment| moment.to_string()))
    }

    fn take<T>(
        &mut self,
        what: impl FnOnce(&mut Decoder<'b>) -> Result<T, decode::Error>,
    ) -> Result<T, Error> {
        let at = self.at();
        what(&mut self.decoder).map_err(|cause| malformed(at, cause))
    }
}

fn is_integer(kind: Type) -> bool {
    matches!(
        kind,
        Type::U8
            | Type::U16
            | Type::U32
            | Type::U64
            | Type::I8
            | Type::I16
            | Type::I32
            | Type::I64
            | Type::Int
    )
}

fn malformed(at: usize, cause: impl Display) -> Error {
    Problem::Malformed(cause.to_string()).at(at)
}
