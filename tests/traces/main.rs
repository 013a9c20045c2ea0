//! What is traced, and what etcd is told of it (backend §1.11).

#[path = "../bed/mod.rs"]
mod bed;
mod calls;
mod envelopes;
mod operations;
mod traced;
