//! How large requests may be.

use bytes::Bytes;
use storeproof_wire::etcdserverpb::PutRequest;
use tonic::{Code, Status};

use crate::{
    Case, Context, Fault, Need, Tier, Verdict, Wish, case, expect_eq, expect_one, expect_refused,
    expect_that, phrase,
};

pub(in crate::cases) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_value_may_be_1400_kib,
        "A value of 1.4 MiB can be written and read.",
        "LIM-01"
    ),
    case!(
        Tier::Parity,
        more_than_1536_kib_are_refused,
        "A request of more than 1.5 MiB is refused; servers that take more do not support the limit.",
        "LIM-02 PUT-09"
    ),
    case!(
        Tier::Parity,
        a_message_of_2_mib_is_refused,
        "A message of 2 MiB and more is refused before it is looked at; servers that take more do not support the limit.",
        "LIM-03"
    ),
    case!(
        Tier::Parity,
        the_limit_can_be_set,
        "A server that is told another limit keeps that one.",
        "LIM-04"
    )
    .needs(&[Need::OwnServer]),
];

const MIB: usize = 1 << 20;

fn sized(context: &Context, length: usize) -> PutRequest {
    context.putting("a", vec![b'v'; length])
}

async fn a_value_may_be_1400_kib(context: &Context) -> Verdict {
    let value = vec![b'v'; 14 * MIB / 10];
    context.create("a", &value).await?;
    let read = context.client().range(context.one("a")).await?;
    let kv = expect_one(&read)?;
    expect_that(
        kv.value == value,
        format!("the value of {} bytes comes back", value.len()),
        format!("{} other bytes come back", kv.value.len()),
    )
}

/// A server that takes more than etcd, and has it afterwards, has no such limit: that harms nobody.
async fn expect_no_limit(context: &Context, length: usize) -> Verdict {
    let kv = context.get("a").await?.unwrap_or_default();
    expect_eq(
        "the length of the value that was accepted",
        kv.value.len(),
        length,
    )?;
    Err(Fault::Unsupported(format!(
        "the server takes values of {length} bytes"
    )))
}

async fn more_than_1536_kib_are_refused(context: &Context) -> Verdict {
    let length = 3 * MIB / 2 + 1;
    match context.client().put(sized(context, length)).await {
        Ok(_) => expect_no_limit(context, length).await,
        refused => {
            expect_refused(
                refused,
                Code::InvalidArgument,
                "etcdserver: request is too large",
            )?;
            expect_eq("the key", context.get("a").await?, None)
        }
    }
}

/// The numbers in the message differ with the framing.
async fn a_message_of_2_mib_is_refused(context: &Context) -> Verdict {
    let length = 2 * MIB;
    let status = match context.client().put(sized(context, length)).await {
        Ok(_) => return expect_no_limit(context, length).await,
        Err(status) => status,
    };
    let message = "grpc: received message larger than max (";
    expect_that(
        status.code() == Code::ResourceExhausted && status.message().starts_with(message),
        format!("the request is refused: ResourceExhausted {message:?}…"),
        format!("it is refused: {}", phrase::status(&status)),
    )?;
    expect_eq("the key", context.get("a").await?, None)
}

async fn the_limit_can_be_set(context: &Context) -> Verdict {
    const LIMIT: usize = 100_000;
    /// What may stand around key and value.
    const FRAMING: usize = 64;
    let wish = Wish {
        flags: vec![format!("--max-request-bytes={LIMIT}")],
        ..Wish::default()
    };
    let owned = context.start(&wish).await?;
    let context = context.on(&*owned).await?;
    let put = |length: usize| {
        let request = PutRequest {
            key: Bytes::from_static(b"k"),
            ..sized(&context, length)
        };
        context.client().put(request)
    };
    put(LIMIT - 24 - FRAMING).await?;
    let above: Result<_, Status> = put(LIMIT - 24 + FRAMING).await;
    expect_refused(
        above,
        Code::InvalidArgument,
        "etcdserver: request is too large",
    )?;
    owned.stop().await;
    Ok(())
}
