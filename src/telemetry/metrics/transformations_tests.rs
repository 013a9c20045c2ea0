use std::sync::Arc;

use futures::{FutureExt, future::ready};

use super::super::{Metrics, Registry};
use crate::{
    storage::GroupResource,
    value::{Context, Data, Error, Eventually, Identity, Opened, PrefixTransformers, Transformer},
};

/// Fails as a key management service would that is away, at once or later.
struct Away {
    later: bool,
}

impl Away {
    fn fail<'a, A: Send + 'a>(&self) -> Eventually<'a, Result<A, Error>> {
        let error = Error::unavailable(tonic::Status::unavailable("away"));
        if self.later {
            Eventually::Later(ready(Err(error)).boxed())
        } else {
            Eventually::now(Err(error))
        }
    }
}

impl Transformer for Away {
    fn from_storage<'a>(
        &'a self,
        _: Data,
        _: Context<'a>,
    ) -> Eventually<'a, Result<Opened, Error>> {
        self.fail()
    }

    fn to_storage<'a>(
        &'a self,
        _: &'a [u8],
        _: Context<'a>,
        _: &'a mut Vec<u8>,
    ) -> Eventually<'a, Result<(), Error>> {
        self.fail()
    }
}

fn entry(
    prefix: &'static str,
    transformer: impl Transformer + 'static,
) -> (&'static str, Arc<dyn Transformer>) {
    (prefix, Arc::new(transformer))
}

fn operations(metrics: &Metrics) -> Vec<String> {
    let text = metrics.text();
    let lines = text.lines().filter_map(|line| {
        let sample = line
            .strip_prefix("apiserver_storage_transformation_operations_total{resource=\"pods\",")?;
        Some(
            sample
                .replace("transformation_type=", "")
                .replace("transformer_prefix=", "")
                .replace(['"', '}'], ""),
        )
    });
    lines.collect()
}

#[tokio::test]
async fn every_entry_counts_under_its_prefix_and_what_fits_none_as_unknown() {
    let metrics = Metrics::register(&Registry::new()).expect("a new registry");
    let pods = GroupResource::core("pods");
    let context = Context::of_key("key");
    let measured = metrics
        .transformations(Some(&pods))
        .measure(PrefixTransformers::new([
            entry("a:", Identity),
            entry("k8s:enc:b:", Away { later: false }),
            entry("k8s:enc:b:", Away { later: true }),
            entry("", Identity),
        ]));
    for (stored, fine) in [
        ("a:x", true),
        ("k8s:enc:b:x", false),
        ("{}", true),
        ("k8s:enc:x", false),
    ] {
        let opened = measured
            .from_storage(stored.as_bytes().into(), context)
            .await;
        assert_eq!(opened.is_ok(), fine, "{stored}");
    }
    let mut written = Vec::new();
    measured
        .to_storage(b"x", context, &mut written)
        .await
        .expect("identity writes");
    assert_eq!(written, b"a:x");
    assert_eq!(
        operations(&metrics),
        [
            "status=OK,from_storage,a: 1",
            "status=OK,from_storage,identity 1",
            "status=OK,to_storage,a: 1",
            "status=Unavailable,from_storage,k8s:enc:b: 2",
            "status=unknown-non-grpc,from_storage,unknown 1",
        ]
    );
    let text = metrics.text();
    let timed = "apiserver_storage_transformation_duration_seconds_count";
    assert_eq!(
        text.lines().filter(|line| line.starts_with(timed)).count(),
        3,
        "successes only"
    );
}

#[tokio::test]
async fn identity_is_called_so_in_both_directions() {
    let metrics = Metrics::register(&Registry::new()).expect("a new registry");
    let pods = GroupResource::core("pods");
    let measured = metrics
        .transformations(Some(&pods))
        .measure(PrefixTransformers::new([entry("", Identity)]));
    let mut written = Vec::new();
    let context = Context::of_key("key");
    measured
        .to_storage(b"{}", context, &mut written)
        .await
        .expect("identity writes");
    measured
        .from_storage(written.into(), context)
        .await
        .expect("identity reads");
    assert_eq!(
        operations(&metrics),
        [
            "status=OK,from_storage,identity 1",
            "status=OK,to_storage,identity 1"
        ]
    );
}

/// Backend §4.4, §7.7: the code of a call of a plugin survives.
#[cfg(feature = "kms")]
#[test]
fn what_a_plugin_refused_counts_under_its_code() {
    use crate::value::{
        Error,
        kms::{self, RpcError},
    };
    use std::sync::Arc;

    let refused = || RpcError::new(tonic::Code::PermissionDenied, "no");
    let away = || kms::Error::Decrypt(RpcError::new(tonic::Code::Unavailable, "away"));
    for (error, status) in [
        (kms::Error::Rpc(refused()).into(), "PermissionDenied"),
        (kms::Error::Version(refused()).into(), "PermissionDenied"),
        (Error::unavailable(refused()), "PermissionDenied"),
        (away().into(), "Unavailable"),
        (Error::Other(Arc::new(Error::from(away()))), "Unavailable"),
        (
            Error::Several(vec![Error::NoMatch, away().into()]),
            "Unavailable",
        ),
        (kms::Error::Framing.into(), "unknown-non-grpc"),
        (Error::NoMatch, "unknown-non-grpc"),
    ] {
        assert_eq!(super::status_of(&error), status, "{error}");
    }
}
