//! Clusters: who the members are, that all of them tell the same, and what they answer without a majority.

pub(super) mod member;
pub(super) mod quorum;
