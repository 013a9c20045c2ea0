//! Requests and answers as short phrases, for failures that a person reads.

use storeproof_wire::{
    etcdserverpb::{
        DeleteRangeRequest, DeleteRangeResponse, PutRequest, RangeRequest, RangeResponse,
        TxnRequest, TxnResponse, WatchResponse, request_op::Request,
    },
    mvccpb::{Event, KeyValue, event::EventType},
};
use tonic::Status;

/// How many keys of an answer are named.
const SHOWN: usize = 6;

/// Bytes as text: printable ones as they are, others as `\xNN`, long ones cut.
pub(crate) fn bytes(bytes: &[u8]) -> String {
    let shown = bytes.get(..48).unwrap_or(bytes);
    let text = shown.escape_ascii().to_string();
    if shown.len() < bytes.len() {
        format!("{text}… ({} bytes)", bytes.len())
    } else {
        text
    }
}

/// A code and its message as etcd's clients print them.
pub(crate) fn status(status: &Status) -> String {
    format!("{:?} {:?}", status.code(), status.message())
}

fn span(key: &[u8], end: &[u8]) -> String {
    match end {
        [] => bytes(key),
        [0] => format!("[{}, ∞)", bytes(key)),
        _ => format!("[{}, {})", bytes(key), bytes(end)),
    }
}

pub(crate) fn range(request: &RangeRequest) -> String {
    let mut text = format!("range {}", span(&request.key, &request.range_end));
    let numbers = [
        ("limit", request.limit),
        ("revision", request.revision),
        ("min-mod", request.min_mod_revision),
        ("max-mod", request.max_mod_revision),
        ("min-create", request.min_create_revision),
        ("max-create", request.max_create_revision),
        ("order", request.sort_order.into()),
        ("by", request.sort_target.into()),
    ];
    for (name, number) in numbers {
        if number != 0 {
            text.push_str(&format!(" {name}={number}"));
        }
    }
    let flags = [
        ("serializable", request.serializable),
        ("keys-only", request.keys_only),
        ("count-only", request.count_only),
    ];
    for (name, set) in flags {
        if set {
            text.push(' ');
            text.push_str(name);
        }
    }
    text
}

pub(crate) fn ranged(response: &RangeResponse) -> String {
    format!(
        "{} · count {}{} · revision {}",
        key_values(&response.kvs),
        response.count,
        if response.more { " · more" } else { "" },
        revision(response.header.as_ref().map(|header| header.revision)),
    )
}

pub(crate) fn put(request: &PutRequest) -> String {
    let mut text = format!("put {} = {}", bytes(&request.key), bytes(&request.value));
    if request.lease != 0 {
        text.push_str(&format!(" lease={}", request.lease));
    }
    let flags = [
        ("prev-kv", request.prev_kv),
        ("ignore-value", request.ignore_value),
        ("ignore-lease", request.ignore_lease),
    ];
    for (name, set) in flags {
        if set {
            text.push(' ');
            text.push_str(name);
        }
    }
    text
}

pub(crate) fn delete(request: &DeleteRangeRequest) -> String {
    format!("delete {}", span(&request.key, &request.range_end))
}

pub(crate) fn deleted(response: &DeleteRangeResponse) -> String {
    format!(
        "{} deleted · revision {}",
        response.deleted,
        revision(response.header.as_ref().map(|header| header.revision)),
    )
}

pub(crate) fn txn(request: &TxnRequest) -> String {
    let operations = |operations: &[storeproof_wire::etcdserverpb::RequestOp]| {
        let all: Vec<String> = operations
            .iter()
            .map(|operation| match &operation.request {
                None => "nothing".to_owned(),
                Some(Request::RequestRange(request)) => range(request),
                Some(Request::RequestPut(request)) => put(request),
                Some(Request::RequestDeleteRange(request)) => delete(request),
                Some(Request::RequestTxn(request)) => format!("({})", txn(request)),
            })
            .collect();
        if all.len() > SHOWN {
            format!("{} operations", all.len())
        } else {
            all.join(", ")
        }
    };
    format!(
        "txn if {} comparisons then {} else {}",
        request.compare.len(),
        operations(&request.success),
        operations(&request.failure),
    )
}

pub(crate) fn committed(response: &TxnResponse) -> String {
    format!(
        "{} · {} answers · revision {}",
        if response.succeeded {
            "succeeded"
        } else {
            "not succeeded"
        },
        response.responses.len(),
        revision(response.header.as_ref().map(|header| header.revision)),
    )
}

pub(crate) fn key_values(all: &[KeyValue]) -> String {
    let mut shown: Vec<String> = all
        .iter()
        .take(SHOWN)
        .map(|kv| format!("{}@{}", bytes(&kv.key), kv.mod_revision))
        .collect();
    if all.len() > SHOWN {
        shown.push(format!("… {} in all", all.len()));
    }
    format!("[{}]", shown.join(", "))
}

pub(crate) fn event(event: &Event) -> String {
    let kv = event.kv.clone().unwrap_or_default();
    let kind = match EventType::try_from(event.r#type) {
        Ok(EventType::Put) => "PUT",
        Ok(EventType::Delete) => "DELETE",
        Err(_) => "UNKNOWN",
    };
    format!("{kind} {}@{}", bytes(&kv.key), kv.mod_revision)
}

pub(crate) fn watched(response: &WatchResponse) -> String {
    let mut text = format!("watch {}", response.watch_id);
    if response.created {
        text.push_str(" created");
    }
    if response.canceled {
        text.push_str(&format!(" canceled {:?}", response.cancel_reason));
    }
    if response.compact_revision != 0 {
        text.push_str(&format!(" compacted {}", response.compact_revision));
    }
    let mut events: Vec<String> = response.events.iter().take(SHOWN).map(event).collect();
    if response.events.len() > SHOWN {
        events.push(format!("… {} in all", response.events.len()));
    }
    format!(
        "{text} [{}] · revision {}",
        events.join(", "),
        revision(response.header.as_ref().map(|header| header.revision))
    )
}

fn revision(revision: Option<i64>) -> String {
    revision.map_or_else(|| "missing".to_owned(), |revision| revision.to_string())
}
