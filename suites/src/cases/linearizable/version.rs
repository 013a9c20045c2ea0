use super::rounds::{Part, judged};
use crate::{
    case,
    harness::{Case, Context, Verdict},
};

pub(super) const CASES: &[Case] = &[case!(
    is_never_behind,
    "The version of the store is never behind a write that was acknowledged, nor behind what a read has shown.",
    "store/6/75 store/6/17"
)];

const CLIENTS: usize = 8;
const TIMES: usize = 10;

async fn is_never_behind(context: &Context) -> Verdict {
    judged(context, "linearizable::version", CLIENTS, write_and_ask).await
}

async fn write_and_ask(mut part: Part) {
    let name = if part.number.is_multiple_of(2) {
        "a"
    } else {
        "b"
    };
    for time in 0..TIMES {
        match (part.number + time) % 4 {
            0 => part.client.create(name).await,
            1 => part.client.get(name).await,
            _ => part.client.update(name, None).await,
        };
        part.client.current().await;
    }
}
