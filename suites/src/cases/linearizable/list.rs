use rand::RngExt;

use super::rounds::{Part, judged};
use crate::{
    case,
    harness::{Capability, Case, Context, Verdict},
};

pub(super) const CASES: &[Case] = &[
    case!(
        pages_show_one_moment,
        "All pages of a list together are exactly the state at its version, however much is written between them.",
        "store/6/60"
    )
    .needs(&[Capability::Paging]),
    case!(
        holds_what_was_acknowledged,
        "A list holds every write that was acknowledged before it began, whoever wrote it.",
        "store/6/60"
    ),
    case!(
        of_a_selection_holds_what_was_acknowledged,
        "A list of what is selected holds every write that was acknowledged before it began, as a list of everything does.",
        "store/6/60"
    ),
    case!(
        and_get_agree_on_the_order,
        "What a list or a get has shown, no later list or get goes back behind.",
        "store/6/17 store/6/60"
    ),
];

const CLIENTS: usize = 8;
const TIMES: usize = 12;
/// As many pages of two as writers can get between.
const NAMES: &[&str] = &["a", "b", "c", "d", "e", "f"];
/// So few that a get meets a writer of its object.
const FEW: &[&str] = &["a", "b"];
/// So many of the clients write where the others read.
const WRITERS: usize = 3;

async fn pages_show_one_moment(context: &Context) -> Verdict {
    judged(context, "linearizable::pages", CLIENTS, write_or_page).await
}

async fn write_or_page(mut part: Part) {
    for _ in 0..TIMES {
        if part.number.is_multiple_of(2) {
            part.client.pages(2).await;
        } else {
            write(&mut part, NAMES).await;
        }
    }
}

async fn write(part: &mut Part, names: &[&str]) {
    let Some(name) = names.get(part.random.random_range(0..names.len())) else {
        return;
    };
    match part.random.random_range(0..5) {
        0..2 => part.client.create(name).await,
        2..4 => part.client.update(name, None).await,
        _ => part.client.delete(name, None).await,
    };
}

async fn holds_what_was_acknowledged(context: &Context) -> Verdict {
    judged(context, "linearizable::list", CLIENTS, write_and_list).await
}

async fn write_and_list(mut part: Part) {
    for _ in 0..TIMES {
        write(&mut part, NAMES).await;
        part.client.list().await;
    }
}

async fn of_a_selection_holds_what_was_acknowledged(context: &Context) -> Verdict {
    judged(
        context,
        "linearizable::selection",
        CLIENTS,
        write_and_select,
    )
    .await
}

async fn write_and_select(mut part: Part) {
    for _ in 0..TIMES {
        write(&mut part, NAMES).await;
        part.client.select().await;
    }
}

async fn and_get_agree_on_the_order(context: &Context) -> Verdict {
    judged(context, "linearizable::order", CLIENTS, write_or_read).await
}

async fn write_or_read(mut part: Part) {
    for time in 0..TIMES {
        if part.number < WRITERS {
            write(&mut part, FEW).await;
        } else if (part.number + time).is_multiple_of(2) {
            part.client.list().await;
        } else if let Some(name) = FEW.get(time % FEW.len()) {
            part.client.get(name).await;
        }
    }
}
