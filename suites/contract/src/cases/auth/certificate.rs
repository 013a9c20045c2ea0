//! Certificates that say who one is.

use tonic::Code;
use x509_parser::{parse_x509_certificate, pem::parse_x509_pem};

use super::{Guarded, PASSWORD};
use crate::{
    Case, Certificates, Context, Fault, Need, Tier, Verdict, Wish, case, expect_eq, expect_refused,
};

pub(in crate::cases) const CASES: &[Case] = &[case!(
    Tier::Parity,
    the_common_name_is_the_user,
    "Without a token, the common name of the client's certificate is the user; a token counts more.",
    "AUT-03 AUT-07"
)
.needs(&[Need::OwnServer, Need::Tls])];

async fn common_name(certificates: Option<&Certificates>) -> Verdict<String> {
    let broken = |reason: String| Fault::broken("The client's certificate names nobody", reason);
    let identity = certificates.and_then(|files| files.identity.as_ref());
    let (file, _) = identity.ok_or_else(|| broken("there is none".to_owned()))?;
    let pem = tokio::fs::read(file).await;
    let pem = pem.map_err(|error| broken(error.to_string()))?;
    let (_, pem) = parse_x509_pem(&pem).map_err(|error| broken(error.to_string()))?;
    let parsed = parse_x509_certificate(&pem.contents);
    let (_, certificate) = parsed.map_err(|error| broken(error.to_string()))?;
    let name = certificate
        .subject()
        .iter_common_name()
        .find_map(|name| name.as_str().ok().map(str::to_owned));
    name.ok_or_else(|| broken("it has no common name".to_owned()))
}

async fn the_common_name_is_the_user(context: &Context) -> Verdict {
    let wish = Wish {
        tls: true,
        ..Wish::default()
    };
    let guarded = Guarded::start(context, &wish).await?;
    let context = &guarded.context;
    let name = common_name(context.endpoints().certificates.as_ref()).await?;
    let (client, read) = (context.client(), context.one("a"));
    expect_refused(
        client.range(read.clone()).await,
        Code::PermissionDenied,
        "etcdserver: permission denied",
    )?;
    guarded.user.put(context.putting("a", "1")).await?;
    guarded.root.add_user(&name, PASSWORD).await?;
    guarded.root.grant_role(&name, "reader").await?;
    let answer = client.range(read).await?;
    expect_eq("count of what the common name may read", answer.count, 1)?;
    let answer = guarded.root.range(context.one("z")).await?;
    expect_eq(
        "count of what only the user of the token may read",
        answer.count,
        0,
    )?;
    expect_refused(
        client.range(context.one("z")).await,
        Code::PermissionDenied,
        "etcdserver: permission denied",
    )?;
    guarded.owned.stop().await;
    Ok(())
}
