//! What operators ask of a member.

pub(super) mod alarm;
pub(super) mod file;
pub(super) mod hash;
pub(super) mod leader;
pub(super) mod status;
