use futures::{FutureExt, future::BoxFuture};
use storeproof::storage::{
    AcceptAll, DeleteOptions, Error, GetOptions, ListOptions, UpdateOptions,
};
use storeproof_fixtures::objects::{Pod, key, pod};

use crate::{
    case,
    harness::{
        Capability, Case, Context, ErrorExpectations, RecordedUpdate, Row, Verdict, names, row_of,
        update_suggesting,
    },
};

pub(super) const CASES: &[Case] = &[case!(
    rows ROWS,
    fails_every_operation_on_it,
    "A value that another transformer wrote is an internal error of every operation that needs it, and is still there.",
    "store/5.3.34"
)
.needs(&[Capability::Transformer])];

const ROWS: &[Row] = &names(&OPERATIONS);

const AT: &str = "/pods/second/baz";

/// Does something to the object, which was created as this Pod.
type Operation = for<'a> fn(&'a Context, &'a Pod) -> BoxFuture<'a, Result<(), Error>>;

const OPERATIONS: [(&str, Operation); 5] = [
    ("list", |context, _| list(context).boxed()),
    ("get", |context, _| get(context).boxed()),
    ("update", |context, pod| {
        update(context, pod, UpdateOptions::default()).boxed()
    }),
    ("update_on_a_suggestion", |context, pod| {
        update(context, pod, update_suggesting(pod)).boxed()
    }),
    ("delete", |context, _| delete(context).boxed()),
];

async fn list(context: &Context) -> Result<(), Error> {
    let list = context
        .store()
        .get_list("/pods/", &ListOptions::default())
        .await;
    list.map(drop).map_err(Error::from)
}

async fn get(context: &Context) -> Result<(), Error> {
    let found = context.store().get(AT, &GetOptions::default()).await;
    found.map(drop)
}

/// Leaves the object as it is.
async fn update(context: &Context, pod: &Pod, options: UpdateOptions<Pod>) -> Result<(), Error> {
    let mut update = RecordedUpdate::changing(pod, |pod| pod);
    let updated = context
        .store()
        .guaranteed_update(AT, options, &mut update)
        .await;
    updated.map(drop)
}

async fn delete(context: &Context) -> Result<(), Error> {
    let options = DeleteOptions::default();
    let deleted = context.store().delete(AT, options, &mut AcceptAll).await;
    deleted.map(drop)
}

async fn fails_every_operation_on_it(context: &Context, row: usize) -> Verdict {
    context.create(&pod("first", "bar")).await?;
    let plain = pod("second", "baz");
    context.transformer().set_mark("otherprefix!");
    let stored = context.create(&plain).await?;
    context.transformer().set_mark("test!");
    let done = row_of(&OPERATIONS, row)(context, &plain).await;
    done.expect_internal()?;
    get(context).await.expect_internal()?;
    context.transformer().set_mark("otherprefix!");
    context.expect_stored(&key("second", "baz"), &stored).await
}
