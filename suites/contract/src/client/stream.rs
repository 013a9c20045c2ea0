use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture};
use storeproof_wire::etcdserverpb::{
    WatchCancelRequest, WatchCreateRequest, WatchProgressRequest, WatchRequest, WatchResponse,
    watch_client::WatchClient, watch_request::RequestUnion,
};
use tokio::{sync::mpsc, time::timeout};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{
    Request, Response, Status, Streaming, metadata::AsciiMetadataValue, transport::Channel,
};

use crate::{Fault, Log, Verdict, limits, phrase};

/// How many requests may be on their way.
const UNDER_WAY: usize = 1024;

/// One stream of watches. Dropping it ends the stream; [`WatchStream::half_close`] only ends the requests.
pub struct WatchStream {
    requests: Option<mpsc::Sender<WatchRequest>>,
    answers: Answers,
    log: Arc<Log>,
}

/// Servers answer a stream with their first message only: until then it is being opened, and takes requests already.
enum Answers {
    /// Never locked: it lets references to a stream be sent between threads.
    Opening(Mutex<Opening>),
    Open(Box<Streaming<WatchResponse>>),
}

type Opening = BoxFuture<'static, Result<Response<Streaming<WatchResponse>>, Status>>;

impl Answers {
    /// Does not lose a message where it is dropped before it is done.
    async fn next(&mut self) -> Result<Option<WatchResponse>, Status> {
        if let Self::Opening(opening) = self {
            let opening = opening.get_mut().unwrap_or_else(PoisonError::into_inner);
            *self = Self::Open(Box::new(opening.await?.into_inner()));
        }
        match self {
            Self::Open(answers) => answers.message().await,
            Self::Opening(_) => Ok(None),
        }
    }
}

impl WatchStream {
    pub(super) async fn open(
        mut client: WatchClient<Channel>,
        has_leader: bool,
        token: Option<AsciiMetadataValue>,
        log: Arc<Log>,
    ) -> Result<Self, Status> {
        let (requests, receiver) = mpsc::channel(UNDER_WAY);
        let mut request = Request::new(ReceiverStream::new(receiver));
        if has_leader {
            let yes = AsciiMetadataValue::from_static("true");
            request.metadata_mut().insert("hasleader", yes);
        }
        if let Some(token) = token {
            request.metadata_mut().insert("token", token);
        }
        let mut opening = async move { client.watch(request).await }.boxed();
        // Asked once, it sends the request; the answer comes in its own time.
        let answers = match (&mut opening).now_or_never() {
            Some(opened) => Answers::Open(Box::new(opened?.into_inner())),
            None => Answers::Opening(Mutex::new(opening)),
        };
        Ok(Self {
            requests: Some(requests),
            answers,
            log,
        })
    }

    /// Asks for a watch; what becomes of it comes among the answers.
    ///
    /// # Errors
    ///
    /// The stream has ended.
    pub async fn create(&self, request: WatchCreateRequest) -> Verdict {
        self.log.note(format!(
            "watch [{}, {}) from {}",
            phrase::bytes(&request.key),
            phrase::bytes(&request.range_end),
            request.start_revision
        ));
        self.send(RequestUnion::CreateRequest(request)).await
    }

    /// Cancels a watch.
    ///
    /// # Errors
    ///
    /// The stream has ended.
    pub async fn cancel(&self, watch_id: i64) -> Verdict {
        self.log.note(format!("cancel watch {watch_id}"));
        self.send(RequestUnion::CancelRequest(WatchCancelRequest { watch_id }))
            .await
    }

    /// Asks how far the watches of the stream are.
    ///
    /// # Errors
    ///
    /// The stream has ended.
    pub async fn request_progress(&self) -> Verdict {
        self.log.note("request progress".to_owned());
        self.send(RequestUnion::ProgressRequest(WatchProgressRequest {}))
            .await
    }

    /// Sends a request that says nothing, or anything else that the verbs above do not.
    ///
    /// # Errors
    ///
    /// The stream has ended.
    pub async fn send_raw(&self, request: WatchRequest) -> Verdict {
        let Some(requests) = &self.requests else {
            return Err(Fault::Broken("The stream was half closed.".to_owned()));
        };
        let sent = requests.send(request).await;
        sent.map_err(|_| Fault::failed("the stream of watches goes on", "the server ended it"))
    }

    /// Sends no more requests, and goes on reading.
    pub fn half_close(&mut self) {
        self.requests = None;
    }

    /// The next answer, which must come within ten seconds.
    ///
    /// # Errors
    ///
    /// None comes, or the stream ends.
    pub async fn next(&mut self) -> Verdict<WatchResponse> {
        match self.next_within(limits::EVENT).await {
            Ok(Some(Ok(answer))) => Ok(answer),
            Ok(Some(Err(status))) => Err(Fault::failed(
                "the watch goes on",
                format!("its stream ends: {}", phrase::status(&status)),
            )),
            Ok(None) => Err(Fault::failed("the watch goes on", "its stream ends")),
            Err(Elapsed(limit)) => Err(Fault::failed(
                format!("the watch answers within {limit:?}"),
                "nothing comes",
            )),
        }
    }

    /// What comes within `limit`: an answer, the end of the stream with or without an error, or nothing.
    ///
    /// # Errors
    ///
    /// Nothing came.
    pub async fn next_within(
        &mut self,
        limit: Duration,
    ) -> Result<Option<Result<WatchResponse, Status>>, Elapsed> {
        let came = timeout(limit, self.answers.next())
            .await
            .map_err(|_| Elapsed(limit))?
            .transpose();
        self.log.note(match &came {
            Some(Ok(answer)) => format!("← {}", phrase::watched(answer)),
            Some(Err(status)) => format!("← end of the stream: {}", phrase::status(status)),
            None => "← end of the stream".to_owned(),
        });
        Ok(came)
    }

    async fn send(&self, request: RequestUnion) -> Verdict {
        self.send_raw(WatchRequest {
            request_union: Some(request),
        })
        .await
    }
}

impl fmt::Debug for WatchStream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("WatchStream").finish_non_exhaustive()
    }
}

/// Nothing came within this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed(pub Duration);
