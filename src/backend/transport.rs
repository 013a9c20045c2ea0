use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::time::{sleep, timeout};
use tonic::transport::{Channel, Endpoint};
use tower::util::BoxCloneSyncService;

use crate::{
    etcd3::{Client, Link, Way},
    telemetry::{Calls, trace::Tracing},
};

use super::{
    Error, NetworkContext, TransportConfig,
    connector::{Connector, secured},
    endpoint::ServerAddress,
    switch::Switch,
    tls::TlsFiles,
};

/// Pings on a connection with calls under way, and how long their answer may take (backend §1.1). etcd ends connections
/// that ping more often than every 5 s.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);
/// Between attempts to get an answer.
const PAUSE: Duration = Duration::from_millis(50);
/// How many bytes one stream may be sent ahead of its reader.
const STREAM_WINDOW: u32 = 2 << 20;
/// The room that all streams of a connection share; the largest there is. Each stream has its own bound, so that a watch
/// whose consumer sleeps fills its own room and nobody else's.
const CONNECTION_WINDOW: u32 = (1 << 31) - 1;

/// A channel to the servers, one of which has answered on it (backend §1.7, §1.9). Which one stays in use until it fails, or
/// says that it cannot serve.
///
/// A connection alone proves little: a server that refuses the client's certificate says so only after it.
///
/// # Errors
///
/// The configuration makes no sense; a file cannot be used; the user is not let in; no server answers in time.
pub(super) async fn connect(config: &TransportConfig) -> Result<Way, Error> {
    let (way, _) = greeted(config).await?;
    Ok(way)
}

/// The same, and which server answered with which version, where that is known.
///
/// # Errors
///
/// As [`connect`].
pub(super) async fn greeted(
    config: &TransportConfig,
) -> Result<(Way, Option<(String, String)>), Error> {
    let (connector, origin) = prepare(config)?;
    let way = observed(config, connector.clone(), origin);
    let mut refusal = None;
    let answered = timeout(config.dial_timeout, async {
        loop {
            let turn = connector.turn();
            let error = match Client::greet(&way).await {
                // Nobody else uses the channel yet: whose turn it is has answered.
                Ok(version) => break Some(connector.server().map(str::to_owned).zip(version)),
                Err(error) => error,
            };
            // A refusal of the user stays one, whoever is asked.
            if !error.kind().is_silence() && config.credentials.is_some() {
                refusal = Some(error.to_string());
                break None;
            }
            if error.says_why() || refusal.is_none() {
                refusal = Some(error.to_string());
            }
            connector.pass_over(turn);
            sleep(PAUSE).await;
        }
    });
    if let Ok(Some(told)) = answered.await {
        return Ok((way, told));
    }
    let servers = || config.server_list.join(", ");
    let problem = connector
        .last_failure()
        .or_else(|| Some(format!("{}: {}", servers(), refusal?)))
        .unwrap_or_else(|| format!("no answer from {}", servers()));
    Err(Error::NotReady(problem))
}

/// A channel to each of the servers, in their order. Nothing is opened until something is asked.
///
/// # Errors
///
/// The configuration makes no sense; a file cannot be used.
pub(super) fn each(config: &TransportConfig) -> Result<Vec<Way>, Error> {
    let servers = config.server_list.iter();
    servers.map(|server| alone(config, server)).collect()
}

/// A channel to one server, in the way in which all are reached. Nothing is opened until something is asked.
///
/// # Errors
///
/// As [`each`].
pub(super) fn alone(config: &TransportConfig, server: &str) -> Result<Way, Error> {
    let alone = TransportConfig {
        server_list: vec![server.to_owned()],
        ..config.clone()
    };
    let (connector, origin) = prepare(&alone)?;
    Ok(observed(config, connector, origin))
}

/// A way whose calls are counted, and traced where somebody collects that.
fn observed(config: &TransportConfig, connector: Connector, origin: Uri) -> Way {
    let tracing = config.tracer_provider.as_ref().map(Tracing::of);
    let channel = if connector.has_one() {
        let calls = Calls::over(channel(connector, origin), &config.metrics, tracing);
        Link::Custom(BoxCloneSyncService::new(calls))
    } else {
        let ways = connector.clone();
        let switch = Switch::over(connector, move || channel(ways.clone(), origin.clone()));
        let calls = Calls::over(switch, &config.metrics, tracing);
        Link::Custom(BoxCloneSyncService::new(calls))
    };
    Way {
        channel,
        credentials: config.credentials.clone(),
    }
}

fn channel(connector: Connector, origin: Uri) -> Channel {
    let service = tower::service_fn(move |_: Uri| {
        let connector = connector.clone();
        async move { connector.connect().await.map(TokioIo::new) }
    });
    Endpoint::from_static("http://etcd")
        .origin(origin)
        .http2_keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .keep_alive_while_idle(false)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .connect_with_connector_lazy(service)
}

/// Checks all that can be checked without asking anybody.
///
/// # Errors
///
/// The configuration makes no sense; a file cannot be used.
pub(super) fn check(config: &TransportConfig) -> Result<(), Error> {
    checked(config).map(drop)
}

fn checked(config: &TransportConfig) -> Result<(TlsFiles, Vec<ServerAddress>), Error> {
    let files = TlsFiles::of(config)?;
    let servers = config
        .server_list
        .iter()
        .map(|server| ServerAddress::parse(server))
        .collect::<Result<Vec<_>, _>>()?;
    if servers.is_empty() {
        return Err(Error::NoServers);
    }
    if !files.is_empty() || servers.iter().any(|server| secured(server, &files)) {
        files.load()?;
    }
    let is_secure = |server: &ServerAddress| secured(server, &files);
    let secure = servers.iter().find(|server| is_secure(server));
    let plain = servers.iter().find(|server| !is_secure(server));
    // Requests name one scheme, whichever server they go to.
    if let (Some(secure), Some(plain)) = (secure, plain) {
        return Err(Error::MixedSchemes {
            plain: plain.given.clone(),
            secure: secure.given.clone(),
        });
    }
    Ok((files, servers))
}

/// The way to the servers, and what requests are sent to in name.
fn prepare(config: &TransportConfig) -> Result<(Connector, Uri), Error> {
    let (files, servers) = checked(config)?;
    let first = servers.first().ok_or(Error::NoServers)?;
    let scheme = if secured(first, &files) {
        "https"
    } else {
        "http"
    };
    let origin = Uri::builder()
        .scheme(scheme)
        .authority(first.authority.as_str())
        .path_and_query("/")
        .build()
        .map_err(|cause| Error::Address {
            address: first.given.clone(),
            problem: cause.to_string(),
        })?;
    let dial = match &config.egress_lookup {
        Some(lookup) => lookup(NetworkContext::Etcd).map_err(Error::Egress)?,
        None => None,
    };
    Ok((Connector::new(servers, files, dial), origin))
}
