use serde::Deserialize;

/// Why etcd's own word for its health is not that it is well.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HealthDocumentError {
    /// It says something else than `true`.
    #[error("Unhealthy status: {0}")]
    Unhealthy(String),
    /// It is no such document.
    #[error("etcd's health cannot be read: {0}; its address is /health")]
    Unreadable(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    health: String,
}

/// What etcd answers at its HTTP address `/health`: `{"health":"true"}` where it is well (backend §2.4). A [`HealthCheck`]
/// proves more, and needs nobody to open that address.
///
/// [`HealthCheck`]: super::HealthCheck
///
/// # Errors
///
/// It is ill, or the document is another one.
pub fn read_health(document: &[u8]) -> Result<(), HealthDocumentError> {
    let Document { health } = serde_json::from_slice(document)?;
    if health == "true" {
        Ok(())
    } else {
        Err(HealthDocumentError::Unhealthy(health))
    }
}

#[cfg(test)]
mod tests {
    use super::{HealthDocumentError, read_health};

    #[test]
    fn etcd_is_well_where_it_says_so() {
        for well in [r#"{"health":"true"}"#, r#"{"health":"true","reason":""}"#] {
            read_health(well.as_bytes()).expect(well);
        }
        for (ill, told) in [
            (r#"{"health":"false"}"#, "Unhealthy status: false"),
            (
                r#"{"health":"false","reason":"NOSPACE"}"#,
                "Unhealthy status: false",
            ),
            ("{}", "Unhealthy status: "),
        ] {
            let error = read_health(ill.as_bytes()).expect_err(ill);
            assert_eq!(error.to_string(), told);
        }
        for other in ["", "well", r#"{"health":true}"#] {
            let error = read_health(other.as_bytes()).expect_err(other);
            let unreadable = matches!(error, HealthDocumentError::Unreadable(_));
            assert!(unreadable, "{other}: {error}");
        }
    }
}
