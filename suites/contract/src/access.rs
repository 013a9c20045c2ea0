use std::{fmt, path::PathBuf};

use async_trait::async_trait;

/// Where a server is, and how to be let in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Endpoints {
    /// One URL a member: `http://127.0.0.1:2379`, `https://…`.
    pub urls: Vec<String>,
    /// What a client needs for TLS; none for plaintext, and for servers that the system's own roots know.
    pub certificates: Option<Certificates>,
    /// Who asks, where the server wants to know.
    pub user: Option<User>,
}

/// A user of the server. Whoever prints it sees the name alone.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
}

impl fmt::Debug for User {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("User")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// PEM files of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificates {
    /// The authority that signed the server's certificate.
    pub authority: PathBuf,
    /// The client's own certificate and its key, where the server asks for one.
    pub identity: Option<(PathBuf, PathBuf)>,
}

/// What is odd about a client that a server asks for a certificate, or about what the client asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// It has no certificate.
    Missing,
    /// Another authority signed its certificate.
    Foreign,
    /// Its certificate ended an hour ago.
    Expired,
    /// Its certificate does not say what it is for.
    NoPurpose,
    /// Its certificate says that it proves a server.
    ServerOnly,
    /// Its certificate is on the list of the revoked.
    Revoked,
    /// Its certificate names another host than that of the client that everybody else uses.
    OtherName,
    /// It trusts another authority than the one that signed the server's certificate.
    TrustsAnother,
}

/// What a case wants of a server of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Three members instead of one.
    pub cluster: bool,
    /// TLS that asks clients for certificates.
    pub tls: bool,
    /// Its members can be killed and paused, and what was written survives that.
    pub control: bool,
    /// Others with the same wish may use it at the same time: the case changes nothing there but keys of its own.
    pub shared: bool,
    /// Flags of etcd beyond those that every server gets, such as `--max-txn-ops=2`. Servers that are not etcd may refuse.
    /// `{certificates}` in one is the folder with the server's certificates; `revoked.crl` there is the authority's list of
    /// the certificates that it has revoked.
    pub flags: Vec<String>,
}

/// What whoever runs the cases has to offer.
#[async_trait]
pub trait Access: fmt::Debug + Send + Sync {
    /// The server that cases share.
    fn shared(&self) -> Endpoints;

    /// Starts a server for one case. Only called for cases that said so in their needs.
    ///
    /// # Errors
    ///
    /// It does not come up: the case is broken, not failed.
    async fn start(&self, wish: &Wish) -> Result<Box<dyn Owned>, String>;
}

/// A server that belongs to a case. Dropping it stops it.
#[async_trait]
pub trait Owned: fmt::Debug + Send + Sync {
    /// Where it is. Stays the same when members are killed and started again.
    fn endpoints(&self) -> Endpoints;

    /// Kills a member's process without a word.
    ///
    /// # Errors
    ///
    /// It cannot be done.
    async fn kill(&self, member: usize) -> Result<(), String>;

    /// Asks a member to end, as `SIGTERM` does, and waits until it has.
    ///
    /// # Errors
    ///
    /// It cannot be done.
    async fn end(&self, member: usize) -> Result<(), String> {
        Err(format!("nobody here can ask member {member} to end"))
    }

    /// The files of a client with an oddity. They are there for as long as the server is.
    ///
    /// # Errors
    ///
    /// The server has no certificates, or none can be made.
    fn odd_client(&self, oddity: Oddity) -> Result<Certificates, String> {
        Err(format!("nobody here makes certificates: {oddity:?}"))
    }

    /// Stops a member in its tracks, as `SIGSTOP` does.
    ///
    /// # Errors
    ///
    /// It cannot be done.
    async fn pause(&self, member: usize) -> Result<(), String>;

    /// Lets all members run again, with the data they had, and returns once they serve.
    ///
    /// # Errors
    ///
    /// They do not.
    async fn heal(&self) -> Result<(), String>;

    /// Stops it and waits until it is gone.
    async fn stop(self: Box<Self>);
}
