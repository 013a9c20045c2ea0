use std::error::Error as StdError;

use tonic::Code;

/// What etcd, or the way to it, answered; kept whole and passed on untouched (store §2.4.6).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store was destroyed.
    #[error("the store was destroyed; create another one")]
    Closed,
    /// etcd's answer lacks something that the protocol promises.
    #[error("etcd answered without {0}")]
    Incomplete(&'static str),
    /// What was to be written is larger than any request. Nothing was sent.
    #[error("trying to send message larger than max ({size} vs. {limit})")]
    TooLarge {
        /// The bytes that were to be written.
        size: usize,
        /// The most that is sent.
        limit: usize,
    },
    /// The client's own error.
    #[error("{}", describe(source))]
    Etcd {
        /// What it means.
        kind: ErrorKind,
        /// The error itself.
        source: Box<etcd_client::Error>,
    },
}

/// What an error of etcd's means to a caller. Neither code nor message tells it alone: the same code stands for a
/// compacted revision, one in the future and an answer that this side refuses to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request never left: there was no connection. Nothing happened.
    NotSent,
    /// The connection broke or the call was cut off. What was asked for may have happened.
    Transport,
    /// This side gave up waiting. What was asked for may still happen.
    TimedOut,
    /// The revision has been compacted away.
    Compacted,
    /// The revision lies in the future.
    FutureRevision,
    /// The answer is larger than this side reads.
    AnswerTooLarge,
    /// The request is larger than etcd takes.
    RequestTooLarge,
    /// etcd has run out of space. A write that is told so may have happened: one that comes upon the quota only as it is
    /// applied is kept, and answered with this (etcd#16659).
    NoSpace,
    /// The member knows no leader, or lost it.
    NoLeader,
    /// The member cannot serve now.
    Unavailable,
    /// The user may not do this.
    Refused,
    /// Anything else.
    Other,
}

impl ErrorKind {
    /// Whether nobody at the other end answered.
    pub(crate) fn is_silence(self) -> bool {
        matches!(self, Self::NotSent | Self::Transport | Self::TimedOut)
    }
}

impl Error {
    /// What the error means.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Closed => ErrorKind::NotSent,
            Self::Incomplete(_) => ErrorKind::Other,
            Self::TooLarge { .. } => ErrorKind::RequestTooLarge,
            Self::Etcd { kind, .. } => *kind,
        }
    }

    /// Whether the error tells more than that the connection is gone.
    pub(crate) fn says_why(&self) -> bool {
        !matches!(
            self,
            Self::Etcd { source, .. }
                if matches!(&**source, etcd_client::Error::GRpcStatus(status) if status.code() == Code::Cancelled)
        )
    }

    /// Whether a read that failed like this may be tried again: the way broke, nothing was said about the request.
    pub(super) fn is_passing(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Transport | ErrorKind::Unavailable | ErrorKind::NoLeader
        )
    }

    /// Whether a watch that failed like this goes on over another connection. Without a leader it ends, as clients of
    /// etcd expect (backend §5.9).
    pub(super) fn breaks_a_stream(&self) -> bool {
        !matches!(self, Self::Closed)
            && matches!(
                self.kind(),
                ErrorKind::NotSent | ErrorKind::Transport | ErrorKind::Unavailable
            )
    }
}

impl From<etcd_client::Error> for Error {
    fn from(source: etcd_client::Error) -> Self {
        Self::Etcd {
            kind: kind(&source),
            source: Box::new(source),
        }
    }
}

impl From<Error> for crate::storage::Error {
    fn from(error: Error) -> Self {
        Self::other(error)
    }
}

/// etcd's own words; where it said nothing, what broke on the way.
fn describe(error: &etcd_client::Error) -> String {
    let etcd_client::Error::GRpcStatus(status) = error else {
        return error.to_string();
    };
    let mut root: Option<&(dyn StdError + 'static)> = StdError::source(status);
    while let Some(deeper) = root.and_then(StdError::source) {
        root = Some(deeper);
    }
    match root {
        Some(root) => format!("{}: {root}", status.message()),
        None => status.message().to_owned(),
    }
}

fn kind(error: &etcd_client::Error) -> ErrorKind {
    let status = match error {
        etcd_client::Error::GRpcStatus(status) => status,
        // The stream's own end of the request channel is gone: the call it belonged to ended.
        etcd_client::Error::WatchError(_) => return ErrorKind::Transport,
        etcd_client::Error::TransportError(_) => return ErrorKind::NotSent,
        _ => return ErrorKind::Other,
    };
    let mut cause = StdError::source(status);
    while let Some(error) = cause {
        if error.is::<tonic::ConnectError>() {
            return ErrorKind::NotSent;
        }
        if error.is::<tonic::TimeoutExpired>() {
            return ErrorKind::TimedOut;
        }
        cause = error.source();
    }
    of_status(status.code(), status.message())
}

fn of_status(code: Code, message: &str) -> ErrorKind {
    let says = |text: &str| message.contains(text);
    match code {
        Code::OutOfRange if says("has been compacted") => ErrorKind::Compacted,
        Code::OutOfRange if says("future revision") => ErrorKind::FutureRevision,
        Code::OutOfRange if says("message length too large") => ErrorKind::AnswerTooLarge,
        Code::InvalidArgument if says("request is too large") => ErrorKind::RequestTooLarge,
        Code::ResourceExhausted if says("database space exceeded") => ErrorKind::NoSpace,
        Code::ResourceExhausted if says("larger than max") => ErrorKind::RequestTooLarge,
        Code::Unavailable if says("no leader") || says("leader changed") => ErrorKind::NoLeader,
        Code::Unavailable => ErrorKind::Unavailable,
        Code::Unknown | Code::Cancelled | Code::Internal => ErrorKind::Transport,
        Code::PermissionDenied | Code::Unauthenticated => ErrorKind::Refused,
        Code::DeadlineExceeded => ErrorKind::TimedOut,
        _ => ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests;
