//! Transactions: those that Kubernetes sends, and all others.

pub(super) mod applied;
pub(super) mod compactor;
pub(super) mod compare;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod limit;
pub(super) mod nested;
pub(super) mod order;
pub(super) mod race;
pub(super) mod refused;
pub(super) mod update;
