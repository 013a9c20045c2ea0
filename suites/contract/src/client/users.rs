//! Users and roles.

use bytes::Bytes;
use storeproof_wire::{
    authpb::{Permission, permission},
    etcdserverpb::{
        AuthDisableRequest, AuthEnableRequest, AuthRoleAddRequest, AuthRoleGrantPermissionRequest,
        AuthUserAddRequest, AuthUserGrantRoleRequest, AuthenticateRequest,
    },
};
use tonic::Status;

use super::Client;

impl Client {
    /// Adds a user.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn add_user(&self, name: &str, password: &str) -> Result<(), Status> {
        let request = self.request(AuthUserAddRequest {
            name: name.to_owned(),
            password: password.to_owned(),
            ..AuthUserAddRequest::default()
        });
        let asked = format!("add user {name:?}");
        let answer = self.noted(asked, self.auth().user_add(request), done).await;
        answer.map(|_| ())
    }

    /// Adds a role.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn add_role(&self, name: &str) -> Result<(), Status> {
        let request = self.request(AuthRoleAddRequest {
            name: name.to_owned(),
        });
        let asked = format!("add role {name:?}");
        let answer = self.noted(asked, self.auth().role_add(request), done).await;
        answer.map(|_| ())
    }

    /// Gives a user a role.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn grant_role(&self, user: &str, role: &str) -> Result<(), Status> {
        let request = self.request(AuthUserGrantRoleRequest {
            user: user.to_owned(),
            role: role.to_owned(),
        });
        let asked = format!("grant role {role:?} to user {user:?}");
        let answer = self
            .noted(asked, self.auth().user_grant_role(request), done)
            .await;
        answer.map(|_| ())
    }

    /// Lets a role read and write `[key, range_end)`.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn permit(&self, role: &str, key: Bytes, range_end: Bytes) -> Result<(), Status> {
        let request = self.request(AuthRoleGrantPermissionRequest {
            name: role.to_owned(),
            perm: Some(Permission {
                perm_type: permission::Type::Readwrite.into(),
                key,
                range_end,
            }),
        });
        let asked = format!("permit role {role:?} a range");
        let answer = self
            .noted(asked, self.auth().role_grant_permission(request), done)
            .await;
        answer.map(|_| ())
    }

    /// From now on only users are let in.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn enable_auth(&self) -> Result<(), Status> {
        let request = self.request(AuthEnableRequest {});
        let answer = self
            .noted("enable auth", self.auth().auth_enable(request), done)
            .await;
        answer.map(|_| ())
    }

    /// Everybody is let in again.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn disable_auth(&self) -> Result<(), Status> {
        let request = self.request(AuthDisableRequest {});
        let answer = self
            .noted("disable auth", self.auth().auth_disable(request), done)
            .await;
        answer.map(|_| ())
    }

    /// A token for a user.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn authenticate(&self, name: &str, password: &str) -> Result<String, Status> {
        let request = self.request(AuthenticateRequest {
            name: name.to_owned(),
            password: password.to_owned(),
        });
        let asked = format!("authenticate {name:?}");
        let answer = self
            .noted(asked, self.auth().authenticate(request), done)
            .await;
        answer.map(|answer| answer.token)
    }
}

fn done<T>(_: &T) -> String {
    "done".to_owned()
}
