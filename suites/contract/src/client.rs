use std::{future::Future, sync::Arc};

use storeproof_wire::{
    etcdserverpb::{
        CompactionRequest, CompactionResponse, DeleteRangeRequest, DeleteRangeResponse,
        LeaseGrantRequest, LeaseGrantResponse, PutRequest, PutResponse, RangeRequest,
        RangeResponse, TxnRequest, TxnResponse, auth_client::AuthClient,
        cluster_client::ClusterClient, kv_client::KvClient, lease_client::LeaseClient,
        maintenance_client::MaintenanceClient, watch_client::WatchClient,
    },
    health::health_client::HealthClient,
};
use tokio::time::timeout;
use tonic::{Request, Response, Status, metadata::AsciiMetadataValue, transport::Channel};

use crate::{Fault, Log, Verdict, limits, phrase};

pub use stream::{Elapsed, WatchStream};

mod maintenance;
mod stream;
mod users;

/// The largest answer that is read, in bytes: watches and ranges may be larger than gRPC's default.
const LARGEST: usize = 512 << 20;

/// One connection to one member. Nothing is retried; every request has a deadline, and is noted with its answer.
///
/// Requests that succeed and fail alike come back as they are: `Result<_, Status>`. What must succeed is turned into a
/// verdict with `?`.
#[derive(Clone, Debug)]
pub struct Client {
    channel: Channel,
    token: Option<AsciiMetadataValue>,
    log: Arc<Log>,
}

impl Client {
    pub(crate) fn new(channel: Channel, log: Arc<Log>) -> Self {
        Self {
            channel,
            token: None,
            log,
        }
    }

    /// The same connection, with a token of [`Authenticate`](AuthClient::authenticate) in every request.
    ///
    /// # Errors
    ///
    /// The token cannot stand in a header.
    pub fn with_token(&self, token: &str) -> Verdict<Self> {
        let token = token
            .parse()
            .map_err(|error| Fault::broken("The server's token is no header value", error))?;
        Ok(Self {
            token: Some(token),
            ..self.clone()
        })
    }

    /// The same connection, with the token of another one.
    pub(crate) fn with_token_of(&self, other: &Self) -> Self {
        Self {
            token: other.token.clone(),
            ..self.clone()
        }
    }

    /// Reads keys.
    ///
    /// # Errors
    ///
    /// What the server answers, or [`tonic::Code::DeadlineExceeded`] after ten seconds.
    pub async fn range(&self, request: RangeRequest) -> Result<RangeResponse, Status> {
        let asked = phrase::range(&request);
        let mut client = KvClient::new(self.channel.clone()).max_decoding_message_size(LARGEST);
        self.noted(asked, client.range(self.request(request)), phrase::ranged)
            .await
    }

    /// Writes a key.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn put(&self, request: PutRequest) -> Result<PutResponse, Status> {
        let asked = phrase::put(&request);
        let mut client = KvClient::new(self.channel.clone());
        self.noted(asked, client.put(self.request(request)), |answer| {
            format!(
                "revision {}",
                answer.header.as_ref().map_or(0, |header| header.revision)
            )
        })
        .await
    }

    /// Deletes keys.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn delete(&self, request: DeleteRangeRequest) -> Result<DeleteRangeResponse, Status> {
        let asked = phrase::delete(&request);
        let mut client = KvClient::new(self.channel.clone()).max_decoding_message_size(LARGEST);
        self.noted(
            asked,
            client.delete_range(self.request(request)),
            phrase::deleted,
        )
        .await
    }

    /// Commits a transaction.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn txn(&self, request: TxnRequest) -> Result<TxnResponse, Status> {
        let asked = phrase::txn(&request);
        let mut client = KvClient::new(self.channel.clone()).max_decoding_message_size(LARGEST);
        self.noted(asked, client.txn(self.request(request)), phrase::committed)
            .await
    }

    /// Compacts history.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn compact(&self, request: CompactionRequest) -> Result<CompactionResponse, Status> {
        let asked = format!("compact at {}", request.revision);
        let mut client = KvClient::new(self.channel.clone());
        self.noted(asked, client.compact(self.request(request)), |answer| {
            format!(
                "revision {}",
                answer.header.as_ref().map_or(0, |header| header.revision)
            )
        })
        .await
    }

    /// Grants a lease.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn grant(&self, request: LeaseGrantRequest) -> Result<LeaseGrantResponse, Status> {
        let asked = format!("grant {} s, id {}", request.ttl, request.id);
        let mut client = LeaseClient::new(self.channel.clone());
        self.noted(asked, client.lease_grant(self.request(request)), |answer| {
            format!("lease {} for {} s", answer.id, answer.ttl)
        })
        .await
    }

    /// Opens a stream for watches. `has_leader` asks the server to end the stream when it has no leader.
    ///
    /// Servers say nothing of a stream before its first message: that they refuse it may come in place of that.
    ///
    /// # Errors
    ///
    /// The server refuses the stream at once.
    pub async fn watch(&self, has_leader: bool) -> Result<WatchStream, Status> {
        let client = WatchClient::new(self.channel.clone()).max_decoding_message_size(LARGEST);
        WatchStream::open(
            client,
            has_leader,
            self.token.clone(),
            Arc::clone(&self.log),
        )
        .await
    }

    /// Everything else about leases.
    pub fn leases(&self) -> LeaseClient<Channel> {
        LeaseClient::new(self.channel.clone())
    }

    /// Ranges that come in pieces.
    pub fn key_values(&self) -> KvClient<Channel> {
        KvClient::new(self.channel.clone()).max_decoding_message_size(LARGEST)
    }

    /// What operators ask of a member.
    pub fn maintenance(&self) -> MaintenanceClient<Channel> {
        MaintenanceClient::new(self.channel.clone()).max_decoding_message_size(LARGEST)
    }

    /// Who the members are.
    pub fn cluster(&self) -> ClusterClient<Channel> {
        ClusterClient::new(self.channel.clone())
    }

    /// Users and roles.
    pub fn auth(&self) -> AuthClient<Channel> {
        AuthClient::new(self.channel.clone())
    }

    /// Whether the server serves.
    pub fn health(&self) -> HealthClient<Channel> {
        HealthClient::new(self.channel.clone())
    }

    /// A request with what every request of this connection carries.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(token) = &self.token {
            request.metadata_mut().insert("token", token.clone());
        }
        request
    }

    /// Carries a request out within its deadline and notes it: for the clients that this type hands out.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn noted<T>(
        &self,
        asked: impl Into<String>,
        answer: impl Future<Output = Result<Response<T>, Status>>,
        told: impl FnOnce(&T) -> String,
    ) -> Result<T, Status> {
        let answer = match timeout(limits::REQUEST, answer).await {
            Ok(answer) => answer.map(Response::into_inner),
            Err(_) => Err(Status::deadline_exceeded(format!(
                "no answer within {:?}",
                limits::REQUEST
            ))),
        };
        let told = match &answer {
            Ok(answer) => told(answer),
            Err(status) => phrase::status(status),
        };
        self.log.note(format!("{} → {told}", asked.into()));
        answer
    }
}
