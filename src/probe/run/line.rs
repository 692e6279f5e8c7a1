//! A connection on which no wait is endless.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream, ToSocketAddrs},
    sync::mpsc,
    time::{Duration, Instant},
};

use super::super::Address;

/// How long one read or write waits before it is looked whether to go on.
const TICK: Duration = Duration::from_millis(25);

/// What carries the bytes.
pub(super) trait Wire: Read + Write {
    /// The longest that a read or a write waits; then it fails with `WouldBlock` or `TimedOut`.
    fn set_patience(&self, time: Duration) -> io::Result<()>;

    /// Says that nothing more will be written.
    fn end(&self);
}

impl Wire for TcpStream {
    fn set_patience(&self, time: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(time))?;
        self.set_write_timeout(Some(time))
    }

    fn end(&self) {
        // Where the other side is gone already there is nobody to tell.
        let _ = self.shutdown(Shutdown::Write);
    }
}

/// The bounds of all waits of a probe.
#[derive(Clone, Copy)]
pub(super) struct Bounds<'b> {
    /// When the time is over.
    pub(super) until: Instant,
    /// Whether the run is interrupted.
    pub(super) stop: &'b dyn Fn() -> bool,
}

impl Bounds<'_> {
    /// The time that is left, which is more than none.
    pub(super) fn left(&self) -> io::Result<Duration> {
        if (self.stop)() {
            return Err(io::Error::other("interrupted"));
        }
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

/// A connection.
pub(super) struct Line<'b> {
    wire: Box<dyn Wire>,
    bounds: Bounds<'b>,
    /// The end of a shorter wait.
    sooner: Option<Instant>,
}

impl<'b> Line<'b> {
    pub(super) fn new(wire: Box<dyn Wire>, bounds: Bounds<'b>) -> Self {
        Self { wire, bounds, sooner: None }
    }

    /// Does what waits for `time` at most, where less is left for less.
    pub(super) fn within<T>(&mut self, time: Duration, act: impl FnOnce(&mut Self) -> T) -> T {
        self.sooner = Some(Instant::now() + time);
        let done = act(self);
        self.sooner = None;
        done
    }

    /// Says that nothing more will be written.
    pub(super) fn end(&self) {
        self.wire.end();
    }

    fn wait(&self) -> io::Result<()> {
        let mut left = self.bounds.left()?;
        if let Some(sooner) = self.sooner {
            left = left.min(sooner.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
        }
        self.wire.set_patience(left.min(TICK))
    }

    fn patiently<T>(&mut self, mut act: impl FnMut(&mut dyn Wire) -> io::Result<T>) -> io::Result<T> {
        loop {
            self.wait()?;
            match act(&mut *self.wire) {
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                    ) => {}
                done => return done,
            }
        }
    }

    /// One byte. The end of the connection is an error.
    pub(super) fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    /// A number of bytes.
    pub(super) fn bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl Read for Line<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.patiently(|wire| wire.read(into))
    }
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.patiently(|wire| wire.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.patiently(|wire| wire.flush())
    }
}

/// Connects to the first address of a host that takes it. `ConnectionRefused` where all of them refuse.
pub(super) fn connect(address: &Address, bounds: &Bounds<'_>) -> io::Result<TcpStream> {
    let places = resolve(address, bounds)?;
    let mut worst: Option<io::Error> = None;
    for place in places {
        match attempt(place, bounds) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => {
                // A name whose other address does not exist here is refused where the one that does refuses.
                let refused = |error: &io::Error| error.kind() == ErrorKind::ConnectionRefused;
                if worst.as_ref().is_none_or(|known| !refused(known)) {
                    worst = Some(error);
                }
            }
        }
    }
    Err(worst.unwrap_or_else(|| ErrorKind::NotFound.into()))
}

/// In a thread of its own: an interrupt need not wait for it, and neither does the other system's patience.
fn attempt(place: std::net::SocketAddr, bounds: &Bounds<'_>) -> io::Result<TcpStream> {
    let left = bounds.left()?;
    aside(bounds, move || TcpStream::connect_timeout(&place, left))
}

fn resolve(address: &Address, bounds: &Bounds<'_>) -> io::Result<Vec<std::net::SocketAddr>> {
    let (host, port) = (address.host.clone(), address.port);
    aside(bounds, move || (host.as_str(), port).to_socket_addrs().map(Iterator::collect))
}

/// Does what can't be interrupted where nobody waits for it longer than for the bounds.
fn aside<T: Send + 'static>(
    bounds: &Bounds<'_>,
    act: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let (told, hears) = mpsc::channel();
    std::thread::Builder::new().name("probe".into()).spawn(move || {
        // Nobody listens any more where the time is over.
        let _ = told.send(act());
    })?;
    loop {
        let left = bounds.left()?;
        match hears.recv_timeout(left.min(TICK)) {
            Ok(done) => return done,
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(io::Error::other("no answer")),
        }
    }
}
