use http::{HeaderMap, HeaderValue};
use opentelemetry::{Context, TraceFlags, baggage::BaggageExt, trace::TraceContextExt};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

const TRACE_PARENT: &str = "traceparent";
const TRACE_STATE: &str = "tracestate";
const BAGGAGE: &str = "baggage";

/// What ends a name or a value in the baggage.
const SEPARATORS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b',')
    .add(b';')
    .add(b'=')
    .add(b'\\');

/// Tells the server of a context: W3C Trace Context, level 1, and W3C Baggage. What there is nothing to say about is left
/// out.
///
/// The propagators of `opentelemetry_sdk` would say the same; whoever only uses a store need not have it.
pub(super) fn inject(context: &Context, headers: &mut HeaderMap) {
    let span = context.span();
    let span = span.span_context();
    if span.is_valid() {
        let flags = span.trace_flags() & TraceFlags::SAMPLED;
        set(
            headers,
            TRACE_PARENT,
            &format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id()),
        );
        set(headers, TRACE_STATE, &span.trace_state().header());
    }
    let baggage = context.baggage();
    if !baggage.is_empty() {
        let entries = baggage.iter().map(|(name, (value, metadata))| {
            let name = utf8_percent_encode(name.as_str().trim(), SEPARATORS);
            let value = utf8_percent_encode(value.as_str().trim(), SEPARATORS);
            match metadata.as_str().trim() {
                "" => format!("{name}={value}"),
                metadata => format!("{name}={value};{metadata}"),
            }
        });
        set(headers, BAGGAGE, &entries.collect::<Vec<_>>().join(","));
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if !value.is_empty()
        && let Ok(value) = HeaderValue::from_str(value)
    {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, str::FromStr};

    use http::HeaderMap;
    use opentelemetry::{
        Context, KeyValue, SpanId, TraceFlags, TraceId,
        baggage::{BaggageExt, KeyValueMetadata},
        propagation::TextMapPropagator,
        trace::{SpanContext, TraceContextExt, TraceState},
    };
    use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};

    use super::inject;

    fn injected(context: &Context) -> HashMap<String, String> {
        let mut headers = HeaderMap::new();
        inject(context, &mut headers);
        let text = headers.iter().map(|(name, value)| {
            let value = value.to_str().expect("plain characters");
            (name.to_string(), value.to_owned())
        });
        text.collect()
    }

    fn span(state: &str) -> SpanContext {
        SpanContext::new(
            TraceId::from(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736),
            SpanId::from(0x00f0_67aa_0ba9_02b7),
            TraceFlags::SAMPLED,
            true,
            TraceState::from_str(state).expect("a state"),
        )
    }

    #[test]
    fn a_span_is_told_as_the_standard_shows_it() {
        let context = Context::new().with_remote_span_context(span(""));
        let headers = injected(&context);
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(headers.get("traceparent").map(String::as_str), Some(parent));
        assert_eq!(headers.len(), 1, "neither state nor baggage: {headers:?}");
        assert_eq!(injected(&Context::new()), HashMap::new());
    }

    #[test]
    fn others_read_what_is_told() {
        let value = "a b,c;d=e\"%\\é";
        let context = Context::new()
            .with_remote_span_context(span("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"))
            .with_baggage([
                KeyValueMetadata::new("user", value, "secret;ttl=1"),
                KeyValueMetadata::new("plain", "1", ""),
            ]);
        let headers = injected(&context);
        let read = TraceContextPropagator::new().extract(&headers);
        assert_eq!(read.span().span_context(), context.span().span_context());
        let read = BaggagePropagator::new().extract(&headers);
        let mut entries: Vec<_> = read
            .baggage()
            .iter()
            .map(|(name, (value, metadata))| {
                (
                    KeyValue::new(name.clone(), value.clone()),
                    metadata.as_str().to_owned(),
                )
            })
            .collect();
        entries.sort_by(|left, right| left.1.cmp(&right.1));
        assert_eq!(
            entries,
            [
                (KeyValue::new("plain", "1"), String::new()),
                (KeyValue::new("user", value), "secret;ttl=1".to_owned()),
            ]
        );
    }
}
