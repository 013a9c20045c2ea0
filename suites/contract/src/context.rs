use std::sync::Arc;

use bytes::Bytes;
use storeproof_wire::{
    etcdserverpb::{RangeRequest, RangeResponse, ResponseHeader},
    mvccpb::KeyValue,
};

use crate::{
    Access, Certificates, Client, Endpoints, Fault, Log, Owned, User, Verdict, Wish, channel,
    connect::channel_to,
};

pub(crate) use watching::events;

mod kubernetes;
mod watching;

/// What a case works with: a server, a prefix of its own, and the verbs that most cases use.
#[derive(Debug)]
pub struct Context {
    access: Arc<dyn Access>,
    endpoints: Endpoints,
    prefix: String,
    client: Client,
    log: Arc<Log>,
}

impl Context {
    /// Connects to the shared server, lazily.
    ///
    /// # Errors
    ///
    /// The endpoint makes no sense, or the user is not let in.
    pub async fn open(access: Arc<dyn Access>) -> Verdict<Self> {
        let endpoints = access.shared();
        let log = Arc::new(Log::default());
        let client = connect(&endpoints, 0, &log).await?;
        let prefix = format!("/storeproof/{}/", uuid::Uuid::new_v4().simple());
        Ok(Self {
            access,
            endpoints,
            prefix,
            client,
            log,
        })
    }

    /// The same case on a server of its own, which [`Context::start`] started.
    ///
    /// # Errors
    ///
    /// As [`Context::open`].
    pub async fn on(&self, owned: &dyn Owned) -> Verdict<Self> {
        let endpoints = owned.endpoints();
        let client = connect(&endpoints, 0, &self.log).await?;
        Ok(Self {
            access: Arc::clone(&self.access),
            endpoints,
            prefix: self.prefix.clone(),
            client,
            log: Arc::clone(&self.log),
        })
    }

    /// Starts a server that belongs to the case. The case says so in its needs.
    ///
    /// # Errors
    ///
    /// It does not come up: the case is broken.
    pub async fn start(&self, wish: &Wish) -> Verdict<Box<dyn Owned>> {
        let started = self.access.start(wish).await;
        started.map_err(|error| Fault::broken("A server of the case's own does not start", error))
    }

    /// The connection that most cases need one of: to the first member.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A connection of its own to a member, numbered from 0.
    ///
    /// # Errors
    ///
    /// There is no such member.
    pub async fn connect(&self, member: usize) -> Verdict<Client> {
        let client = anonymous(&self.endpoints, member, &self.log).await?;
        Ok(client.with_token_of(&self.client))
    }

    /// A connection to `url` for who has `certificates`, to a server whose certificate carries `name` where one is given.
    ///
    /// # Errors
    ///
    /// The URL makes no sense, or a certificate cannot be read.
    pub async fn connect_as(
        &self,
        url: &str,
        certificates: Option<&Certificates>,
        name: Option<&str>,
    ) -> Verdict<Client> {
        let channel = channel_to(url, certificates, name).await;
        let channel =
            channel.map_err(|error| Fault::broken("There is no way to the server", error))?;
        Ok(Client::new(channel, Arc::clone(&self.log)))
    }

    /// How many members can be connected to.
    pub fn members(&self) -> usize {
        self.endpoints.urls.len()
    }

    /// Where the server is.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// What was asked and answered.
    pub fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// The prefix that no other case writes below. Ends with a slash.
    pub fn prefix(&self) -> Bytes {
        Bytes::from(self.prefix.clone())
    }

    /// A key below the prefix.
    pub fn key(&self, name: impl AsRef<[u8]>) -> Bytes {
        [self.prefix.as_bytes(), name.as_ref()].concat().into()
    }

    /// The end of everything below `prefix`: the same bytes with the last one that can be, raised by one.
    pub fn end_of(prefix: &[u8]) -> Bytes {
        let mut end = prefix.to_vec();
        while let Some(last) = end.pop() {
            if last < u8::MAX {
                end.push(last + 1);
                return end.into();
            }
        }
        Bytes::from_static(&[0])
    }

