//! What etcd counts of itself.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The value of a metric without labels, of the server at `HOST:PORT`.
pub(crate) async fn value(address: &str, metric: &str) -> f64 {
    let page = page(address).await.expect("etcd tells its metrics");
    let line = page.lines().find_map(|line| {
        let value = line.strip_prefix(metric)?;
        value.starts_with(' ').then(|| value.trim())
    });
    let value = line.expect("etcd knows the metric");
    value.parse().expect("a metric is a number")
}

async fn page(address: &str) -> std::io::Result<String> {
    let mut server = TcpStream::connect(address).await?;
    server.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").await?;
    let mut page = Vec::new();
    server.read_to_end(&mut page).await?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
