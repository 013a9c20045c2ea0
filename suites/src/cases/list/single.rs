use storeproof::storage::{ListOptions, ResourceVersionMatch};
use storeproof_fixtures::objects::{Pod, PodExt, fields, key, labels, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Row, Verdict, expect_between, expect_eq,
        expect_items, row_of, sourced, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        shows_the_object_at_its_key,
        "A plain list at a key holds the latest state of the one object there, if it is selected, at the store's version.",
        "store/5.3.20"
    ),
    case!(
        rows EXACT_ROWS,
        shows_the_object_as_it_was,
        "A plain list at exactly a version holds the object as it was then, and carries that version.",
        "store/5.3.20"
    )
    .needs(&[Capability::ExactReads]),
    case!(
        rows FUTURE_ROWS,
        refuses_a_version_in_the_future,
        "A plain list beyond the latest version is refused, however the version is meant.",
        "store/5.3.20"
    ),
    case!(
        refuses_exactly_a_version_in_the_future,
        "A plain list at exactly a version beyond the latest is refused.",
        "store/6/50"
    )
    .needs(&[Capability::ExactReads]),
    case!(
        is_selected_by_labels_too,
        "A plain list of an object whose labels do not match is empty, at the latest version as at exactly one.",
        "store/3.7.2 store/6/57"
    )
    .needs(&[Capability::ExactReads]),
    case!(
        ignores_limit_and_token,
        "A plain list ignores limit and continue token, readable or not, and a version with a limit is not exact.",
        "store/6/50"
    ),
];

