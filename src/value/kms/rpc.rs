use tonic::{Code, Status};

use crate::code_name::code_name;

/// A call that the plugin refused, or never answered. Reads as it does in the API server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rpc error: code = {} desc = {message}", code_name(*code))]
pub struct RpcError {
    code: Code,
    message: String,
}

impl RpcError {
    /// A refusal, for services that are no plugins.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// What kind of failure it is.
    pub fn code(&self) -> Code {
        self.code
    }

    /// Whether the plugin says that the bytes themselves are at fault, rather than the state of the world. Any other failure
    /// is an outage: it says nothing about whether a value is sound.
    pub fn blames_the_bytes(&self) -> bool {
        matches!(self.code, Code::InvalidArgument | Code::DataLoss)
    }
}

impl From<Status> for RpcError {
    fn from(status: Status) -> Self {
        Self::new(status.code(), status.message())
    }
}
