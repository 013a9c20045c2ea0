use super::rounds::{Part, judged};
use crate::{
    case,
    harness::{Case, Context, Verdict},
    judge::Answer,
};

pub(super) const CASES: &[Case] = &[
    case!(
        none_is_lost,
        "Of many updates of one object none is lost: each is made of what the one before it left, and reads see them in that order.",
        "store/6/44 store/6/17"
    ),
    case!(
        a_condition_holds_of_what_is_replaced,
        "An update on condition of a version replaces exactly that version, or is told that there is another one.",
        "store/6/17 store/6/31"
    ),
    case!(
        one_that_may_create_overlooks_nothing,
        "An update that may create makes its object of what is there when it writes, or of nothing where nothing is there then.",
        "store/6/17 store/6/37 store/6/38"
    ),
];

const WRITERS: usize = 8;
const UPDATES: usize = 6;
const NAME: &str = "object";

async fn none_is_lost(context: &Context) -> Verdict {
    judged(context, "linearizable::update", WRITERS, update_and_read).await
}

async fn update_and_read(mut part: Part) {
    if part.round == 0 {
        part.client.create(NAME).await;
    }
    for _ in 0..UPDATES {
        part.client.update(NAME, None).await;
        part.client.get(NAME).await;
    }
}

async fn a_condition_holds_of_what_is_replaced(context: &Context) -> Verdict {
    judged(context, "linearizable::condition", WRITERS, read_and_update).await
}

async fn read_and_update(mut part: Part) {
    if part.round == 0 {
        part.client.create(NAME).await;
    }
    for _ in 0..UPDATES {
        if let Answer::Found(found) = part.client.get(NAME).await {
            part.client.update(NAME, Some(found.version)).await;
        }
    }
}

async fn one_that_may_create_overlooks_nothing(context: &Context) -> Verdict {
    judged(context, "linearizable::put", WRITERS, put_or_take_away).await
}

async fn put_or_take_away(mut part: Part) {
    for _ in 0..UPDATES {
        match part.number % 4 {
            0 => part.client.create(NAME).await,
            1 => part.client.delete(NAME, None).await,
            _ => part.client.put(NAME).await,
        };
        part.client.get(NAME).await;
    }
}
