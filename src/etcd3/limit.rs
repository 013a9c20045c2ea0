use super::Error;

/// The largest request that clients of etcd send (backend §1.7); etcd itself takes none of more than 1.5 MiB.
const LARGEST_REQUEST: usize = 2 << 20;

/// Refuses a value that no request has room for. The client that lies beneath could tell as well, but its words do not get
/// through HTTP/2.
pub(super) fn check(value: &[u8]) -> Result<(), Error> {
    match value.len() {
        size if size > LARGEST_REQUEST => Err(Error::TooLarge {
            size,
            limit: LARGEST_REQUEST,
        }),
        _ => Ok(()),
    }
}
