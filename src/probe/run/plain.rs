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

/// Over one connection TLS is spoken; over the next one it is not, and that must be refused. One after the other: a server
/// may have time for one client only.
pub(super) fn refused(probe: &Probe, dial: Dial<'_, '_>) -> Verdict {
    let protocol = probe.starttls.as_ref().map(|protocol| protocol.value);
    if let Err(verdict) = with(probe, protocol, dial, |_, _| Ok(None)) {
        return verdict;
    }
    let verdict = match dial() {
        Err(error) => return Verdict::unconnected(&error),
        Ok(line) => without(line, protocol),
    };
    let Some(protocol) = protocol.filter(|_| verdict.is == Some(Expect::PlaintextRefused)) else {
        return verdict;
    };
    if !starttls::may_refuse_anyway(protocol) {
        return verdict;
    }
    let anyway = |client: &mut Client, line: &mut Line<'_>| starttls::refuses_anyway(protocol, client, line);
    with(probe, Some(protocol), dial, anyway).ok().flatten().unwrap_or(verdict)
}

/// Speaks TLS, whoever the server is, and does within it what is to be done there.
///
/// # Errors
///
/// What is found where there is no TLS.
fn with(
    probe: &Probe,
    protocol: Option<StartTls>,
    dial: Dial<'_, '_>,
    act: impl FnOnce(&mut Client, &mut Line<'_>) -> Result<Option<Verdict>, End>,
) -> Result<Option<Verdict>, Verdict> {
    // Whose certificate it is does not matter here, only that there is one.
    let name = ServerName::try_from(probe.connect.value.host.clone());
    let name = name.or_else(|_| ServerName::try_from("localhost").map(|name| name.to_owned()));
    let failed = |why: String| Verdict::other("failed", why);
    let name = name.map_err(|error| failed(error.to_string()))?;
    let mut client = Client::blind(name).map_err(|error| failed(error.to_string()))?;
    let mut line = dial().map_err(|error| Verdict::unconnected(&error))?;
    if let Some(protocol) = protocol {
        starttls::begin(protocol, &mut line).map_err(|odd| odd.verdict("before TLS could begin"))?;
    }
    match client.shake(&mut line) {
        Ok(()) => {
            let found = act(&mut client, &mut line).ok().flatten();
            if let Some(protocol) = protocol {
                // What it answers is not asked for.
                let _ = starttls::within(protocol, Expect::Ok, &mut client, &mut line);
            }
            client.close(&mut line);
            Ok(found)
        }
        // It may want a certificate, or another TLS: that is TLS too.
        Err(end) if client.has_heard_tls(&end) => Ok(None),
        Err(end) => Err(client.verdict(&end, "during the handshake")),
    }
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
