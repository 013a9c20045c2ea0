use std::sync::Arc;

use storeproof::storage::{
    AcceptAll, AsyncUpdate, DeleteOptions, Error, GetOptions, List, ListOptions, Preconditions,
    Result, Update, UpdateOptions,
};
use storeproof_fixtures::objects::{Pod, RESOURCE_PREFIX, fields, key_of};
use tokio::task::yield_now;

use super::{
    Recorder,
    classify::classify,
    page,
    recorded::{empty, filled, in_history, key_in_history, seen, version},
    selecting,
};
use crate::judge::{Answer, Client, Key, Listed, Operation, Request, Seen, Version};

/// One client of a recorded store. It asks one thing at a time.
///
/// Objects are called `namespace/name`, or by their name alone where the namespace does not matter.
///
/// Between the moment that is recorded and the request itself others get their turn: a store that answers at once would
/// be asked by one client after another otherwise, and nothing would overlap.
#[derive(Debug)]
pub struct Recording {
    recorder: Arc<Recorder>,
    client: Client,
}

impl Recording {
    pub(super) fn new(recorder: Arc<Recorder>) -> Self {
        let client = recorder.identity();
        Self { recorder, client }
    }

    /// Creates an object.
    pub async fn create(&mut self, name: &str) -> Answer {
        let content = self.recorder.content();
        let request = Request::Create {
            key: name.into(),
            content,
        };
        self.ask(request, async |recorder| {
            let object = filled(empty(name), content);
            let key = key_of(&object);
            let stored = recorder.store().create(&key, &object, None);
            Ok(Answer::Wrote {
                version: version(&stored.await?),
                over: None,
            })
        })
        .await
    }

    /// Replaces an object that is there; with a version, only if it is of that one.
    pub async fn update(&mut self, name: &str, only_at: Option<Version>) -> Answer {
        let content = self.recorder.content();
        let request = Request::Update {
            key: name.into(),
            content,
            only_at,
        };
        self.ask(request, async |recorder| {
            let mut over = None;
            let mut update = AsyncUpdate(|current: Option<Pod>, _| {
                let current = current.unwrap_or_default();
                over = Some(seen(&current));
                async move {
                    // Lets others in between the read and the write.
                    yield_now().await;
                    Ok(Update::from(filled(current, content)))
                }
            });
            let options = UpdateOptions {
                preconditions: only_at.map(condition),
                ..UpdateOptions::default()
            };
            let key = key_of(&empty(name));
            let stored = recorder
                .store()
                .guaranteed_update(&key, options, &mut update);
            let version = version(&stored.await?);
            Ok(Answer::Wrote { version, over })
        })
        .await
    }

    /// Creates an object, or replaces it where it is there.
    pub async fn put(&mut self, name: &str) -> Answer {
        let content = self.recorder.content();
        let request = Request::Put {
            key: name.into(),
            content,
        };
        self.ask(request, async |recorder| {
            let mut over = None;
            let mut update = AsyncUpdate(|current: Option<Pod>, _| {
                over = current.as_ref().map(seen);
                async move {
                    // Lets others in between the read and the write.
                    yield_now().await;
                    let current = current.unwrap_or_else(|| empty(name));
                    Ok(Update::from(filled(current, content)))
                }
            });
            let options = UpdateOptions {
                ignore_not_found: true,
                ..UpdateOptions::default()
            };
            let key = key_of(&empty(name));
            let stored = recorder
                .store()
                .guaranteed_update(&key, options, &mut update);
            let version = version(&stored.await?);
            Ok(Answer::Wrote { version, over })
        })
        .await
    }

