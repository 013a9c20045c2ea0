//! How large, how many, how much.

pub(super) mod size;
pub(super) mod space;
pub(super) mod watches;
