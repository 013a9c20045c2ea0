use std::{fmt, fs, io, path::PathBuf};

use storeproof_fixtures::etcd::User;

use crate::subject::Subject;

/// A subject that users are for.
const EXAMPLE: &str = "storeproof run tcp://127.0.0.1:2379 --user root:PASSWORD";

/// Who asks all servers that already run. What is printed of it never holds the password.
#[derive(Clone, Default, clap::Args)]
pub(super) struct SignIn {
    /// The user that asks servers at tcp:// addresses: one who may read and write all keys. @FILE is a file whose first line
    /// is NAME:PASSWORD, so that the password stands in no list of processes.
    #[arg(long, value_name = "NAME:PASSWORD|@FILE")]
    user: Option<String>,
}

/// A user that cannot be used: what is wrong, and what would be right.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadUser {
    /// There is no password.
    #[error(
        "--user holds no NAME:PASSWORD. The name ends at the first colon, and neither may be empty: {EXAMPLE}, or --user @FILE"
    )]
    Incomplete,
    /// Nobody to sign in at.
    #[error(
        "--user is for servers that already run, and no subject is tcp://HOST:PORT. A server that is started here has no \
         users. For one that runs: {EXAMPLE}"
    )]
    NoServer,
    /// A file that cannot be read.
    #[error("The file {} of --user cannot be read: {cause}. Its first line is NAME:PASSWORD.", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: io::Error,
    },
}

impl SignIn {
    /// Tells every server that already runs who asks.
    pub(super) fn hand_out(&self, subjects: &mut [Subject]) -> Result<(), BadUser> {
        let Some(given) = &self.user else {
            return Ok(());
        };
        let user = read(given)?;
        let mut anybody = false;
        for subject in subjects {
            if let Subject::Server(server) = subject
                && server.is_external()
            {
                server.spec.user = Some(Box::new(user.clone()));
                anybody = true;
            }
        }
        if anybody {
            Ok(())
        } else {
            Err(BadUser::NoServer)
        }
    }
}

fn read(given: &str) -> Result<User, BadUser> {
    let text = match given.strip_prefix('@') {
        None => given.to_owned(),
        Some(path) => {
            let path = PathBuf::from(path);
            let text = fs::read_to_string(&path);
            let text = text.map_err(|cause| BadUser::Unreadable { path, cause })?;
            text.lines().next().unwrap_or_default().to_owned()
        }
    };
    match text.split_once(':') {
        Some((name, password)) if !name.is_empty() && !password.is_empty() => Ok(User {
            name: name.to_owned(),
            password: password.to_owned(),
        }),
        _ => Err(BadUser::Incomplete),
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SignIn").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn handed_out(user: &str, subjects: &[&str]) -> Result<Vec<Option<Box<User>>>, BadUser> {
        let mut subjects: Vec<Subject> =
            subjects.iter().map(|text| text.parse().unwrap()).collect();
        let user = Some(user.to_owned());
        SignIn { user }.hand_out(&mut subjects)?;
        let of = |subject| match subject {
            Subject::Server(server) => server.spec.user,
            Subject::Memory => None,
        };
        Ok(subjects.into_iter().map(of).collect())
    }

    #[rstest]
    #[case("root", &["tcp://a:1"], "holds no NAME:PASSWORD")]
    #[case("root:", &["tcp://a:1"], "holds no NAME:PASSWORD")]
    #[case(":secret", &["tcp://a:1"], "holds no NAME:PASSWORD")]
    #[case("root:secret", &["etcd", "memory"], "no subject is tcp://HOST:PORT")]
    #[case("@/nonexistent/user", &["tcp://a:1"], "The file /nonexistent/user of --user")]
    fn what_is_wrong_is_named(#[case] user: &str, #[case] subjects: &[&str], #[case] says: &str) {
        let error = handed_out(user, subjects).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }

    #[test]
    fn only_servers_that_already_run_are_told() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "root:se:cret\n").unwrap();
        let from_file = format!("@{}", file.path().display());
        for given in ["root:se:cret", &from_file] {
            let users = handed_out(given, &["etcd", "tcp://a:1"]).unwrap();
            let [None, Some(user)] = &users[..] else {
                panic!("{users:?}");
            };
            assert_eq!((&*user.name, &*user.password), ("root", "se:cret"));
        }
    }
}
