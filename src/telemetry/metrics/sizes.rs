use std::{fmt, time::Duration};

use futures::future::join_all;
use tokio::time::timeout;

use super::Metrics;

/// How long one cluster may take to tell its size.
const PATIENCE: Duration = Duration::from_secs(1);

impl Metrics {
    /// The text of [`Metrics::text`] with the sizes of storage clusters as of now. To be called once a scrape.
    ///
    /// Each future tells the bytes that the database files of one cluster occupy; the cluster at position 0 is called
    /// `etcd-0`. All are asked at once, for a second at most. One that fails is left out, and takes no other with it.
    pub async fn scrape<F, E>(&self, clusters: impl IntoIterator<Item = F>) -> String
    where
        F: Future<Output = Result<i64, E>>,
        E: fmt::Display,
    {
        let asked = clusters.into_iter().map(|size| timeout(PATIENCE, size));
        let sizes = join_all(asked).await;
        let family = &self.families().storage_size;
        family.reset();
        for (position, size) in sizes.into_iter().enumerate() {
            let cluster = format!("etcd-{position}");
            match size {
                Ok(Ok(bytes)) => family.with_label_values(&[cluster]).set(bytes),
                Ok(Err(error)) => {
                    tracing::warn!(cluster, "the size of the storage is not known: {error}")
                }
                Err(_) => tracing::warn!(
                    cluster,
                    "the size of the storage is not known: no answer within {PATIENCE:?}"
                ),
            }
        }
        self.text()
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures::{FutureExt, future::BoxFuture};

    use super::{super::Registry, Metrics};

    #[tokio::test(start_paused = true)]
    async fn a_dead_cluster_hides_no_other_and_keeps_its_number() {
        let metrics = Metrics::register(&Registry::new()).expect("a new registry");
        let clusters: [BoxFuture<'_, Result<i64, &str>>; 4] = [
            pending().boxed(),
            ready(Ok(1_000_000_000)).boxed(),
            ready(Err("gone")).boxed(),
            ready(Ok(7)).boxed(),
        ];
        let shown = |text: String| {
            let lines = text
                .lines()
                .filter(|line| line.starts_with("apiserver_storage_size_bytes"));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            shown(metrics.scrape(clusters).await),
            [
                "apiserver_storage_size_bytes{storage_cluster_id=\"etcd-1\"} 1e+09",
                "apiserver_storage_size_bytes{storage_cluster_id=\"etcd-3\"} 7",
            ]
        );
        let none: [BoxFuture<'_, Result<i64, &str>>; 0] = [];
        assert_eq!(shown(metrics.scrape(none).await), [""; 0]);
    }
}
