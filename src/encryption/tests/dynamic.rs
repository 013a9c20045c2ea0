use std::sync::Arc;

use super::{
    super::{DynamicTransformers, Load},
    File, entry, file, open, provider, seal,
    services::Services,
};
use crate::storage::GroupResource;

fn service(name: &str) -> String {
    let line = format!("kms: {{apiVersion: v2, name: {name}, endpoint: 'unix:///a'}}");
    file(&[entry("[secrets]", &[line])])
}

#[tokio::test]
async fn a_call_that_began_before_a_replacement_ends_with_what_it_began_with() {
    let services = Services::slow();
    let file = File::of(&service("one"));
    let load = Load::from_file(&file.path).with_key_services(Arc::new(services.clone()));
    let transformers = DynamicTransformers::new(load.load().await.expect("valid"));
    let secrets = transformers.for_resource(GroupResource::core("secrets"));
    let mut began = Box::pin(seal(&*secrets, "plain"));
    assert!(futures::poll!(&mut began).is_pending());

    file.write(&service("two"));
    transformers.replace(load.load().await.expect("valid"));
    assert_eq!(services.count(), 2, "the old service is still in use");
    services.calls.add_permits(8);
    let stored = began.await;
    assert!(stored.starts_with(b"k8s:enc:kms:v2:one:"));
    assert_eq!(services.count(), 1, "nobody uses the old service");
    let stored = seal(&*secrets, "plain").await;
    assert!(stored.starts_with(b"k8s:enc:kms:v2:two:"));
    assert_eq!(
        open(&*secrets, &stored).await.expect("its own").plain,
        "plain"
    );
}

#[tokio::test]
async fn a_key_that_is_gone_reads_nothing_from_then_on() {
    let keys = |letters| file(&[entry("[secrets]", &[provider("aesgcm", letters)])]);
    let file = File::of(&keys("a"));
    let load = Load::from_file(&file.path);
    let transformers = DynamicTransformers::new(load.load().await.expect("valid"));
    let secrets = transformers.for_resource(GroupResource::core("secrets"));
    let stored = seal(&*secrets, "plain").await;
    file.write(&keys("ba"));
    transformers.replace(load.load().await.expect("valid"));
    assert!(
        open(&*secrets, &stored)
            .await
            .expect("the second key")
            .stale
    );
    file.write(&keys("b"));
    transformers.replace(load.load().await.expect("valid"));
    open(&*secrets, &stored).await.expect_err("the key is gone");
    let shown = format!("{transformers:?}");
    assert!(
        shown.starts_with("DynamicTransformers(\"sha256:"),
        "{shown}"
    );
}