    /// A read of one key below the prefix.
    pub fn one(&self, name: impl AsRef<[u8]>) -> RangeRequest {
        RangeRequest {
            key: self.key(name),
            ..RangeRequest::default()
        }
    }

    /// A read of everything below a name below the prefix; of everything of the case's with an empty name.
    pub fn all(&self, name: impl AsRef<[u8]>) -> RangeRequest {
        let key = self.key(name);
        RangeRequest {
            range_end: Self::end_of(&key),
            key,
            ..RangeRequest::default()
        }
    }

    /// Writes a key and returns the revision of the write.
    ///
    /// # Errors
    ///
    /// The write fails, or its answer has no revision.
    pub async fn put(&self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Verdict<i64> {
        let request = self.putting(name, value);
        revision(self.client.put(request).await?.header.as_ref())
    }

    /// Deletes a key and returns the revision that the answer carries.
    ///
    /// # Errors
    ///
    /// The deletion fails, or its answer has no revision.
    pub async fn delete(&self, name: impl AsRef<[u8]>) -> Verdict<i64> {
        let request = self.deleting(name);
        revision(self.client.delete(request).await?.header.as_ref())
    }

    /// Reads one key.
    ///
    /// # Errors
    ///
    /// The read fails.
    pub async fn get(&self, name: impl AsRef<[u8]>) -> Verdict<Option<KeyValue>> {
        let answer = self.client.range(self.one(name)).await?;
        Ok(answer.kvs.into_iter().next())
    }

    /// The store's current revision: that of a read of a key that does not exist.
    ///
    /// # Errors
    ///
    /// The read fails, or its answer has no revision.
    pub async fn revision(&self) -> Verdict<i64> {
        let answer = self.client.range(self.one("no such key")).await?;
        revision(answer.header.as_ref())
    }

    /// The names below the prefix of what an answer holds, in its order.
    pub fn names(&self, answer: &RangeResponse) -> Vec<String> {
        let name = |kv: &KeyValue| {
            let key = kv.key.strip_prefix(self.prefix.as_bytes());
            key.unwrap_or(&kv.key).escape_ascii().to_string()
        };
        answer.kvs.iter().map(name).collect()
    }
}

/// The revision of an answer, which every answer must carry.
///
/// # Errors
///
/// There is no header, or its revision is not positive.
pub(crate) fn revision(header: Option<&ResponseHeader>) -> Verdict<i64> {
    match header {
        Some(header) if header.revision > 0 => Ok(header.revision),
        Some(header) => Err(Fault::failed(
            "the answer's header carries a revision",
            format!("it carries {}", header.revision),
        )),
        None => Err(Fault::failed("the answer has a header", "it has none")),
    }
}

/// A connection of the user's. A token outlives a case, and each case gets one of its own.
async fn connect(endpoints: &Endpoints, member: usize, log: &Arc<Log>) -> Verdict<Client> {
    let client = anonymous(endpoints, member, log).await?;
    let Some(User { name, password }) = endpoints.user.clone() else {
        return Ok(client);
    };
    let request = storeproof_wire::etcdserverpb::AuthenticateRequest { name, password };
    let answer = client.auth().authenticate(request).await;
    let answer = answer.map_err(|status| {
        Fault::broken("The user is not let in", crate::phrase::status(&status))
    })?;
    client.with_token(&answer.into_inner().token)
}

async fn anonymous(endpoints: &Endpoints, member: usize, log: &Arc<Log>) -> Verdict<Client> {
    let Some(url) = endpoints.urls.get(member) else {
        return Err(Fault::Broken(format!("There is no member {member}.")));
    };
    let channel = channel(url, endpoints.certificates.as_ref()).await;
    let channel = channel.map_err(|error| Fault::broken("There is no way to the server", error))?;
    Ok(Client::new(channel, Arc::clone(log)))
}
