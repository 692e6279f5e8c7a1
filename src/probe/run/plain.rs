//! Whether a server that speaks TLS refuses whoever does not.

use std::io::{self, ErrorKind, Read as _, Write as _};

use rustls_pki_types::ServerName;

use super::{
    super::{Expect, Probe, StartTls},
    line::Line,
    starttls,
    tls::{Client, End},
    verdict::{Verdict, said},
};

/// What a client says that knows nothing of TLS: whatever protocol the server speaks, it answers or it closes.
const PLAIN: &[u8] = b"GET / HTTP/1.0\r\n\r\n";

type Dial<'d, 'b> = &'d dyn Fn() -> io::Result<Line<'b>>;

/// Two connections: over one TLS is spoken, or offered; over the other it is not, and that must be refused.
pub(super) fn refused(probe: &Probe, dial: Dial<'_, '_>) -> Verdict {
    let protocol = probe.starttls.as_ref().map(|protocol| protocol.value);
    // Whose certificate it is does not matter here, only that there is one.
    let name = ServerName::try_from(probe.connect.value.host.clone())
        .or_else(|_| ServerName::try_from("localhost"))
        .map(|name| name.to_owned());
    let client = name
        .map_err(|error| error.to_string())
        .and_then(|name| Client::blind(name).map_err(|error| error.to_string()));
    let mut client = match client {
        Ok(client) => client,
        Err(why) => return Verdict::other("failed", why),
    };
    let mut line = match dial() {
        Ok(line) => line,
        Err(error) => return Verdict::unconnected(&error),
    };
    if let Some(protocol) = protocol
        && let Err(odd) = starttls::begin(protocol, &mut line)
    {
        return odd.verdict("before TLS could begin");
    }
    let shaken = client.shake(&mut line);
    if !client.has_heard_tls(shaken.as_ref().err()) {
        return match shaken {
            Err(end) => client.verdict(&end, "during the handshake"),
            Ok(()) => Verdict::other("no TLS", "what answers speaks no TLS"),
        };
    }
    let verdict = match dial() {
        Err(error) => return Verdict::unconnected(&error),
        Ok(line) => without(line, protocol),
    };
    let with = match (protocol, shaken.is_ok() && verdict.is == Some(Expect::PlaintextRefused)) {
        (Some(protocol), true) => starttls::refuses_anyway(protocol, &mut client, &mut line).ok().flatten(),
        _ => None,
    };
    if shaken.is_ok() {
        let _ = client.close(&mut line);
    }
    with.unwrap_or(verdict)
}

fn without(mut line: Line<'_>, protocol: Option<StartTls>) -> Verdict {
    match protocol {
        Some(protocol) => match starttls::plain(protocol, &mut line) {
            Ok(verdict) => verdict,
            Err(odd) => odd.verdict("when it was talked to without TLS"),
        },
        None => match answer(&mut line) {
            Ok(answer) => of_answer(&answer),
            Err(End::Line(error)) => Verdict::broken(&error, "after something was said without TLS"),
            Err(End::Tls(error)) => Verdict::other("failed", error.to_string()),
        },
    }
}

/// The first bytes that the server answers; none where it closes the connection.
fn answer(line: &mut Line<'_>) -> Result<Vec<u8>, End> {
    const ENOUGH: usize = 512;
    let closes = |error: &io::Error| {
        matches!(
            error.kind(),
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe
        )
    };
    match line.write_all(PLAIN).and_then(|()| line.flush()) {
        Err(error) if closes(&error) => return Ok(Vec::new()),
        done => done?,
    }
    let (mut bytes, mut part) = (Vec::new(), [0; ENOUGH]);
    while bytes.len() < ENOUGH {
        match line.read(&mut part) {
            Ok(0) => break,
            Ok(count) => bytes.extend(&part[..count]),
            Err(error) if closes(&error) => break,
            // What is there is judged; a server that says nothing at all refuses nothing.
            Err(error) if bytes.is_empty() || error.kind() != ErrorKind::TimedOut => return Err(error.into()),
            Err(_) => break,
        }
        // An alert says it all, and so does the first line of an answer.
        if bytes.first() == Some(&ALERT) || bytes.contains(&b'\n') {
            break;
        }
    }
    Ok(bytes)
}

/// What a record of TLS begins with that holds an alert.
const ALERT: u8 = 21;

fn of_answer(bytes: &[u8]) -> Verdict {
    let refused = |why: &str| Verdict::of(Expect::PlaintextRefused, why);
    if bytes.is_empty() {
        return refused("the server closes the connection");
    }
    if bytes.starts_with(&[ALERT, 3]) {
        return refused("the server answers with an alert of TLS");
    }
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    // 426: Upgrade Required.
    if line.starts_with(b"HTTP/1.") && matches!(line.get(9..12), Some(b"400" | b"426")) {
        return refused(&said(line));
    }
    Verdict::of(Expect::Ok, format!("without TLS the server answers: {}", said(line)))
}

#[cfg(test)]
mod tests {
    use super::{Expect, of_answer};

    #[test]
    fn answers_that_refuse_and_that_do_not() {
        for (bytes, expected) in [
            (&b""[..], Expect::PlaintextRefused),
            (b"\x15\x03\x01\0\x02\x02\x46", Expect::PlaintextRefused),
            (b"HTTP/1.1 400 Bad Request\r\n", Expect::PlaintextRefused),
            (b"HTTP/1.1 200 OK\r\n", Expect::Ok),
            (b"HTTP/1.1 301 Moved\r\n", Expect::Ok),
            (b"-ERR unknown command\r\n", Expect::Ok),
            (b"\x15", Expect::Ok),
            (b"\n", Expect::Ok),
        ] {
            assert_eq!(of_answer(bytes).is, Some(expected), "{bytes:?}");
        }
    }
}
