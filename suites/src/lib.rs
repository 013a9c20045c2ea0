//! The storage system of the Kubernetes API server, in Rust.
