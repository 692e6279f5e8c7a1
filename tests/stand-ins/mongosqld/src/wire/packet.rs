//! Packets: a length of three bytes, a sequence number, and the content.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Content of this length goes on in the next packet.
const LONGEST: usize = 0xff_ffff;
/// The most that a client may send at once.
const LIMIT: usize = 64 << 20;

/// A connection, encrypted or not.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// A connection whose encryption no longer matters.
pub(crate) type Stream = Box<dyn Duplex>;

/// Reads and writes packets.
pub(crate) struct Wire {
    stream: Stream,
    sequence: u8,
    queued: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(stream: Stream) -> Self {
        Self { stream, sequence: 0, queued: Vec::new() }
    }

    /// The connection itself, and the number of the next packet, to go on encrypted.
    pub(crate) fn into_parts(self) -> (Stream, u8) {
        (self.stream, self.sequence)
    }

    /// Goes on over an encrypted connection.
    pub(crate) fn resume(stream: Stream, sequence: u8) -> Self {
        Self { stream, sequence, queued: Vec::new() }
    }

    /// Each command starts counting anew.
    pub(crate) fn restart(&mut self) {
        self.sequence = 0;
    }

    /// The next packet's content. `None` where the client has gone between packets.
    pub(crate) async fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut content = Vec::new();
        loop {
            let mut header = [0; 4];
            match self.stream.read_exact(&mut header).await {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && content.is_empty() => {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
            let [low, middle, high, sequence] = header;
            let length = usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16;
            self.sequence = sequence.wrapping_add(1);
            let start = content.len();
            if start + length > LIMIT {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "packet too large"));
            }
            content.resize(start + length, 0);
            self.stream.read_exact(&mut content[start..]).await?;
            if length < LONGEST {
                return Ok(Some(content));
            }
        }
    }

    /// Adds a packet to what `flush` sends.
    pub(crate) fn queue(&mut self, content: &[u8]) {
        let mut rest = content;
        loop {
            let (part, after) = rest.split_at(rest.len().min(LONGEST));
            let length = u32::try_from(part.len()).unwrap_or_default().to_le_bytes();
            self.queued.extend_from_slice(&length[..3]);
            self.queued.push(self.sequence);
            self.queued.extend_from_slice(part);
            self.sequence = self.sequence.wrapping_add(1);
            rest = after;
            if part.len() < LONGEST {
                return;
            }
        }
    }

    /// Sends what is queued.
    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        self.stream.write_all(&self.queued).await?;
        self.queued.clear();
        self.stream.flush().await
    }

    /// Sends one packet.
    pub(crate) async fn send(&mut self, content: &[u8]) -> io::Result<()> {
        self.queue(content);
        self.flush().await
    }

    /// Ends the connection in good order.
    pub(crate) async fn close(&mut self) {
        // A client that has gone already is none to end it with.
        let _ = self.stream.shutdown().await;
    }
}

/// An integer in the protocol's own encoding.
pub(crate) fn put_length(buffer: &mut Vec<u8>, value: usize) {
    let bytes = u64::try_from(value).unwrap_or_default().to_le_bytes();
    match value {
        0..=250 => buffer.push(bytes[0]),
        251..=0xffff => {
            buffer.push(0xfc);
            buffer.extend_from_slice(&bytes[..2]);
        }
        0x1_0000..=0xff_ffff => {
            buffer.push(0xfd);
            buffer.extend_from_slice(&bytes[..3]);
        }
        _ => {
            buffer.push(0xfe);
            buffer.extend_from_slice(&bytes);
        }
    }
}

/// A text with its length before it.
pub(crate) fn put_text(buffer: &mut Vec<u8>, text: &[u8]) {
    put_length(buffer, text.len());
    buffer.extend_from_slice(text);
}
