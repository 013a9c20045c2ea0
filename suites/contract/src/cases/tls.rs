use storeproof_wire::etcdserverpb::RangeResponse;
use tonic::{Code, Status};

use crate::{
    Case, Certificates, Context, Fault, Need, Oddity, Owned, Tier, Verdict, Wish, case,
    expect_that, phrase,
};

pub(super) const CASES: &[Case] = &[
    case!(
        Tier::Kubernetes,
        a_good_certificate_is_let_in,
        "A client with a certificate of the server's authority, for clients, is let in.",
        "TLS-01"
    )
    .needs(&[Need::Tls]),
    case!(
        Tier::Kubernetes,
        no_certificate_is_refused,
        "A client without a certificate is refused.",
        "TLS-02"
    )
    .needs(&[Need::Tls]),
    case!(
        Tier::Kubernetes,
        a_foreign_certificate_is_refused,
        "A client with a certificate of another authority is refused.",
        "TLS-03"
    )
    .needs(&[Need::Tls]),
    case!(
        Tier::Kubernetes,
        an_expired_certificate_is_refused,
        "A client whose certificate has expired is refused.",
        "TLS-04"
    )
    .needs(&[Need::Tls]),
    case!(
        Tier::Parity,
        a_certificate_without_a_purpose_is_let_in,
        "A client whose certificate does not say what it is for is let in.",
        "TLS-05"
    )
    .needs(&[Need::Tls]),
    case!(
        Tier::Parity,
        a_certificate_for_servers_is_refused,
        "A client whose certificate says that it is for servers is refused.",
        "TLS-06"
    )
    .needs(&[Need::Tls]),
    case!(
        Tier::Kubernetes,
        a_server_of_another_authority_is_refused,
        "A client refuses a server whose certificate is of an authority that it does not trust.",
        "TLS-07"
    )
    .needs(&[Need::Tls]),
    case!(
        Tier::Kubernetes,
        a_server_of_another_name_is_refused,
        "A client refuses a server whose certificate does not carry the name that it asked for.",
        "TLS-08"
    )
    .needs(&[Need::Tls]),
    case!(
        Tier::Parity,
        plaintext_is_refused,
        "A client that talks plaintext is refused.",
        "TLS-09"
    )
    .needs(&[Need::Tls]),
    case!(
        Tier::Parity,
        a_revoked_certificate_is_refused,
        "A client whose certificate is on the server's list of revoked ones is refused, and others are let in.",
        "TLS-10"
    )
    .needs(&[Need::Tls]),
    case!(
        Tier::Parity,
        a_certificate_of_another_name_is_refused,
        "Of a server that lets in one name only a client with another one is refused, and one with that name is let in.",
        "TLS-12"
    )
    .needs(&[Need::Tls]),
];

async fn a_good_certificate_is_let_in(context: &Context) -> Verdict {
    let (owned, context) = context.own(&tls(&[])).await?;
    context.put("a", "1").await?;
    let certificates = owned.endpoints().certificates;
    let_in(ask(&context, certificates.as_ref(), None).await?)
}

async fn no_certificate_is_refused(context: &Context) -> Verdict {
    odd_is_refused(context, Oddity::Missing, &[]).await
}

async fn a_foreign_certificate_is_refused(context: &Context) -> Verdict {
    odd_is_refused(context, Oddity::Foreign, &[]).await
}

async fn an_expired_certificate_is_refused(context: &Context) -> Verdict {
    odd_is_refused(context, Oddity::Expired, &[]).await
}

async fn a_certificate_without_a_purpose_is_let_in(context: &Context) -> Verdict {
    let (owned, context) = context.own(&tls(&[])).await?;
    let certificates = odd(&*owned, Oddity::NoPurpose)?;
    let_in(ask(&context, Some(&certificates), None).await?)
}

async fn a_certificate_for_servers_is_refused(context: &Context) -> Verdict {
    odd_is_refused(context, Oddity::ServerOnly, &[]).await
}

