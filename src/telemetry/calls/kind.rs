const UNARY: &str = "unary";
const SERVER_STREAM: &str = "server_stream";
const BIDI_STREAM: &str = "bidi_stream";

/// The methods of etcd that are streams.
const STREAMS: &[(&str, &str)] = &[
    ("/etcdserverpb.Watch/Watch", BIDI_STREAM),
    ("/etcdserverpb.Lease/LeaseKeepAlive", BIDI_STREAM),
    ("/etcdserverpb.Maintenance/Snapshot", SERVER_STREAM),
    ("/etcdserverpb.KV/RangeStream", SERVER_STREAM),
    ("/v3electionpb.Election/Observe", SERVER_STREAM),
];

/// What kind of call the method at a path is.
pub(super) fn of(path: &str) -> &'static str {
    let stream = STREAMS.iter().find(|(stream, _)| *stream == path);
    stream.map_or(UNARY, |(_, kind)| kind)
}
