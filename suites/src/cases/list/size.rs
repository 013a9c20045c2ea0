use storeproof_fixtures::objects::{PodExt, pod};

use crate::{
    case,
    harness::{Capability, Case, Context, Verdict, expect_eq, page, version_of},
};

pub(super) const CASES: &[Case] = &[
    case!(
        may_exceed_four_mebibytes,
        "A list is whole however large it is: more than four mebibytes, the default bound of gRPC, come in one answer.",
        "store/6/70"
    )
    .needs(&[Capability::Paging]),
];

const COUNT: i64 = 9;
const HALF_A_MEBIBYTE: usize = 1 << 19;

async fn may_exceed_four_mebibytes(context: &Context) -> Verdict {
    let text = "x".repeat(HALF_A_MEBIBYTE);
    let mut versions = Vec::new();
    for number in 0..COUNT {
        let large = pod("ns", &format!("pod-{number}")).annotation("large", &text);
        versions.push(version_of(&context.create(&large).await?)?);
    }
    for limit in [0, COUNT] {
        let list = context.list_with("/pods/", page(limit, "")).await?;
        let mut found = Vec::new();
        for pod in &list.items {
            let annotations = pod.metadata.annotations.as_ref();
            let whole = annotations.and_then(|all| all.get("large")) == Some(&text);
            expect_eq("whether the object is whole", whole, true)?;
            found.push(version_of(pod)?);
        }
        expect_eq("the versions of what is found", &found, &versions)?;
    }
    Ok(())
}