async fn a_server_of_another_authority_is_refused(context: &Context) -> Verdict {
    odd_is_refused(context, Oddity::TrustsAnother, &[]).await
}

async fn a_server_of_another_name_is_refused(context: &Context) -> Verdict {
    let (owned, context) = context.own(&tls(&[])).await?;
    let certificates = owned.endpoints().certificates;
    refused(ask(&context, certificates.as_ref(), Some("elsewhere.invalid")).await?)?;
    let_in(ask(&context, certificates.as_ref(), None).await?)
}

async fn plaintext_is_refused(context: &Context) -> Verdict {
    let (owned, context) = context.own(&tls(&[])).await?;
    let url = url(&context)?.replace("https://", "http://");
    let client = context.connect_as(&url, None, None).await?;
    refused(client.range(context.one("a")).await)?;
    let certificates = owned.endpoints().certificates;
    let_in(ask(&context, certificates.as_ref(), None).await?)
}

async fn a_revoked_certificate_is_refused(context: &Context) -> Verdict {
    let flag = "--client-crl-file={certificates}/revoked.crl";
    odd_is_refused(context, Oddity::Revoked, &[flag]).await
}

/// The client that everybody else uses is called `storeproof`.
async fn a_certificate_of_another_name_is_refused(context: &Context) -> Verdict {
    let flag = "--client-cert-allowed-hostname=storeproof";
    odd_is_refused(context, Oddity::OtherName, &[flag]).await
}

/// The odd client is refused, while the server lets a good one in.
async fn odd_is_refused(context: &Context, oddity: Oddity, flags: &[&str]) -> Verdict {
    let (owned, context) = context.own(&tls(flags)).await?;
    let certificates = odd(&*owned, oddity)?;
    refused(ask(&context, Some(&certificates), None).await?)?;
    let certificates = owned.endpoints().certificates;
    let_in(ask(&context, certificates.as_ref(), None).await?)
}

fn tls(flags: &[&str]) -> Wish {
    Wish {
        tls: true,
        shared: true,
        flags: flags.iter().map(ToString::to_string).collect(),
        ..Wish::default()
    }
}

fn odd(owned: &dyn Owned, oddity: Oddity) -> Verdict<Certificates> {
    let made = owned.odd_client(oddity);
    made.map_err(|error| Fault::broken("A certificate cannot be made", error))
}

fn url(context: &Context) -> Verdict<String> {
    let first = context.endpoints().urls.first();
    let none = || Fault::Broken("The server has no URL.".to_owned());
    first.cloned().ok_or_else(none)
}

/// What a client with these certificates gets, over a connection of its own.
async fn ask(
    context: &Context,
    certificates: Option<&Certificates>,
    name: Option<&str>,
) -> Verdict<Result<RangeResponse, Status>> {
    let url = url(context)?;
    let client = context.connect_as(&url, certificates, name).await?;
    Ok(client.range(context.one("a")).await)
}

fn let_in(answer: Result<RangeResponse, Status>) -> Verdict {
    let told = answer.map_err(|status| phrase::status(&status));
    let observed = told.as_ref().err().cloned().unwrap_or_default();
    expect_that(told.is_ok(), "the client is let in", observed)
}

/// With TLS 1.3 a server refuses a certificate after the handshake: the connection is there, and the first request fails.
/// What counts is that none is ever answered, and that the failure is one of the transport. Which code that gets is up to the
/// client's library; an error that a server sent has no source.
fn refused(answer: Result<RangeResponse, Status>) -> Verdict {
    let observed = match answer {
        Ok(_) => "it is let in".to_owned(),
        Err(status) if of_transport(&status) => return Ok(()),
        Err(status) => phrase::status(&status),
    };
    let expected = "the client is refused by an error of the transport";
    expect_that(false, expected, observed)
}

fn of_transport(status: &Status) -> bool {
    let codes = [Code::Unavailable, Code::Cancelled, Code::Unknown];
    std::error::Error::source(status).is_some() && codes.contains(&status.code())
}
