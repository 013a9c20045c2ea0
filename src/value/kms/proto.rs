//! Messages, as the definitions beside this file have them. Those that hold secrets do not show them.

use std::fmt;

/// Messages of the first version, and both ends of its service.
pub mod v1beta1 {
    tonic::include_proto!("v1beta1");
}

/// Messages of the second version, and both ends of its service.
pub mod v2 {
    tonic::include_proto!("v2");
}

macro_rules! secret {
    ($($message:ty),+) => {$(
        impl fmt::Debug for $message {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.debug_struct(stringify!($message)).finish_non_exhaustive()
            }
        }
    )+};
}

secret!(
    v1beta1::DecryptResponse,
    v1beta1::EncryptRequest,
    v2::DecryptResponse,
    v2::EncryptRequest
);
