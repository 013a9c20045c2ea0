use std::fmt;

use etcd_client::ConnectOptions;

use super::Link;

/// The name and the password of a user of etcd's. Whoever prints them sees the name alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    name: String,
    password: String,
}

impl Credentials {
    /// Those of a user.
    pub fn new(name: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            password: password.into(),
        }
    }

    /// Who it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What only the user knows. It belongs into no message and no log.
    pub fn password(&self) -> &str {
        &self.password
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A channel to etcd, and who asks through it.
#[derive(Clone)]
pub(crate) struct Way {
    pub(crate) channel: Link,
    pub(crate) credentials: Option<Credentials>,
}

impl Way {
    /// How clients ask: signed in, where there is somebody to sign in, and again when that expires. A call that an expired
    /// token refuses has changed nothing, so it is sent once more.
    pub(super) fn options(&self) -> ConnectOptions {
        let options = ConnectOptions::new();
        match &self.credentials {
            None => options,
            Some(Credentials { name, password }) => options
                .with_user(name, password)
                .with_auto_token_refresh(true),
        }
    }
}

impl From<Link> for Way {
    fn from(channel: Link) -> Self {
        Self {
            channel,
            credentials: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Credentials;

    #[test]
    fn nobody_sees_a_password() {
        let shown = format!("{:?}", Credentials::new("root", "secret"));
        assert_eq!(shown, "Credentials { name: \"root\", .. }");
    }
}
