use super::{Answer, Operation, Request, Seen};

/// One operation in a few words: when, who, what, and what came of it.
pub fn phrase(operation: &Operation) -> String {
    let end = operation
        .end
        .map_or("…".to_owned(), |end| end.0.to_string());
    format!(
        "{}–{end} client {}: {} → {}",
        operation.call.0,
        operation.client.0,
        asked(&operation.request),
        answered(&operation.answer)
    )
}

/// A request in a few words.
pub fn asked(request: &Request) -> String {
    let only = |at: &Option<_>| at.map_or(String::new(), |at| format!(" if at {at}"));
    match request {
        Request::Create { key, content } => format!("create {key} = {}", content.0),
        Request::Put { key, content } => format!("put {key} = {}", content.0),
        Request::Update {
            key,
            content,
            only_at,
        } => {
            format!("update {key} = {}{}", content.0, only(only_at))
        }
        Request::Delete { key, only_at } => format!("delete {key}{}", only(only_at)),
        Request::Get { key } => format!("get {key}"),
        Request::List => "list".to_owned(),
        Request::Current => "current version".to_owned(),
    }
}

/// An answer in a few words.
pub fn answered(answer: &Answer) -> String {
    match answer {
        Answer::Wrote {
            version,
            over: None,
        } => format!("@{version}"),
        Answer::Wrote {
            version,
            over: Some(over),
        } => format!("@{version}, was {}", seen(*over)),
        Answer::Deleted { version, content } => format!("@{version}, was {}", content.0),
        Answer::Found(found) => seen(*found),
        Answer::Missing => "not found".to_owned(),
        Answer::Exists => "exists".to_owned(),
        Answer::Conflict => "conflict".to_owned(),
        Answer::Listed(list) => {
            let items: Vec<String> = list
                .items
                .iter()
                .map(|(key, item)| format!("{key} {}", seen(*item)))
                .collect();
            let pages = match list.pages.len() {
                0 | 1 => String::new(),
                pages => format!(" in {pages} pages"),
            };
            format!("@{}{pages}: {}", list.version(), items.join(", "))
        }
        Answer::Current(version) => format!("@{version}"),
        Answer::Refused => "refused".to_owned(),
        Answer::Unknown => "unknown".to_owned(),
    }
}

fn seen(Seen { version, content }: Seen) -> String {
    format!("{}@{version}", content.0)
}
