use super::rounds::{Part, judged};
use crate::{
    case,
    harness::{Case, Context, Verdict},
    judge::Answer,
};

pub(super) const CASES: &[Case] = &[
    case!(
        and_update_agree,
        "A deletion beside updates comes before or after each of them: none changes what is deleted, and nothing comes back unless it is created.",
        "store/6/17 store/6/37"
    ),
    case!(
        a_condition_holds_of_what_is_deleted,
        "A deletion on condition of a version deletes exactly that version, or is told that there is another one.",
        "store/6/17 store/6/18"
    ),
];

const CLIENTS: usize = 8;
const TIMES: usize = 8;
const NAME: &str = "object";

async fn and_update_agree(context: &Context) -> Verdict {
    judged(context, "linearizable::delete", CLIENTS, delete_or_update).await
}

async fn delete_or_update(mut part: Part) {
    for _ in 0..TIMES {
        match part.number % 4 {
            0 => part.client.create(NAME).await,
            1 => part.client.delete(NAME, None).await,
            _ => part.client.update(NAME, None).await,
        };
        part.client.get(NAME).await;
    }
}

async fn a_condition_holds_of_what_is_deleted(context: &Context) -> Verdict {
    judged(
        context,
        "linearizable::condition_of_deletion",
        CLIENTS,
        delete_what_was_read,
    )
    .await
}

async fn delete_what_was_read(mut part: Part) {
    for _ in 0..TIMES {
        match part.number % 4 {
            0 => drop(part.client.create(NAME).await),
            1 => drop(part.client.update(NAME, None).await),
            _ => {
                if let Answer::Found(found) = part.client.get(NAME).await {
                    part.client.delete(NAME, Some(found.version)).await;
                }
            }
        }
    }
}
