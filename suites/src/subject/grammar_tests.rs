use rstest::rstest;

use super::*;

fn parsed(text: &str) -> Subject {
    text.parse().unwrap()
}

fn spec(text: &str) -> Spec {
    match parsed(text) {
        Subject::Server(server) => server.spec,
        Subject::Memory => panic!("{text} is a server"),
    }
}

#[rstest]
#[case("memory")]
#[case("etcd")]
#[case("etcd:3.5.16")]
#[case("etcd,tls=server")]
#[case("etcd:3.5.16,members=3,tls=mutual")]
#[case("image:quay.io/coreos/etcd:v3.5.16")]
#[case("image:localhost:5000/thing@sha256:00,port=4001")]
#[case("image:thing,port=4001,args=--listen 0.0.0.0:4001 --a,b=c")]
#[case("bin:/usr/bin/etcd")]
#[case("bin:/usr/bin/etcd,members=3,tls=mutual")]
#[case("bin:./kine,args=--listen {url} --endpoint sqlite://{data}/a.db,b=c")]
#[case("tcp://127.0.0.1:2379")]
#[case("tcp://a.example:2379,tcp://b.example:2379")]
#[case("tcp://[::1]:2379")]
#[case("tcp://127.0.0.1:2379,ca=ca.pem")]
#[case("tcp://127.0.0.1:2379,ca=ca.pem,cert=c.pem,key=k.pem,exclusive=yes")]
fn the_text_of_a_subject_is_what_it_was_parsed_from(#[case] text: &str) {
    assert_eq!(parsed(text).to_string(), text);
}

#[rstest]
#[case("etcd,tls=plain,members=1", "etcd")]
#[case("etcd,tls=mutual,members=3", "etcd,members=3,tls=mutual")]
#[case("image:thing,port=2379", "image:thing")]
#[case("tcp://a:1,b:2", "tcp://a:1,tcp://b:2")]
#[case("tcp://a:1,exclusive=no", "tcp://a:1")]
fn what_goes_without_saying_is_left_out(#[case] text: &str, #[case] short: &str) {
    assert_eq!(parsed(text).to_string(), short);
    assert_eq!(parsed(short), parsed(text));
}

#[test]
fn etcd_says_version_members_and_tls() {
    let spec = spec("etcd:3.5.16,members=3,tls=mutual");
    assert_eq!(spec.version.as_deref(), Some("3.5.16"));
    assert_eq!(spec.members, Members::Three);
    assert_eq!(spec.tls, Tls::Mutual);
    assert_eq!(spec.source, Source::Any);
}

#[test]
fn arguments_reach_to_the_end() {
    let Source::Binary { path, arguments } = spec("bin:/x,args=-a --b=c,d tls=no").source else {
        panic!("it is a binary");
    };
    assert_eq!(path, PathBuf::from("/x"));
    assert_eq!(arguments.unwrap(), ["-a", "--b=c,d", "tls=no"]);
}

#[rstest]
#[case("tcp://a:1,b:2", &["http://a:1", "http://b:2"])]
#[case("tcp://a:1,tcp://b:2,ca=x", &["https://a:1", "https://b:2"])]
fn certificates_make_endpoints_secure(#[case] text: &str, #[case] urls: &[&str]) {
    let Source::External { endpoints, .. } = spec(text).source else {
        panic!("somebody else runs it");
    };
    assert_eq!(endpoints, urls);
}

#[rstest]
#[case("")]
#[case("etdc")]
#[case("redis:7")]
#[case("http://127.0.0.1:2379")]
fn an_unknown_kind_names_all_kinds(#[case] text: &str) {
    let error = text.parse::<Subject>().unwrap_err().to_string();
    for kind in [
        "memory",
        "etcd:VERSION",
        "image:NAME",
        "bin:PATH",
        "tcp://HOST:PORT",
    ] {
        assert!(error.contains(kind), "{error}");
    }
}

#[rstest]
#[case("memory,tls=mutual", "no option \"tls\"")]
#[case("etcd:latest", "\"latest\" is no version")]
#[case("etcd:", "\"\" is no version")]
#[case("etcd,members=2", "members is \"2\"")]
#[case("etcd,tls=yes", "tls is \"yes\"")]
#[case("etcd,tls=server,tls=mutual", "tls is given twice")]
#[case("etcd,port=1", "no option \"port\"")]
#[case("etcd,", "an option is empty")]
#[case("etcd,args=-x", "no option \"args\"")]
#[case("image:", "the image has no name")]
#[case("image:x,port=0", "port is \"0\"")]
#[case("image:x,port=70000", "port is \"70000\"")]
#[case("bin:", "the binary has no path")]
#[case("bin:/x,port=1", "no option \"port\"")]
#[case("tcp://", "\"\" is no address")]
#[case("tcp://host", "\"host\" is no address")]
#[case("tcp://host:0", "\"host:0\" is no address")]
#[case("tcp://::1:2379", "\"::1:2379\" is no address")]
#[case("tcp://a:1,b", "\"b\" is no address")]
#[case("tcp://a:1,cert=c,key=k", "not complete")]
#[case("tcp://a:1,ca=x,cert=c", "not complete")]
#[case("tcp://a:1,ca=", "ca is \"\"")]
#[case("tcp://a:1,exclusive=maybe", "exclusive is \"maybe\"")]
#[case("tcp://a:1,tls=mutual", "no option \"tls\"")]
fn a_bad_part_is_named_with_an_example(#[case] text: &str, #[case] problem: &str) {
    let error = text.parse::<Subject>().unwrap_err();
    let shown = error.to_string();
    assert!(shown.contains(problem), "{shown}");
    assert!(shown.contains("Allowed: "), "{shown}");
    let example = shown.rsplit_once("For example: ").unwrap().1;
    example
        .parse::<Subject>()
        .expect("the example is a subject");
}
