/// Where in the bytes something is wrong, and what.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("CBOR at byte {at}: {problem}")]
pub struct Error {
    /// The offset of the item in the value.
    pub at: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong with an item.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The value begins with something else.
    #[error("the mark of self-described CBOR (d9 d9 f7) is missing")]
    NoMark,
    /// The bytes end too early, or are no CBOR at all.
    #[error("{0}")]
    Malformed(String),
    /// Something follows the one item.
    #[error("more follows after the end of the object")]
    Trailing,
    /// Items within items within items.
    #[error("items nest deeper than {} levels", super::DEPTH)]
    TooDeep,
    /// More members than the API server reads.
    #[error("a map has more than {0} members")]
    TooManyMembers(u64),
    /// The integer fits no 64 bits with a sign.
    #[error("an integer is out of range")]
    IntegerRange,
    /// Infinite, or not a number.
    #[error("a float is not a finite number")]
    NotFinite,
    /// A byte string that stands for a text is none.
    #[error("a string is not UTF-8")]
    NotText,
    /// The name of a member is not a string.
    #[error("a member's name is a {0}, not a string")]
    Name(String),
    /// Two members have one name.
    #[error("member {0:?} is there twice")]
    Duplicate(String),
    /// A tag that means nothing here, or not on this item.
    #[error("tag {0} is not understood here")]
    Tag(u64),
    /// A kind of item that objects are not made of.
    #[error("an item of type {0} has no place in an object")]
    Unexpected(String),
}

impl Problem {
    pub(super) fn at(self, at: usize) -> Error {
        Error { at, problem: self }
    }
}
