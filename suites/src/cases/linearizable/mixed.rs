use rand::RngExt;

use super::rounds::{Part, judged};
use crate::{
    case,
    harness::{Case, Context, Verdict},
    judge::Answer,
};

pub(super) const CASES: &[Case] = &[case!(
    every_answer_has_its_place,
    "Whatever eight clients do to a few objects at once, one order of everything explains every answer and agrees with real time.",
    "store/6/17"
)];

const CLIENTS: usize = 8;
const TIMES: usize = 24;
const NAMES: [&str; 3] = ["a", "b", "c"];

async fn every_answer_has_its_place(context: &Context) -> Verdict {
    judged(context, "linearizable::mixed", CLIENTS, anything).await
}

async fn anything(mut part: Part) {
    let mut known = None;
    for _ in 0..TIMES {
        let Some(name) = NAMES.get(part.random.random_range(0..NAMES.len())) else {
            return;
        };
        let client = &mut part.client;
        let answer = match part.random.random_range(0..20) {
            0..4 => client.create(name).await,
            4..8 => client.update(name, None).await,
            8 => client.update(name, known).await,
            9..12 => client.delete(name, None).await,
            12 => client.delete(name, known).await,
            13 => client.list().await,
            14 => client.current().await,
            _ => client.get(name).await,
        };
        if let Answer::Found(found) = answer {
            known = Some(found.version);
        }
    }
}
