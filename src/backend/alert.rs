use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{Connection, tls::TlsFiles};

/// What servers said last when they refused the client after the handshake.
pub(super) type Refusal = Arc<Mutex<Option<String>>>;

/// A connection whose server may refuse the client's certificate when the client takes the handshake for done: that is
/// how TLS 1.3 goes. Such an error is told in terms of files, and kept, since the next attempt may meet no more than a
/// connection that is reset.
pub(super) struct Alerted<C> {
    pub(super) inner: C,
    /// Its address, as it was given.
    pub(super) server: String,
    pub(super) files: TlsFiles,
    pub(super) refusal: Refusal,
}

impl<C> Alerted<C> {
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

impl<C: Connection> AsyncRead for Alerted<C> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = ready!(Pin::new(&mut self.inner).poll_read(context, buffer));
        Poll::Ready(read.map_err(|error| self.explain(error)))
    }
}

impl<C: Connection> AsyncWrite for Alerted<C> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}