/// The version that is asked for: a text, or that of one of the object's two states.
#[derive(Clone, Copy)]
enum Version {
    Text(&'static str),
    Previous,
    Current,
}

struct Request {
    at: &'static str,
    version: Version,
    or_newer: bool,
    fields: &'static str,
    found: bool,
}

const HERE: &str = "/pods/test-ns/foo";
const NOWHERE: &str = "/pods/non-existing";

const fn here(version: Version) -> Request {
    Request {
        at: HERE,
        version,
        or_newer: false,
        fields: "",
        found: true,
    }
}

const fn here_or_newer(version: Version) -> Request {
    Request {
        or_newer: true,
        ..here(version)
    }
}

const fn nothing(at: &'static str, version: Version, fields: &'static str) -> Request {
    Request {
        at,
        version,
        or_newer: false,
        fields,
        found: false,
    }
}

const ROWS: &[Row] = &sourced(&TABLE);

#[rustfmt::skip]
const TABLE: [(&str, &str, Request); 10] = [
    ("unset", "store/5.3.20/existing", here(Version::Text(""))),
    ("zero", "store/5.3.20/version-0", here(Version::Text("0"))),
    ("zero_or_newer", "store/5.3.20/version-0-not-older-than", here_or_newer(Version::Text("0"))),
    ("current", "store/5.3.20/current", here(Version::Current)),
    ("current_or_newer", "store/5.3.20/current-not-older-than", here_or_newer(Version::Current)),
    ("previous", "store/3.7.2", here(Version::Previous)),
    ("previous_or_newer", "store/5.3.20/previous-not-older-than", here_or_newer(Version::Previous)),
    ("no_object", "store/5.3.20/non-existing", nothing(NOWHERE, Version::Text(""), "")),
    ("no_object_selected", "store/5.3.20/matching-pod-name",
        nothing(NOWHERE, Version::Text(""), "metadata.name!=foo")),
    ("not_selected", "store/5.3.20/current-non-matching-name",
        nothing(HERE, Version::Current, "metadata.name!=foo")),
];

const EXACT_ROWS: &[Row] = &sourced(&EXACT);

const EXACT: [(&str, &str, Version); 2] = [
    ("current", "store/5.3.20/current-exact", Version::Current),
    ("previous", "store/5.3.20/previous-exact", Version::Previous),
];

const FUTURE_ROWS: &[Row] = &sourced(&FUTURE);

#[rustfmt::skip]
const FUTURE: [(&str, &str, ResourceVersionMatch); 2] = [
    ("unset", "store/5.3.20/too-high", ResourceVersionMatch::Unset),
    ("or_newer", "store/6/50", ResourceVersionMatch::NotOlderThan),
];

/// Creates the object and updates it; returns both states. The store's version is larger than both from then on.
async fn seed(context: &Context) -> Verdict<(Pod, Pod)> {
    let previous = context.create(&pod("test-ns", "foo")).await?;
    let current = context
        .update(&key("test-ns", "foo"), |pod| {
            pod.annotation("version", "second")
        })
        .await?;
    context.create(&pod("test-ns", "other")).await?;
    Ok((previous, current))
}

fn plain(version: &str, matching: ResourceVersionMatch) -> ListOptions<Pod> {
    ListOptions {
        resource_version: version.to_owned(),
        resource_version_match: matching,
        predicate: fields(""),
        recursive: false,
    }
}

async fn shows_the_object_at_its_key(context: &Context, row: usize) -> Verdict {
    let (previous, current) = seed(context).await?;
    let request = row_of(&TABLE, row);
    let version = match request.version {
        Version::Text(text) => text,
        Version::Previous => previous.version(),
        Version::Current => current.version(),
    };
    let matching = match request.or_newer {
        true => ResourceVersionMatch::NotOlderThan,
        false => ResourceVersionMatch::Unset,
    };
    let options = ListOptions {
        predicate: fields(request.fields),
        ..plain(version, matching)
    };
    let before = context.current().await?;
    let list = context.list_with(request.at, options).await?;
    let after = context.current().await?;
    expect_between("the list's version", list.resource_version, before, after)?;
    match request.found {
        true => expect_items(&list, &[current]),
        false => expect_items(&list, &[]),
    }
}

async fn shows_the_object_as_it_was(context: &Context, row: usize) -> Verdict {
    let (previous, current) = seed(context).await?;
    let state = match row_of(&EXACT, row) {
        Version::Previous => previous,
        _ => current,
    };
    let exactly = plain(state.version(), ResourceVersionMatch::Exact);
    let list = context.list_with(HERE, exactly).await?;
    let version = version_of(&state)?;
    expect_eq("the list's version", list.resource_version, version)?;
    expect_items(&list, &[state])
}

async fn refuses_a_version_in_the_future(context: &Context, row: usize) -> Verdict {
    refuses_the_future(context, row_of(&FUTURE, row).clone()).await
}

async fn refuses_exactly_a_version_in_the_future(context: &Context) -> Verdict {
    refuses_the_future(context, ResourceVersionMatch::Exact).await
}

async fn refuses_the_future(context: &Context, matching: ResourceVersionMatch) -> Verdict {
    seed(context).await?;
    let options = plain(&i64::MAX.to_string(), matching);
    let answer = context.store().get_list(HERE, &options).await;
    answer.expect_too_large().map(drop)
}

async fn ignores_limit_and_token(context: &Context) -> Verdict {
    let (previous, current) = seed(context).await?;
    let beyond = context.token("/pods/", "zzz", 1)?;
    for token in ["", "no token", &beyond] {
        for version in ["", "0", previous.version()] {
            let mut options = plain(version, ResourceVersionMatch::Unset);
            options.predicate.limit = 1;
            options.predicate.continue_token = token.to_owned();
            let list = context.list_with(HERE, options).await?;
            expect_items(&list, std::slice::from_ref(&current))?;
            expect_eq("the continue token", list.continue_token, "")?;
            expect_eq("how many follow", list.remaining_item_count, None)?;
        }
    }
    Ok(())
}

async fn is_selected_by_labels_too(context: &Context) -> Verdict {
    let stored = context
        .create(&pod("test-ns", "foo").label("app", "web"))
        .await?;
    for version in ["", stored.version()] {
        for (label, wanted) in [("web", std::slice::from_ref(&stored)), ("db", &[])] {
            let options = ListOptions {
                predicate: labels(&[("app", label)]),
                ..plain(version, ResourceVersionMatch::Exact)
            };
            expect_items(&context.list_with(HERE, options).await?, wanted)?;
        }
    }
    Ok(())
}
