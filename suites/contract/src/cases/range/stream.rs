//! Lists that come in pieces: etcd has them from 3.7 on.

use storeproof_wire::etcdserverpb::{RangeRequest, RangeResponse};
use tonic::{Code, Status};

use crate::{Case, Context, Fault, Feature, Tier, Verdict, case, expect_eq, expect_that, phrase};

pub(in crate::cases) const CASES: &[Case] = &[case!(
    Tier::NewerKubernetes(Feature::RangeStream),
    pieces_make_up_the_list_or_are_not_known,
    "A list that is asked for in pieces is the list, or is refused at once as not implemented.",
    "RST-01 RST-02"
)];

/// The pieces of a list, or what it is refused with before the first of them.
async fn pieces(
    context: &Context,
    request: RangeRequest,
) -> Verdict<Result<Vec<RangeResponse>, Status>> {
    let client = context.client();
    let asked = format!("stream of {}", phrase::range(&request));
    let opened = client
        .noted(
            asked,
            client.key_values().range_stream(client.request(request)),
            |_| "opened".to_owned(),
        )
        .await;
    let mut stream = match opened {
        Ok(stream) => stream,
        Err(status) => return Ok(Err(status)),
    };
    let mut pieces = Vec::new();
    loop {
        match stream.message().await {
            Ok(Some(piece)) => pieces.extend(piece.range_response),
            Ok(None) => return Ok(Ok(pieces)),
            Err(status) if pieces.is_empty() => return Ok(Err(status)),
            Err(status) => return Err(status.into()),
        }
    }
}

/// The API server falls back to pages for as long as it is told that this is not implemented, and only then.
async fn pieces_make_up_the_list_or_are_not_known(context: &Context) -> Verdict {
    context.create_many("p/", 60, &[b'v'; 64]).await?;
    let list = context.client().range(context.all("p/")).await?;
    let pieces = match pieces(context, context.all("p/")).await? {
        Ok(pieces) => pieces,
        Err(status) if status.code() == Code::Unimplemented => return Ok(()),
        Err(status) => {
            return Err(Fault::failed(
                "the list comes in pieces, or is refused as not implemented",
                format!("it is refused: {}", phrase::status(&status)),
            ));
        }
    };
    let last = pieces.last().cloned().unwrap_or_default();
    let keys: Vec<_> = pieces.into_iter().flat_map(|piece| piece.kvs).collect();
    expect_that(
        keys == list.kvs,
        format!(
            "the pieces hold the {} keys of the list in order",
            list.kvs.len()
        ),
        format!("they hold {}", phrase::key_values(&keys)),
    )?;
    expect_eq("count of the last piece", last.count, list.count)?;
    expect_eq("more of the last piece", last.more, list.more)
}
