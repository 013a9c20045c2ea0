use super::{
    Levels, Moment, Request,
    refusal::{Asked, expect_refusal},
    request::{Outcome, Version},
};
use crate::harness::{Context, Verdict, expect_between, expect_eq, expect_items, expect_that};

/// Sends a request and compares all of its answer.
pub(in crate::cases) async fn judge(
    context: &Context,
    levels: &Levels,
    request: &Request,
) -> Verdict {
    let options = request.options(context, levels)?;
    let before = context.current().await?;
    let answer = context.store().get_list(request.prefix, &options).await;
    let after = context.current().await?;
    let (objects, version, next) = match request.outcome {
        Outcome::Refused(refusal) => {
            let asked = Asked {
                version: &options.resource_version,
                token: &options.predicate.continue_token,
                before,
                after,
            };
            return expect_refusal(
                answer,
                refusal,
                &asked,
                &context.full_prefix(request.prefix)?,
            );
        }
        Outcome::List {
            objects,
            version,
            next,
        } => (objects, version, next),
    };
    let answer = answer?;
    expect_items(&answer, &levels.objects(objects))?;
    match version {
        Some(moment) => expect_eq(
            "the list's version",
            answer.resource_version,
            levels.version(moment),
        )?,
        None => {
            expect_between("the list's version", answer.resource_version, before, after)?;
            let last = levels.version(Moment::Eighth);
            expect_that(
                answer.resource_version >= last,
                format!("the list's version is {last} or a later one"),
                format!("it is {}", answer.resource_version),
            )?;
        }
    }
    let revision = i64::try_from(answer.resource_version.get()).unwrap_or(i64::MAX);
    let (token, remaining) = match next {
        None => (String::new(), None),
        Some((start, remaining)) => (context.token(request.prefix, start, revision)?, remaining),
    };
    expect_eq("the continue token", answer.continue_token, token)?;
    expect_eq(
        "the number of objects that follow",
        answer.remaining_item_count,
        remaining,
    )
}

/// Sends a request that names no version in all ways that mean the latest one, to each of which the answer is the same.
pub(in crate::cases) async fn judge_latest(
    context: &Context,
    levels: &Levels,
    request: &Request,
) -> Verdict {
    debug_assert!(matches!(request.version, Version::Text("")));
    let mut ways = vec![
        *request,
        request.version("0"),
        request.not_older_than_text("0"),
        request.not_older_than(Moment::Before),
        request.not_older_than(Moment::Eighth),
    ];
    if request.limit == 0 {
        ways.push(request.at(Moment::Eighth));
    }
    for way in &ways {
        judge(context, levels, way).await?;
    }
    Ok(())
}
