use super::rounds::{Part, judged};
use crate::{
    case,
    harness::{Case, Context, Verdict},
};

pub(super) const CASES: &[Case] = &[case!(
    one_of_many_wins,
    "Of many who create one object at the same time exactly one succeeds: the others are told that it exists, and all read the winner's.",
    "store/6/3 store/6/17"
)];

const CREATORS: usize = 8;
/// How many objects are fought for in a round.
const OBJECTS: usize = 8;

async fn one_of_many_wins(context: &Context) -> Verdict {
    judged(context, "linearizable::create", CREATORS, create_and_read).await
}

async fn create_and_read(mut part: Part) {
    for object in 0..OBJECTS {
        let name = format!("object-{}-{object}", part.round);
        part.client.create(&name).await;
        part.client.get(&name).await;
    }
}
