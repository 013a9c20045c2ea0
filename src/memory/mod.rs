//! A revisioned store in memory.
