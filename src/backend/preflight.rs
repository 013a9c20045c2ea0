use std::{io, time::Duration};

use rand::seq::SliceRandom;
use tokio::{
    net::{TcpStream, UnixStream},
    time::timeout,
};

use super::{
    Error,
    endpoint::{Route, ServerAddress},
};

/// How long one server may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether one of the servers accepts connections; asked one after another in any order, a second each. It proves less
/// than a store does, and takes no certificates. Where there are no servers there is none that accepts.
///
/// # Errors
///
/// An address that cannot be understood; then no server is tried.
pub async fn preflight(servers: impl IntoIterator<Item = impl AsRef<str>>) -> Result<bool, Error> {
    let parsed = servers
        .into_iter()
        .map(|server| ServerAddress::parse(server.as_ref()))
        .collect::<Result<Vec<_>, _>>();
    let mut servers = parsed.map_err(|error| Error::Unparsable(Box::new(error)))?;
    servers.shuffle(&mut rand::rng());
    for server in servers {
        if let Ok(Ok(())) = timeout(PATIENCE, reach(&server.route)).await {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn reach(route: &Route) -> io::Result<()> {
    match route {
        Route::Tcp(address) => TcpStream::connect(address.as_str()).await.map(drop),
        Route::Unix(path) => UnixStream::connect(path).await.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::preflight;

    #[tokio::test]
    async fn one_server_that_accepts_is_enough() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let open = listener.local_addr().expect("it is bound");
        let closed = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let gone = closed.local_addr().expect("it is bound");
        drop(closed);
        for (servers, expected) in [
            (vec![], false),
            (vec![format!("http://{gone}")], false),
            (vec!["unix:///nowhere/socket".to_owned()], false),
            (vec![format!("http://{open}")], true),
            (vec![format!("https://{open}")], true),
            (vec![open.to_string()], true),
            (
                vec![format!("http://{gone}"), format!("tcp://{open}")],
                true,
            ),
        ] {
            let reached = preflight(&servers).await.expect("addresses");
            assert_eq!(reached, expected, "{servers:?}");
        }
        let error = preflight(["http://"]).await.expect_err("no host");
        let told = "unable to parse etcd url: invalid server address \"http://\": ";
        assert!(error.to_string().starts_with(told), "{error}");
    }
}
