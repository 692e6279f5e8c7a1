//! `MySQL` and `MariaDB`: the server greets, the client asks for TLS by a short form of its answer.
//!
//! See "Connection Phase" in `MySQL`'s internals, and "Connection" in `MariaDB`'s knowledge base.

use std::io::Write as _;

use super::Odd;
use crate::probe::{
    Expect,
    run::{
        line::Line,
        verdict::{Verdict, said},
    },
};

/// The longest packet that is read: greetings have some 100 bytes, errors at most 512.
const LONGEST: usize = 4096;

/// What a client can do.
const PROTOCOL_41: u32 = 0x0200;
const SSL: u32 = 0x0800;
const SECURE_CONNECTION: u32 = 0x8000;
const PLUGIN_AUTH: u32 = 0x0008_0000;

/// "Connections using insecure transport are prohibited while --`require_secure_transport=ON`."
const SECURE_TRANSPORT_REQUIRED: u16 = 3159;
/// "Bad handshake": with a text about TLS what `MongoDB`'s `mongosqld` says to whoever comes without.
const BAD_HANDSHAKE: u16 = 1043;
/// "Access denied for user": also what `MariaDB`, and any account with `REQUIRE SSL`, say to whoever comes without TLS.
const ACCESS_DENIED: u16 = 1045;

/// A packet: its number, and what is in it.
fn packet(line: &mut Line<'_>) -> Result<(u8, Vec<u8>), Odd> {
    let head = line.bytes(4)?;
    let length = usize::from(head[0]) | usize::from(head[1]) << 8 | usize::from(head[2]) << 16;
    if length == 0 || length > LONGEST {
        return Err(Odd::strange("what answers speaks no MySQL"));
    }
    Ok((head[3], line.bytes(length)?))
}

fn send(line: &mut Line<'_>, number: u8, body: &[u8]) -> Result<(), Odd> {
    let length = u32::try_from(body.len()).unwrap_or_default().to_le_bytes();
    let mut bytes = vec![length[0], length[1], length[2], number];
    bytes.extend(body);
    line.write_all(&bytes)?;
    Ok(line.flush()?)
}

/// An error packet: its number and text.
fn error(body: &[u8]) -> Option<(u16, String)> {
    let [0xff, low, high, rest @ ..] = body else { return None };
    // The state of SQL comes first, but for errors that come before the greeting.
    let text = if rest.first() == Some(&b'#') { rest.get(6..).unwrap_or_default() } else { rest };
    Some((u16::from_le_bytes([*low, *high]), said(text)))
}

/// Reads the greeting: whether the server offers TLS.
fn greeting(line: &mut Line<'_>) -> Result<bool, Odd> {
    let (_, body) = packet(line)?;
    if let Some((number, text)) = error(&body) {
        return Err(Odd::strange(format!("the server refuses to talk: {text} (error {number})")));
    }
    offers_tls(&body).ok_or_else(|| Odd::strange("what answers speaks no MySQL"))
}

/// Behind the protocol's number (10) and the server's version, which ends with a zero: the connection's number (4 bytes),
/// half a nonce (8), a zero, and the lower half of what the server can do.
fn offers_tls(body: &[u8]) -> Option<bool> {
    let (&10, rest) = body.split_first()? else { return None };
    let end = rest.iter().position(|byte| *byte == 0)?;
    let bits = rest.get(end + 1 + 4 + 8 + 1..)?.get(..2)?;
    Some(u32::from(u16::from_le_bytes([bits[0], bits[1]])) & SSL != 0)
}

/// What a request for TLS and an answer to the greeting begin with.
fn head(bits: u32) -> Vec<u8> {
    const LARGEST_PACKET: u32 = 1 << 24;
    const UTF8: u8 = 33;
    let mut body = bits.to_le_bytes().to_vec();
    body.extend(LARGEST_PACKET.to_le_bytes());
    body.push(UTF8);
    body.extend([0; 23]);
    body
}

pub(super) fn begin(line: &mut Line<'_>) -> Result<(), Odd> {
    if !greeting(line)? {
        return Err(Odd::no_tls("the server offers no TLS"));
    }
    send(line, 1, &head(PROTOCOL_41 | SSL | SECURE_CONNECTION | PLUGIN_AUTH))
}

pub(super) fn plain(line: &mut Line<'_>) -> Result<Verdict, Odd> {
    greeting(line)?;
    // Nobody: whether it is let in does not matter, only whether it is asked who it is.
    let mut body = head(PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH);
    body.extend(b"tutor-probe\0");
    body.push(0);
    body.extend(b"mysql_native_password\0");
    send(line, 1, &body)?;
    let (number, mut body) = packet(line)?;
    // It would rather be asked by another method: nobody has nothing to say there either.
    if body.first() == Some(&0xfe) {
        send(line, number.wrapping_add(1), &[])?;
        body = packet(line)?.1;
    }
    Ok(match error(&body) {
        Some((SECURE_TRANSPORT_REQUIRED, text)) => Verdict::of(Expect::PlaintextRefused, text),
        Some((BAD_HANDSHAKE, text)) if names_tls(&text) => Verdict::of(Expect::PlaintextRefused, text),
        Some((ACCESS_DENIED, text)) => {
            let why = "to whom it does not know, the server does not say whether it wants TLS";
            Verdict::other("not told", format!("{why}: {text} (error {ACCESS_DENIED})"))
        }
        Some((number, text)) => Verdict::of(
            Expect::Ok,
            format!("without TLS the server goes on to who the client is: {text} (error {number})"),
        ),
        None => Verdict::of(Expect::Ok, "without TLS the server goes on"),
    })
}

/// Whether the text of an error is about TLS.
fn names_tls(text: &str) -> bool {
    let mut words = text.split(|char: char| !char.is_ascii_alphanumeric());
    words.any(|word| matches!(word, "SSL" | "TLS"))
}

#[cfg(test)]
mod tests {
    use super::{error, offers_tls};

    #[test]
    fn greetings_and_errors() {
        let mut body = b"\x0a8.0.0\0\x01\0\0\0abcdefgh\0".to_vec();
        assert_eq!(offers_tls(&body), None);
        body.extend([0x00, 0x08]);
        assert_eq!(offers_tls(&body), Some(true));
        let last = body.len() - 1;
        body[last] = 0xf7;
        assert_eq!(offers_tls(&body), Some(false));
        assert_eq!(offers_tls(b"\x09old\0"), None);
        assert_eq!(offers_tls(b""), None);
        assert_eq!(error(b"\xff\x57\x0c#HY000no TLS"), Some((3159, "no TLS".to_owned())));
        assert_eq!(error(b"\xff\x6a\x04Host is blocked"), Some((1130, "Host is blocked".to_owned())));
        assert_eq!(error(b"\x00"), None);
        assert_eq!(error(b"\xff\x01"), None);
    }
}
