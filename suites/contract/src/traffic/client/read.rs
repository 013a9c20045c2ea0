use storeproof_judge::{Answer, Content, Key, Listed, Request, Seen, Version};
use storeproof_wire::{
    etcdserverpb::{RangeRequest, RangeResponse, ResponseHeader},
    mvccpb::KeyValue,
};

use super::{Recorded, Told};
use crate::{Context, Verdict, context::revision};

impl Recorded {
    /// Reads a key.
    pub(in crate::traffic) async fn get(&mut self, name: &str) -> Verdict {
        let request = RangeRequest {
            key: self.key(name),
            limit: 1,
            ..RangeRequest::default()
        };
        let client = self.client.clone();
        let parts = vec![Request::Get { key: name.into() }];
        self.ask(parts, client.range(request), |answer| {
            Ok((header(answer.header.as_ref())?, vec![found(&answer)]))
        })
        .await
    }

    /// Reads a key that nobody writes, for the revision of the store.
    pub(in crate::traffic) async fn current(&mut self) -> Verdict {
        let request = RangeRequest {
            key: self.key("none"),
            limit: 1,
            ..RangeRequest::default()
        };
        let client = self.client.clone();
        self.ask(vec![Request::Current], client.range(request), |answer| {
            let version = header(answer.header.as_ref())?;
            Ok((version, vec![Answer::Current(version)]))
        })
        .await
    }

    /// Reads everything at once.
    pub(in crate::traffic) async fn list(&mut self) -> Verdict {
        let (client, request) = (self.client.clone(), self.everything());
        let place = self.place.len();
        self.ask(vec![Request::List], client.range(request), |answer| {
            listed(&[answer], place)
        })
        .await
    }

    /// Reads everything in pages: those after the first at its revision.
    pub(in crate::traffic) async fn pages(&mut self, limit: i64) -> Verdict {
        let (client, mut request) = (self.client.clone(), self.everything());
        request.limit = limit;
        let reading = async move {
            let mut pages: Vec<RangeResponse> = Vec::new();
            loop {
                let page = client.range(request.clone()).await?;
                let (more, last) = (page.more, page.kvs.last().map(|kv| kv.key.clone()));
                if pages.is_empty() {
                    request.revision = page.header.map_or(0, |header| header.revision);
                }
                pages.push(page);
                match last {
                    Some(last) if more => request.key = [&last[..], &[0]].concat().into(),
                    _ => return Ok(pages),
                }
            }
        };
        let place = self.place.len();
        let parts = vec![Request::List];
        self.ask(parts, reading, |pages| listed(&pages, place))
            .await
    }

    fn everything(&self) -> RangeRequest {
        RangeRequest {
            key: self.place.clone(),
            range_end: Context::end_of(&self.place),
            ..RangeRequest::default()
        }
    }
}

/// The revision of an answer, as a history has it.
pub(super) fn header(header: Option<&ResponseHeader>) -> Verdict<Version> {
    Ok(Version::new(revision(header)?.unsigned_abs()))
}

/// What a key held. Values that no client wrote are zero, which none writes.
pub(super) fn seen(kv: &KeyValue) -> Seen {
    let text = std::str::from_utf8(&kv.value).unwrap_or_default();
    Seen {
        version: Version::new(kv.mod_revision.unsigned_abs()),
        content: Content(text.parse().unwrap_or_default()),
    }
}

/// What a read of one key says.
pub(super) fn found(answer: &RangeResponse) -> Answer {
    let first = answer.kvs.first();
    first.map_or(Answer::Missing, |kv| Answer::Found(seen(kv)))
}

/// A list is of the revision of its first page. Names are what follows the first bytes of a key.
fn listed(pages: &[RangeResponse], place: usize) -> Verdict<Told> {
    let first = pages.first().and_then(|page| page.header.as_ref());
    let version = header(first)?;
    let named = |kv: &KeyValue| -> (Key, Seen) {
        let name = kv.key.get(place..).unwrap_or_default();
        (name.escape_ascii().to_string().into(), seen(kv))
    };
    let items = pages.iter().flat_map(|page| &page.kvs).map(named).collect();
    let list = Listed {
        pages: vec![version],
        items,
    };
    Ok((version, vec![Answer::Listed(list)]))
}
