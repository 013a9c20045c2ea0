use std::{
    error::Error as StdError,
    io,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hyper_util::rt::TokioIo;
use tokio::{
    net::UnixStream,
    time::{sleep, timeout},
};
use tonic::{
    Code, Status,
    transport::{Channel, Endpoint as Target, Uri},
};

use super::{Endpoint, RpcError};

const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// The way to a plugin. It is walked when there is something to ask, and again when the plugin was away.
///
/// A call waits for a plugin that starts late, for as long as it may take as a whole. What plugins are asked changes
/// nothing in them, so that a call whose connection broke is made once more.
pub(super) struct Connection {
    socket: PathBuf,
    patience: Duration,
    channel: Mutex<Option<Channel>>,
}

/// There is nobody at the socket.
#[derive(Debug, thiserror::Error)]
#[error("{}: {cause}", socket.display())]
struct NobodyListens {
    socket: PathBuf,
    #[source]
    cause: io::Error,
}

impl Connection {
    /// Connects to nothing yet. With no patience at all every call fails.
    pub(super) fn new(endpoint: &Endpoint, patience: Duration) -> Self {
        Self {
            socket: endpoint.socket().clone(),
            patience,
            channel: Mutex::default(),
        }
    }

    /// One call, made as often as it takes to be answered, until patience is at its end.
    pub(super) async fn call<T, Answer>(
        &self,
        mut attempt: impl FnMut(Channel) -> Answer,
    ) -> Result<T, RpcError>
    where
        Answer: Future<Output = Result<tonic::Response<T>, Status>>,
    {
        let mut absent = None;
        let answered = async {
            let mut pause = FIRST_PAUSE;
            let mut broken = false;
            loop {
                let status = match attempt(self.channel()).await {
                    Ok(response) => return Ok(response.into_inner()),
                    Err(status) => status,
                };
                if let Some(nobody) = nobody_listens(&status) {
                    absent = Some(nobody);
                } else if status.source().is_some() && !broken {
                    broken = true;
                } else {
                    return Err(RpcError::from(status));
                }
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        };
        // A timeout of nothing would still look once whether the answer is there.
        if self.patience.is_zero() {
            return Err(self.out_of_patience(None));
        }
        match timeout(self.patience, answered).await {
            Ok(answer) => answer,
            Err(_) => {
                // Whoever holds the other end may hang for ever, while another process listens at the socket by now.
                *self.kept() = None;
                Err(self.out_of_patience(absent))
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Option<Channel>> {
        self.channel.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn out_of_patience(&self, absent: Option<String>) -> RpcError {
        let mut message = format!("no answer within {:?}", self.patience);
        if let Some(absent) = absent {
            message = format!("{message}: {absent}");
        }
        RpcError::new(Code::DeadlineExceeded, message)
    }

    /// Belongs to the runtime that it is made in: that of the first call.
    fn channel(&self) -> Channel {
        let make = || {
            let socket = self.socket.clone();
            let connect = tower::service_fn(move |_: Uri| {
                let socket = socket.clone();
                async move {
                    match UnixStream::connect(&socket).await {
                        Ok(stream) => Ok(TokioIo::new(stream)),
                        Err(cause) => Err(NobodyListens { socket, cause }),
                    }
                }
            });
            // Plugins in Go refuse other names of the server than this one.
            Target::from_static("http://localhost").connect_with_connector_lazy(connect)
        };
        self.kept().get_or_insert_with(make).clone()
    }
}

fn nobody_listens(status: &Status) -> Option<String> {
    let mut current = status.source();
    while let Some(error) = current {
        if let Some(nobody) = error.downcast_ref::<NobodyListens>() {
            return Some(nobody.to_string());
        }
        current = error.source();
    }
    None
}
