//! `PostgreSQL`: the client asks for TLS before it says anything else, and the server answers with a letter.
//!
//! See "Message Flow" and "Message Formats" in its manual.

use std::io::Write as _;

use super::Odd;
use crate::probe::{
    Expect,
    run::{
        line::Line,
        tls::{Client, End},
        verdict::{Verdict, said},
    },
};

/// A request for TLS: its length, and a number that is no version.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// The longest message that is read.
const LONGEST: usize = 8192;

/// "invalid authorization specification"
const INVALID_AUTHORIZATION: &[u8] = b"28000";

/// "cannot connect now": the server is starting, or stopping, and has not looked at who asks.
const NOT_NOW: &[u8] = b"57P03";

pub(super) fn begin(line: &mut Line<'_>) -> Result<(), Odd> {
    line.write_all(&SSL_REQUEST)?;
    line.flush()?;
    match line.byte()? {
        b'S' => Ok(()),
        b'N' => Err(Odd::no_tls("the server offers no TLS")),
        _ => Err(Odd::strange("what answers speaks no PostgreSQL")),
    }
}

/// The first message of a client: version 3.0, and who it is. The owner that every server has by default, so that a rule
/// for all applies.
fn startup() -> Vec<u8> {
    let body = b"\0\x03\0\0user\0postgres\0database\0postgres\0application_name\0tutor\0\0";
    let mut bytes = u32::try_from(body.len() + 4).unwrap_or_default().to_be_bytes().to_vec();
    bytes.extend(body);
    bytes
}

/// What the server says to that.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// An error: its code and its text.
    Error(Vec<u8>, String),
    /// It goes on, to ask for a password or for nothing.
    On,
}

/// The length of a message's rest, of its head: a letter and the length with itself.
fn length(head: &[u8]) -> Option<usize> {
    let length = u32::from_be_bytes(<[u8; 4]>::try_from(head.get(1..5)?).ok()?);
    let rest = usize::try_from(length).ok()?.checked_sub(4)?;
    (matches!(head[0], b'E' | b'R' | b'N' | b'v') && rest <= LONGEST).then_some(rest)
}

fn answer(letter: u8, body: &[u8]) -> Answer {
    if letter != b'E' {
        return Answer::On;
    }
    let field = |letter: u8| {
        let mut fields = body.split(|byte| *byte == 0);
        fields.find_map(|field| field.strip_prefix(&[letter])).unwrap_or_default()
    };
    Answer::Error(field(b'C').to_vec(), said(field(b'M')))
}

impl Answer {
    /// Whether a rule of `pg_hba.conf` keeps the client out, and the text; `None`: it does not.
    fn kept_out(&self) -> Option<&str> {
        match self {
            Self::Error(code, text) if code == INVALID_AUTHORIZATION && text.contains("pg_hba.conf") => {
                Some(text)
            }
            _ => None,
        }
    }
}

pub(super) fn plain(line: &mut Line<'_>) -> Result<Verdict, Odd> {
    line.write_all(&startup())?;
    line.flush()?;
    let head = line.bytes(5)?;
    let rest = length(&head).ok_or_else(|| Odd::strange("what answers speaks no PostgreSQL"))?;
    let answer = answer(head[0], &line.bytes(rest)?);
    Ok(match (&answer, answer.kept_out()) {
        (_, Some(text)) if ["no encryption", "SSL off"].iter().any(|words| text.contains(words)) => {
            Verdict::of(Expect::PlaintextRefused, text)
        }
        (Answer::Error(code, text), _) if code == NOT_NOW => Verdict::other("not ready", text),
        (Answer::Error(code, text), _) => {
            Verdict::of(Expect::Ok, format!("without TLS the server goes on: {text} ({})", said(code)))
        }
        (Answer::On, _) => Verdict::of(Expect::Ok, "without TLS the server goes on to who the client is"),
    })
}

/// The server's answer within TLS; `None`: it is none of its protocol.
fn ask(client: &mut Client, line: &mut Line<'_>) -> Result<Option<Answer>, End> {
    client.send(line, &startup())?;
    let mut bytes = Vec::new();
    let mut part = [0; 1024];
    loop {
        let count = client.read(line, &mut part)?;
        bytes.extend(&part[..count]);
        if bytes.len() >= 5 {
            let Some(rest) = length(&bytes) else { return Ok(None) };
            if let Some(body) = bytes.get(5..5 + rest) {
                return Ok(Some(answer(bytes[0], body)));
            }
        }
        if count == 0 {
            return Ok(None);
        }
    }
}

/// Whether a client that has no certificate is kept out: `clientcert=` in `pg_hba.conf`, of which the handshake knows
/// nothing.
pub(super) fn without_certificate(client: &mut Client, line: &mut Line<'_>) -> Result<Verdict, End> {
    Ok(match ask(client, line)? {
        Some(Answer::Error(code, text))
            if code == INVALID_AUTHORIZATION && text.contains("client certificate") =>
        {
            Verdict::of(Expect::ClientCertRequired, text)
        }
        Some(Answer::Error(code, text)) if code == NOT_NOW => Verdict::other("not ready", text),
        Some(Answer::Error(code, text)) => Verdict::of(
            Expect::Ok,
            format!("without a certificate the server goes on: {text} ({})", said(&code)),
        ),
        Some(Answer::On) => {
            Verdict::of(Expect::Ok, "without a certificate the server goes on to who the client is")
        }
        None => Verdict::other("another protocol", "what answers speaks no PostgreSQL"),
    })
}

pub(super) fn refuses_anyway(client: &mut Client, line: &mut Line<'_>) -> Result<Option<Verdict>, End> {
    let answer = ask(client, line)?;
    let kept_out = answer.as_ref().and_then(Answer::kept_out);
    Ok(kept_out.map(|text| {
        Verdict::other("refused anyway", format!("the server lets nobody in, with TLS as little: {text}"))
    }))
}

#[cfg(test)]
mod tests {
    use super::{Answer, answer, length, startup};

    #[test]
    fn messages() {
        let bytes = startup();
        assert_eq!(usize::from(bytes[3]), bytes.len());
        assert_eq!(length(b"E\0\0\0\x08"), Some(4));
        assert_eq!(length(b"E\0\0\0\x03"), None);
        assert_eq!(length(b"E\xff\xff\xff\xff"), None);
        assert_eq!(length(b"H\0\0\0\x08"), None);
        assert_eq!(length(b"E\0\0"), None);
        let error = answer(b'E', b"SFATAL\0C28000\0Mno pg_hba.conf entry, no encryption\0\0");
        assert_eq!(error.kept_out(), Some("no pg_hba.conf entry, no encryption"));
        assert_eq!(answer(b'E', b"C3D000\0Mno pg_hba.conf\0\0").kept_out(), None);
        assert_eq!(answer(b'R', b""), Answer::On);
        assert_eq!(answer(b'E', b""), Answer::Error(Vec::new(), String::new()));
    }
}
