//! What operators ask of a member.

use storeproof_wire::etcdserverpb::{
    AlarmMember, AlarmRequest, AlarmType, DefragmentRequest, HashKvRequest, HashKvResponse,
    HashRequest, HashResponse, MoveLeaderRequest, SnapshotRequest, SnapshotResponse, StatusRequest,
    StatusResponse, alarm_request::AlarmAction,
};
use tonic::Status;

use super::Client;

impl Client {
    /// How the member is.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn status(&self) -> Result<StatusResponse, Status> {
        let request = self.request(StatusRequest {});
        self.noted("status", self.maintenance().status(request), |answer| {
            format!("{answer:?}")
        })
        .await
    }

    /// The hash of everything at a revision; zero for the current one.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn hash_at(&self, revision: i64) -> Result<HashKvResponse, Status> {
        let request = self.request(HashKvRequest { revision });
        let asked = format!("hash at {revision}");
        self.noted(asked, self.maintenance().hash_kv(request), |answer| {
            format!("{:x} compacted {}", answer.hash, answer.compact_revision)
        })
        .await
    }

    /// The hash of the member's file.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn hash(&self) -> Result<HashResponse, Status> {
        let request = self.request(HashRequest {});
        self.noted("hash", self.maintenance().hash(request), |answer| {
            format!("{:x}", answer.hash)
        })
        .await
    }

    /// Gives space back. The answer says nothing.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn defragment(&self) -> Result<(), Status> {
        let request = self.request(DefragmentRequest {});
        let answer = self
            .noted("defragment", self.maintenance().defragment(request), |_| {
                "done".to_owned()
            })
            .await;
        answer.map(|_| ())
    }

    /// Asks for alarms, raises one or ends one. What comes back are those that it is about.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn alarm(
        &self,
        action: AlarmAction,
        member_id: u64,
        alarm: AlarmType,
    ) -> Result<Vec<AlarmMember>, Status> {
        let request = self.request(AlarmRequest {
            action: action.into(),
            member_id,
            alarm: alarm.into(),
        });
        let asked = format!("alarm {action:?} {alarm:?} of member {member_id:x}");
        let answer = self
            .noted(asked, self.maintenance().alarm(request), |answer| {
                format!("{:?}", answer.alarms)
            })
            .await;
        answer.map(|answer| answer.alarms)
    }

    /// The pieces of a copy of the member's file, in order.
    ///
    /// # Errors
    ///
    /// As [`Client::range`]; each piece may take as long.
    pub async fn snapshot(&self) -> Result<Vec<SnapshotResponse>, Status> {
        let request = self.request(SnapshotRequest {});
        let mut stream = self
            .noted("snapshot", self.maintenance().snapshot(request), |_| {
                "opened".to_owned()
            })
            .await?;
        let mut pieces = Vec::new();
        while let Some(piece) = stream.message().await? {
            pieces.push(piece);
        }
        Ok(pieces)
    }

    /// Hands the leadership on to a member.
    ///
    /// # Errors
    ///
    /// As [`Client::range`].
    pub async fn move_leader(&self, target_id: u64) -> Result<(), Status> {
        let request = self.request(MoveLeaderRequest { target_id });
        let asked = format!("move the leadership to {target_id:x}");
        let answer = self
            .noted(asked, self.maintenance().move_leader(request), |_| {
                "moved".to_owned()
            })
            .await;
        answer.map(|_| ())
    }
}
