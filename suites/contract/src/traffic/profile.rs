use super::{
    Profile,
    client::{NAMES, Part, Recorded},
};
use crate::{Verdict, dice::Dice};

/// How many keys a page holds.
const PAGE: i64 = 2;

/// Asks one thing after another until it is told to stop.
pub(super) async fn act(mut client: Recorded, number: usize, profile: Profile) -> Verdict {
    let mut dice = Dice::of(number);
    loop {
        client.recover().await?;
        if client.is_over() {
            return Ok(());
        }
        match profile {
            Profile::Kubernetes => kubernetes(&mut client, &mut dice).await?,
            Profile::General => general(&mut client, &mut dice).await?,
        }
    }
}

/// Objects are read, and written as they were last seen.
async fn kubernetes(client: &mut Recorded, dice: &mut Dice) -> Verdict {
    let name = name(dice);
    match dice.below(100) {
        0..15 => client.get(name).await,
        15..23 => client.current().await,
        23..29 => client.list().await,
        29..34 => client.pages(PAGE).await,
        34..40 => client.create(name, dice.percent(50)).await,
        40..85 => change(client, name, dice, 8).await,
        _ => change(client, name, dice, 60).await,
    }
}

/// The mix of etcd's own tests, without leases.
async fn general(client: &mut Recorded, dice: &mut Dice) -> Verdict {
    let name = name(dice);
    match dice.below(100) {
        0..20 => client.get(name).await,
        20..24 => client.current().await,
        24..32 => client.list().await,
        32..36 => client.pages(PAGE).await,
        36..46 => change(client, name, dice, 10).await,
        46..56 => client.delete(name).await,
        56..70 => client.several(&parts(dice)).await,
        _ => client.put(name).await,
    }
}

/// Changes a key if it is as it was last seen: creates, updates, or in so many of a hundred cases deletes it.
async fn change(client: &mut Recorded, name: &str, dice: &mut Dice, deletions: usize) -> Verdict {
    match client.known(name) {
        None => client.get(name).await,
        Some(None) => client.create(name, dice.percent(50)).await,
        Some(Some(seen)) if dice.percent(deletions) => client.remove(name, seen).await,
        Some(Some(seen)) => client.update(name, seen).await,
    }
}

fn name(dice: &mut Dice) -> &'static str {
    let index = dice.below(NAMES.len());
    NAMES.get(index).copied().unwrap_or("a")
}

/// Four keys, of which the first is put.
fn parts(dice: &mut Dice) -> Vec<(&'static str, Part)> {
    let first = dice.below(NAMES.len());
    let names = NAMES.iter().cycle().skip(first).take(4);
    let mut parts: Vec<(&str, Part)> = names
        .map(|name| {
            let part = match dice.below(10) {
                0 => Part::Delete,
                1..5 => Part::Get,
                _ => Part::Put,
            };
            (*name, part)
        })
        .collect();
    if let Some((_, part)) = parts.first_mut() {
        *part = Part::Put;
    }
    parts
}
