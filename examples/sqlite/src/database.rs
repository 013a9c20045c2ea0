use std::{
    path::Path,
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use storeproof::storage::{Error, Result};
use tokio::sync::{oneshot, watch};

use crate::{
    expiry,
    log::{self, Marks},
};

/// An SQLite file that keeps every change of every key. A clone is another handle to it.
///
/// The connection lives on a thread of its own and does one thing after another. That is what makes every read
/// linearizable, and it keeps SQLite, which blocks, away from the threads of the async runtime.
#[derive(Clone, Debug)]
pub struct Database(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    /// Taken away to end the thread.
    jobs: Option<Sender<Job>>,
    marks: watch::Receiver<Marks>,
    thread: Option<JoinHandle<()>>,
}

type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// The file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be opened, or is no database of ours.
    #[error("the database cannot be opened")]
    Database(#[from] rusqlite::Error),
    /// The system gives no thread.
    #[error("the thread of the database cannot be started")]
    Thread(#[from] std::io::Error),
}

impl Database {
    /// Opens a file, and makes it where there is none. Blocks while it does.
    ///
    /// A write that was acknowledged survives the process. It survives the machine once SQLite has moved the file's
    /// write-ahead log to the disk, which it does by itself: `synchronous = NORMAL`.
    ///
    /// # Errors
    ///
    /// SQLite's, or the system's where there is no thread to be had.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.execute_batch(include_str!("schema.sql"))?;
        let (marks, known) = watch::channel(log::marks(&connection)?);
        let (sender, jobs) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("sqlite".to_owned())
            .spawn(move || Worker { connection, marks }.serve(&jobs))?;
        Ok(Self(Arc::new(Handle {
            jobs: Some(sender),
            marks: known,
            thread: Some(thread),
        })))
    }

    /// Has something done on the database's thread, after all that was asked before.
    pub(crate) async fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<R> + Send + 'static,
    ) -> Result<R> {
        let gone = || Error::Plain("the thread of the database has ended".to_owned());
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |worker| {
            // Whoever asked may have stopped waiting.
            let _ = reply.send(worker.perform(work));
        });
        let jobs = self.0.jobs.as_ref().ok_or_else(gone)?;
        jobs.send(job).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?.map_err(Error::other)
    }

    /// How far the log reaches, now and whenever that changes.
    pub(crate) fn marks(&self) -> watch::Receiver<Marks> {
        self.0.marks.clone()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic in there was reported where it happened.
            let _ = thread.join();
        }
    }
}

/// What lives on the thread.
struct Worker {
    connection: Connection,
    marks: watch::Sender<Marks>,
}

impl Worker {
    fn serve(mut self, jobs: &Receiver<Job>) {
        loop {
            let job = match expiry::until_next(&self.connection) {
                Some(wait) => jobs.recv_timeout(wait),
                None => jobs.recv().map_err(RecvTimeoutError::from),
            };
            match job {
                Ok(job) => job(&mut self),
                // Where this fails nobody sees it, but the next job fails the same way.
                Err(RecvTimeoutError::Timeout) => drop(self.perform(|_| Ok(()))),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Does something to a log in which nothing has expired, and tells watches before anybody hears of the outcome.
    fn perform<R>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<R>,
    ) -> rusqlite::Result<R> {
        expiry::sweep(&mut self.connection)?;
        let done = work(&mut self.connection);
        let marks = log::marks(&self.connection)?;
        self.marks
            .send_if_modified(|known| std::mem::replace(known, marks) != marks);
        done
    }
}
