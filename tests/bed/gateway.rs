//! An odd server: etcd behind something that answers some calls itself.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use h2::{Reason, RecvStream, SendStream, client::SendRequest, server::SendResponse};
use http::{HeaderMap, Request, Response};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use tokio_util::task::AbortOnDropHandle;

use super::range::Range;

const WATCH: &str = "/etcdserverpb.Watch/Watch";
const RANGE: &str = "/etcdserverpb.KV/Range";

/// Passes gRPC calls on to one etcd, but for those that it was told to refuse, and can cancel the watches that it passes.
pub(crate) struct Gateway {
    address: SocketAddr,
    cancellation: watch::Sender<Option<Bytes>>,
    noted: Noted,
    _accepting: AbortOnDropHandle<()>,
}

/// What came.
#[derive(Clone, Default)]
struct Noted {
    /// The paths of the calls, in order, and what their headers said.
    calls: Arc<Mutex<Vec<(String, HeaderMap)>>>,
    /// The bodies of the ranges that were asked for, each in its gRPC frame.
    ranges: Arc<Mutex<Vec<Bytes>>>,
}

/// The path of a call, and the gRPC code that it is refused with.
pub(crate) type Refusal = (&'static str, u32);

impl Gateway {
    /// A gateway to `HOST:PORT`, on a free port of this machine.
    pub(crate) async fn to(server: String, refusal: Option<Refusal>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let cancellation = watch::Sender::new(None);
        let orders = cancellation.subscribe();
        let noted = Noted::default();
        let coming = noted.clone();
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let passing = Passing {
                    orders: orders.clone(),
                    noted: coming.clone(),
                };
                connections.spawn(serve(client, server.clone(), refusal, passing));
            }
        });
        Self {
            address,
            cancellation,
            noted,
            _accepting: AbortOnDropHandle::new(accepting),
        }
    }

    /// Where clients find it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What the headers of the last call of a path said.
    pub(crate) fn last_headers(&self, path: &str) -> HeaderMap {
        let calls = self.noted.calls.lock().expect("nobody panics with it");
        let last = calls.iter().rfind(|(called, _)| called == path);
        last.expect("it was called").1.clone()
    }

    /// What was asked for in ranges since the last call.
    pub(crate) fn take_ranges(&self) -> Vec<Range> {
        let mut ranges = self.noted.ranges.lock().expect("nobody panics with it");
        ranges.drain(..).map(|frame| Range::read(&frame)).collect()
    }

    /// Tells the clients of all watches, in the server's name, that they are cancelled, and no compaction is to blame.
    pub(crate) fn cancel_watches(&self, reason: &str) {
        // `WatchResponse { canceled: true, cancel_reason: … }`, behind the mark and the length of a gRPC message.
        let length = u8::try_from(reason.len()).expect("a short reason");
        let message = [&[0x20, 1, 0x32, length], reason.as_bytes()].concat();
        let length = u8::try_from(message.len()).expect("a short message");
        let frame = [&[0, 0, 0, 0, length], message.as_slice()].concat();
        self.cancellation.send_replace(Some(frame.into()));
    }
}

/// What a call that is passed on listens to, and where it is noted.
#[derive(Clone)]
struct Passing {
    orders: watch::Receiver<Option<Bytes>>,
    noted: Noted,
}

async fn serve(
    client: TcpStream,
    server: String,
    refusal: Option<Refusal>,
    passing: Passing,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut inbound = h2::server::handshake(client).await?;
    let (outbound, connection) = h2::client::handshake(TcpStream::connect(server).await?).await?;
    let mut calls = JoinSet::new();
    calls.spawn(async move {
        let _ = connection.await;
    });
    while let Some(accepted) = inbound.accept().await {
        let (request, mut respond) = accepted?;
        let call = (request.uri().path().to_owned(), request.headers().clone());
        let mut earlier = passing.noted.calls.lock().expect("nobody panics with it");
        earlier.push(call);
        drop(earlier);
        match refusal {
            Some((path, code)) if request.uri().path() == path => {
                respond.send_response(refused(code)?, true)?;
            }
            _ => {
                let call = pass(request, respond, outbound.clone(), passing.clone());
                calls.spawn(async move {
                    let _ = call.await;
                });
            }
        }
    }
    Ok(())
}

fn refused(code: u32) -> http::Result<Response<()>> {
    Response::builder()
        .header("content-type", "application/grpc")
        .header("grpc-status", code)
        .header("grpc-message", "not%20here")
        .body(())
}

async fn pass(
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    outbound: SendRequest<Bytes>,
    passing: Passing,
) -> Result<(), h2::Error> {
    let Passing { mut orders, noted } = passing;
    let is_watch = request.uri().path() == WATCH;
    let is_range = request.uri().path() == RANGE;
    orders.mark_unchanged();
    let (head, mut asked) = request.into_parts();
    let mut outbound = outbound.ready().await?;
    let (answer, mut to_server) = outbound.send_request(Request::from_parts(head, ()), false)?;
    let asking = async {
        while let Some(chunk) = asked.data().await {
            let chunk = chunk?;
            if is_range && !chunk.is_empty() {
                let mut ranges = noted.ranges.lock().expect("nobody panics with it");
                ranges.push(chunk.clone());
            }
            send(&mut asked, &mut to_server, chunk)?;
        }
        to_server.send_data(Bytes::new(), true)?;
        // The server has the last word.
        std::future::pending().await
    };
    let answering = async {
        let (head, mut answered) = answer.await?.into_parts();
        let is_over = answered.is_end_stream();
        let mut to_client = respond.send_response(Response::from_parts(head, ()), is_over)?;
        if is_over {
            return Ok(());
        }
        loop {
            tokio::select! {
                chunk = answered.data() => match chunk {
                    Some(chunk) => send(&mut answered, &mut to_client, chunk?)?,
                    None => {
                        let trailers = answered.trailers().await?.unwrap_or_default();
                        return to_client.send_trailers(trailers);
                    }
                },
                Ok(()) = orders.changed(), if is_watch => {
                    let frame = orders.borrow_and_update().clone();
                    to_client.send_data(frame.unwrap_or_default(), false)?;
                }
            }
        }
    };
    tokio::select! {
        done = asking => done,
        done = answering => done,
    }
    .inspect_err(|_| respond.send_reset(Reason::CANCEL))
}

fn send(from: &mut RecvStream, to: &mut SendStream<Bytes>, chunk: Bytes) -> Result<(), h2::Error> {
    from.flow_control().release_capacity(chunk.len())?;
    to.send_data(chunk, false)
}