    /// Deletes an object; with a version, only if it is of that one.
    pub async fn delete(&mut self, name: &str, only_at: Option<Version>) -> Answer {
        let request = Request::Delete {
            key: name.into(),
            only_at,
        };
        self.ask(request, async |recorder| {
            let options = DeleteOptions {
                preconditions: only_at.map(condition),
                ..DeleteOptions::default()
            };
            let (key, mut validate) = (key_of(&empty(name)), AcceptAll);
            let deleted = recorder.store().delete(&key, options, &mut validate);
            let deleted = deleted.await?.unwrap_or_default();
            Ok(Answer::Deleted {
                version: version(&deleted),
                content: seen(&deleted).content,
            })
        })
        .await
    }

    /// Reads an object.
    pub async fn get(&mut self, name: &str) -> Answer {
        let request = Request::Get { key: name.into() };
        self.ask(request, async |recorder| {
            let key = key_of(&empty(name));
            let found = recorder.store().get(&key, &GetOptions::default()).await?;
            Ok(found.map_or(Answer::Missing, |found| Answer::Found(seen(&found))))
        })
        .await
    }

    /// Lists all objects at once.
    pub async fn list(&mut self) -> Answer {
        self.ask(Request::List, async |recorder| {
            let options = ListOptions::default();
            let list = recorder.store().get_list(RESOURCE_PREFIX, &options).await;
            let mut listed = Listed::default();
            add(&mut listed, list.map_err(Error::from)?);
            Ok(Answer::Listed(listed))
        })
        .await
    }

    /// Lists all objects as what is selected by a selector that selects all of them.
    pub async fn select(&mut self) -> Answer {
        self.ask(Request::List, async |recorder| {
            let options = selecting(fields("metadata.name!="));
            let list = recorder.store().get_list(RESOURCE_PREFIX, &options).await;
            let mut listed = Listed::default();
            add(&mut listed, list.map_err(Error::from)?);
            Ok(Answer::Listed(listed))
        })
        .await
    }

    /// Lists all objects in pages of so many.
    pub async fn pages(&mut self, limit: i64) -> Answer {
        self.ask(Request::List, async |recorder| {
            let (mut listed, mut token) = (Listed::default(), String::new());
            loop {
                let options = page(limit, &token);
                let list = recorder.store().get_list(RESOURCE_PREFIX, &options).await;
                token = add(&mut listed, list.map_err(Error::from)?);
                if token.is_empty() {
                    return Ok(Answer::Listed(listed));
                }
                yield_now().await;
            }
        })
        .await
    }

    /// Asks for the version of the store.
    pub async fn current(&mut self) -> Answer {
        self.ask(Request::Current, async |recorder| {
            let version = recorder.store().current_resource_version().await?;
            Ok(Answer::Current(in_history(version)))
        })
        .await
    }

    async fn ask(
        &mut self,
        request: Request,
        run: impl AsyncFnOnce(&Recorder) -> Result<Answer>,
    ) -> Answer {
        let call = self.recorder.now();
        yield_now().await;
        let result = run(&self.recorder).await;
        let end = self.recorder.now();
        let answer = match result {
            Ok(answer) => answer,
            Err(error) => {
                let (answer, expected) = classify(&request, &error);
                if !expected {
                    self.recorder.trouble(error.to_string());
                }
                answer
            }
        };
        let operation = Operation {
            client: self.client,
            call,
            end: (answer != Answer::Unknown).then_some(end),
            request,
            answer: answer.clone(),
            // A store's answers tell the versions of objects.
            header: Version::UNSET,
        };
        // A read without an answer says nothing; a write without one goes on, so its client is somebody else from here.
        if answer != Answer::Unknown {
            self.recorder.note(operation);
        } else if operation.is_write() {
            self.recorder.note(operation);
            self.client = self.recorder.identity();
        }
        answer
    }
}

fn condition(version: Version) -> Preconditions {
    Preconditions::resource_version(version.to_string())
}

/// Adds a page, and returns the token of the next one.
fn add(listed: &mut Listed, list: List<Pod>) -> String {
    listed.pages.push(in_history(list.resource_version));
    let item = |pod: &Pod| -> (Key, Seen) { (key_in_history(pod), seen(pod)) };
    listed.items.extend(list.items.iter().map(item));
    list.continue_token
}
