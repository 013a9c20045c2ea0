//! What every answer begins with, and what keys and values may be.

pub(super) mod bytes;
pub(super) mod fresh;
pub(super) mod identity;
pub(super) mod poison;
pub(super) mod revision;
