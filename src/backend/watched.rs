use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicUsize},
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Connection, connector::pass_over, tls::TlsFiles};

/// What servers said last when they refused the client after the handshake.
pub(super) type Refusal = Arc<Mutex<Option<String>>>;

/// A connection that tells what no handshake can.
///
/// Two things: that the server refuses the client's certificate, which with TLS 1.3 comes after the client takes the
/// handshake for done; and that the server never said a word, so that it is another one's turn. The former is kept, since
/// the next attempt may meet no more than a connection that is reset.
pub(super) struct Watched<C> {
    pub(super) inner: C,
    /// The server's address, as it was given.
    pub(super) server: String,
    pub(super) files: TlsFiles,
    pub(super) refusal: Refusal,
    pub(super) turn: Turn,
}

/// Whose turn it is, as long as the server says nothing.
pub(super) struct Turn {
    preferred: Arc<AtomicUsize>,
    turn: usize,
    heard: bool,
}

impl Turn {
    pub(super) fn of(preferred: &Arc<AtomicUsize>, turn: usize) -> Self {
        Self {
            preferred: Arc::clone(preferred),
            turn,
            heard: false,
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.heard {
            pass_over(&self.preferred, self.turn);
        }
    }
}

impl<C> Watched<C> {
    fn explain(&self, error: io::Error) -> io::Error {
        match self.files.refused(&error) {
            None => error,
            Some(problem) => {
                let problem = format!("{}: {problem}", self.server);
                let mut refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
                *refusal = Some(problem.clone());
                io::Error::new(error.kind(), problem)
            }
        }
    }
}

impl<C: Connection> Watched<C> {
    /// Why a write failed: what the server said before it hung up, where it said that it refuses the client. Nobody would
    /// read that any more.
    fn last_words(&mut self, context: &mut Context<'_>, error: io::Error) -> io::Error {
        let mut room = [0; 1024];
        let mut buffer = ReadBuf::new(&mut room);
        loop {
            buffer.clear();
            match Pin::new(&mut self.inner).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                Poll::Ready(Err(said)) if self.files.refused(&said).is_some() => {
                    return self.explain(said);
                }
                _ => return error,
            }
        }
    }
}

impl<C: Connection> AsyncRead for Watched<C> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.inner).poll_read(context, buffer));
        self.turn.heard |= buffer.filled().len() > before;
        Poll::Ready(read.map_err(|error| self.explain(error)))
    }
}

impl<C: Connection> AsyncWrite for Watched<C> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write(context, bytes));
        Poll::Ready(written.map_err(|error| self.last_words(context, error)))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = ready!(Pin::new(&mut self.inner).poll_flush(context));
        Poll::Ready(flushed.map_err(|error| self.last_words(context, error)))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write_vectored(context, slices));
        Poll::Ready(written.map_err(|error| self.last_words(context, error)))
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}
