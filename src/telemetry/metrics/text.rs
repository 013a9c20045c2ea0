use std::fmt::Write;

use prometheus::proto::{LabelPair, Metric, MetricFamily, MetricType};

/// The text format of Prometheus. The numbers are Go's: the bounds of buckets are labels, and scrapers compare labels as
/// text, so that `5e-06` may not be `0.000005`.
pub(super) fn of(families: &[MetricFamily]) -> String {
    let mut page = String::new();
    for family in families {
        if family.get_metric().is_empty() {
            continue;
        }
        let name = family.name();
        let kind = match family.get_field_type() {
            MetricType::COUNTER => "counter",
            MetricType::GAUGE => "gauge",
            MetricType::HISTOGRAM => "histogram",
            // The registry's crate makes none.
            MetricType::SUMMARY | MetricType::UNTYPED => continue,
        };
        let help = escape(family.help(), false);
        let _ = writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for metric in family.get_metric() {
            write_metric(&mut page, name, family.get_field_type(), metric);
        }
    }
    page
}

fn write_metric(page: &mut String, name: &str, kind: MetricType, metric: &Metric) {
    let labels = metric.get_label();
    match kind {
        MetricType::COUNTER => write_sample(
            page,
            name,
            "",
            labels,
            None,
            metric.get_counter().get_value(),
        ),
        MetricType::GAUGE => {
            write_sample(page, name, "", labels, None, metric.get_gauge().get_value())
        }
        MetricType::UNTYPED | MetricType::SUMMARY => {}
        MetricType::HISTOGRAM => {
            let histogram = metric.get_histogram();
            for bucket in histogram.get_bucket() {
                let bound = ("le", bucket.upper_bound());
                let count = count(bucket.cumulative_count());
                write_sample(page, name, "_bucket", labels, Some(bound), count);
            }
            let all = count(histogram.get_sample_count());
            write_sample(
                page,
                name,
                "_bucket",
                labels,
                Some(("le", f64::INFINITY)),
                all,
            );
            write_sample(page, name, "_sum", labels, None, histogram.get_sample_sum());
            write_sample(page, name, "_count", labels, None, all);
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the format has no other numbers"
)]
fn count(count: u64) -> f64 {
    count as f64
}

fn write_sample(
    page: &mut String,
    name: &str,
    suffix: &str,
    labels: &[LabelPair],
    bound: Option<(&str, f64)>,
    value: f64,
) {
    page.push_str(name);
    page.push_str(suffix);
    let mut separator = '{';
    for label in labels {
        let _ = write!(
            page,
            "{separator}{}=\"{}\"",
            label.name(),
            escape(label.value(), true)
        );
        separator = ',';
    }
    if let Some((label, bound)) = bound {
        let _ = write!(page, "{separator}{label}=\"{}\"", number(bound));
        separator = ',';
    }
    if separator == ',' {
        page.push('}');
    }
    let _ = writeln!(page, " {}", number(value));
}

fn escape(text: &str, quoted: bool) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\n', "\\n");
    if quoted {
        escaped.replace('"', "\\\"")
    } else {
        escaped
    }
}

/// A number as Go's `strconv.FormatFloat(value, 'g', -1, 64)` writes it.
fn number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific
        .split_once('e')
        .expect("it was written with an exponent");
    let exponent: i32 = exponent.parse().expect("it was written as a number");
    if (-4..6).contains(&exponent) {
        return value.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use prometheus::{HistogramOpts, HistogramVec, IntGaugeVec, Opts, Registry};

    use super::{number, of};

    #[test]
    fn numbers_are_written_as_go_writes_them() {
        for (value, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (-1.0, "-1"),
            (0.005, "0.005"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (5e-6, "5e-06"),
            (1.28e-3, "0.00128"),
            (83.88608, "83.88608"),
            (100_000.0, "100000"),
            (123_456.0, "123456"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (1e9, "1e+09"),
            (1.5e300, "1.5e+300"),
            (f64::INFINITY, "+Inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_page_is_written_as_scrapers_expect_it() {
        let registry = Registry::new();
        let options = HistogramOpts::new("b_seconds", "Time.").buckets(vec![0.00001, 1.0]);
        let histogram = HistogramVec::new(options, &["z", "a"]).expect("a family");
        registry
            .register(Box::new(histogram.clone()))
            .expect("the first");
        histogram
            .with_label_values(&["last", "fi\"rst\n\\"])
            .observe(0.5);
        let gauge = IntGaugeVec::new(Opts::new("a_bytes", "Size\nof."), &[]).expect("a family");
        registry
            .register(Box::new(gauge.clone()))
            .expect("the first");
        gauge.with_label_values::<&str>(&[]).set(1_000_000_000);
        let expected = concat!(
            "# HELP a_bytes Size\\nof.\n",
            "# TYPE a_bytes gauge\n",
            "a_bytes 1e+09\n",
            "# HELP b_seconds Time.\n",
            "# TYPE b_seconds histogram\n",
            "b_seconds_bucket{a=\"fi\\\"rst\\n\\\\\",z=\"last\",le=\"1e-05\"} 0\n",
            "b_seconds_bucket{a=\"fi\\\"rst\\n\\\\\",z=\"last\",le=\"1\"} 1\n",
            "b_seconds_bucket{a=\"fi\\\"rst\\n\\\\\",z=\"last\",le=\"+Inf\"} 1\n",
            "b_seconds_sum{a=\"fi\\\"rst\\n\\\\\",z=\"last\"} 0.5\n",
            "b_seconds_count{a=\"fi\\\"rst\\n\\\\\",z=\"last\"} 1\n",
        );
        assert_eq!(of(&registry.gather()), expected);
    }
}
