//! Leases: how they are granted, renewed and revoked, and that their keys go with them.

pub(super) mod expiry;
pub(super) mod grant;
pub(super) mod renewal;
pub(super) mod revoke;
pub(super) mod survival;
