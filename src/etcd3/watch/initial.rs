use crate::{
    storage::{Event, Object, ResourceVersion},
    telemetry::metrics::RequestKind,
};

use super::{
    super::{Error, list, request::Page, version},
    session::{End, Session},
    status,
};

/// The state that a watch begins with (backend §5.4).
impl<T: Object> Session<T> {
    /// Sends everything that is there now, page by page, all of it as of one revision, which it returns.
    pub(super) async fn send_state(
        &self,
        not_older_than: ResourceVersion,
        bookmark: bool,
    ) -> Result<i64, End> {
        let mut start = self.key.clone().into_bytes();
        let mut revision = 0;
        loop {
            let page = self.state_page(&start, revision).await;
            let page = page.map_err(|error| End::Failed(status::of_initial_state(&error)))?;
            if revision == 0 {
                revision = page.revision;
                let current = version(revision);
                if not_older_than > current {
                    return Err(End::Failed(status::too_large(not_older_than, current)));
                }
            }
            self.sizes.observe(&page.found);
            let last = page.found.last().map(|last| last.key.clone());
            let more = page.count > i64::try_from(page.found.len()).unwrap_or(i64::MAX);
            for run in list::read_all(&self.values, &self.predicate, page.found, 0).await {
                self.send_all(run.objects.into_iter().map(Event::Added).collect())
                    .await?;
                if let Some(failure) = run.failures.into_iter().next() {
                    return Err(End::Failed(status::of_error(failure.error)));
                }
            }
            match last {
                Some(mut last) if more => {
                    last.push(0);
                    start = last;
                }
                _ => break,
            }
        }
        if bookmark {
            self.send_bookmark(revision, true).await?;
        }
        Ok(revision)
    }

    async fn state_page(&self, start: &[u8], revision: i64) -> Result<Page, Error> {
        match &self.end {
            Some(end) => {
                let read = self.client.range(start, end, list::MAX_PAGE, revision);
                self.metrics.request(RequestKind::List, read).await
            }
            None => {
                let read = self.client.get(&self.key, 0, false);
                let single = self.metrics.request(RequestKind::Get, read).await?;
                Ok(Page {
                    count: i64::from(single.found.is_some()),
                    found: single.found.into_iter().collect(),
                    revision: single.revision,
                })
            }
        }
    }
}
