use storeproof::storage::{ListOptions, ResourceVersionMatch};
use storeproof_fixtures::objects::{Pod, PodExt, fields, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, Row, Verdict, expect_eq, expect_items,
        expect_that, names, row_of, version_of,
    },
};

pub(super) const CASES: &[Case] = &[
    case!(
        rows ROWS,
        shows_the_object_at_its_key,
        "A plain list at a key holds the latest state of the one object there, if it is selected.",
        "store/5.3.20"
    ),
    case!(
        shows_the_object_as_it_was,
        "A plain list at exactly a version holds the object as it was then.",
        "store/5.3.20 store/6/50"
    )
    .needs(&[Capability::ExactReads]),
    case!(
        refuses_a_version_in_the_future,
        "A plain list beyond the latest version is refused, however the version is meant.",
        "store/5.3.20 store/6/50"
    )
    .needs(&[Capability::ExactReads]),
    case!(
        ignores_limit_and_token,
        "A plain list ignores limit and continue token, readable or not, and a version with a limit is not exact.",
        "store/6/50"
    ),
];

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

const ROWS: &[Row] = &names(&TABLE);

const TABLE: [(&str, Request); 10] = [
    ("unset", here(Version::Text(""))),
    ("zero", here(Version::Text("0"))),
    ("zero-or-newer", here_or_newer(Version::Text("0"))),
    ("current", here(Version::Current)),
    ("current-or-newer", here_or_newer(Version::Current)),
    ("previous", here(Version::Previous)),
    ("previous-or-newer", here_or_newer(Version::Previous)),
    (
        "no-object",
        nothing("/pods/non-existing", Version::Text(""), ""),
    ),
    (
        "no-object-selected",
        nothing(
            "/pods/non-existing",
            Version::Text(""),
            "metadata.name!=foo",
        ),
    ),
    (
        "not-selected",
        nothing(HERE, Version::Current, "metadata.name!=foo"),
    ),
];

/// Creates the object and updates it; returns both states.
async fn seed(context: &Context) -> Verdict<(Pod, Pod)> {
    let previous = context.create(&pod("test-ns", "foo")).await?;
    let current = context
        .update(&key("test-ns", "foo"), |pod| {
            pod.annotation("version", "second")
        })
        .await?;
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
    let matching = if request.or_newer {
        ResourceVersionMatch::NotOlderThan
    } else {
        ResourceVersionMatch::Unset
    };
    let options = ListOptions {
        predicate: fields(request.fields),
        ..plain(version, matching)
    };
    let list = context.list_with(request.at, options).await?;
    expect_that(
        list.resource_version >= version_of(&current)?,
        "the list's version is the store's",
        format!("it is {}", list.resource_version),
    )?;
    if request.found {
        expect_items(&list, &[current])
    } else {
        expect_items(&list, &[])
    }
}

async fn shows_the_object_as_it_was(context: &Context) -> Verdict {
    for state in <[Pod; 2]>::from(seed(context).await?) {
        let exactly = plain(state.version(), ResourceVersionMatch::Exact);
        let list = context.list_with(HERE, exactly).await?;
        expect_eq(
            "the list's version",
            list.resource_version,
            version_of(&state)?,
        )?;
        expect_items(&list, &[state])?;
    }
    Ok(())
}

async fn refuses_a_version_in_the_future(context: &Context) -> Verdict {
    seed(context).await?;
    let future = i64::MAX.to_string();
    for matching in [
        ResourceVersionMatch::Unset,
        ResourceVersionMatch::NotOlderThan,
        ResourceVersionMatch::Exact,
    ] {
        let options = plain(&future, matching);
        context
            .store()
            .get_list(HERE, &options)
            .await
            .expect_too_large()?;
    }
    Ok(())
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
        }
    }
    Ok(())
}
