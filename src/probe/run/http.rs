//! One request to an HTTP server, and whether its answer is as the page has it.

use std::io::{self, ErrorKind, Read as _, Write as _};

use httparse::{EMPTY_HEADER, Response, Status, parse_chunk_size};

use super::{
    super::{Address, Http},
    line::Line,
    tls::{Client, End},
    verdict::said,
};

/// The longest head of an answer, and the most of its body that is read, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;
const LONGEST_BODY: usize = 1 << 20;
const MOST_HEADERS: usize = 256;

/// What carries a request.
pub(super) enum Way<'w, 'b> {
    Plain(&'w mut Line<'b>),
    Tls(&'w mut Client, &'w mut Line<'b>),
}

impl Way<'_, '_> {
    fn send(&mut self, bytes: &[u8]) -> Result<(), End> {
        match self {
            Self::Plain(line) => Ok(line.write_all(bytes).and_then(|()| line.flush())?),
            Self::Tls(client, line) => client.send(line, bytes),
        }
    }

    fn read(&mut self, into: &mut [u8]) -> Result<usize, End> {
        match self {
            Self::Plain(line) => Ok(line.read(into)?),
            Self::Tls(client, line) => client.read(line, into),
        }
    }
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    body: String,
}

/// The bytes of the request.
fn request(http: &Http, to: &Address) -> String {
    let host = http.host.as_deref().unwrap_or(&to.written);
    let (path, version) = (&http.path, env!("CARGO_PKG_VERSION"));
    format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: tutor/{version}\r\nAccept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
    )
}

/// How long a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Known(usize),
    Chunks,
    /// To the end of the connection.
    Open,
}

/// Asks. `Ok(None)`: what answers speaks no HTTP.
pub(super) fn ask(http: &Http, to: &Address, way: &mut Way<'_, '_>) -> Result<Option<Answer>, End> {
    way.send(request(http, to).as_bytes())?;
    let mut bytes = Vec::new();
    let (status, length, start) = loop {
        match head(&bytes) {
            Head::Whole(status, length, start) => break (status, length, start),
            Head::Interim(length) => {
                bytes.drain(..length);
                continue;
            }
            Head::None => return Ok(None),
            Head::Part if bytes.len() > LONGEST_HEAD => return Ok(None),
            Head::Part => {}
        }
        if more(way, &mut bytes)? == 0 {
            // What never said a word just closed.
            return if bytes.is_empty() { Err(closed()) } else { Ok(None) };
        }
    };
    bytes.drain(..start);
    if http.body.is_empty() {
        return Ok(Some(Answer { status, body: String::new() }));
    }
    let body = loop {
        if let Some(body) = body(&bytes, length, false) {
            break body;
        }
        if bytes.len() > LONGEST_BODY || more(way, &mut bytes)? == 0 {
            break body(&bytes, length, true).unwrap_or_default();
        }
    };
    Ok(Some(Answer { status, body: String::from_utf8_lossy(&body).into_owned() }))
}

fn closed() -> End {
    End::Line(io::Error::from(ErrorKind::UnexpectedEof))
}

fn more(way: &mut Way<'_, '_>, bytes: &mut Vec<u8>) -> Result<usize, End> {
    let mut part = [0; 8192];
    let count = way.read(&mut part)?;
    bytes.extend(&part[..count]);
    Ok(count)
}

/// What an answer begins with.
#[derive(Debug, PartialEq, Eq)]
enum Head {
    /// Status, length of the body, where that begins.
    Whole(u16, Length, usize),
    /// A word in between, so long; the answer is still to come.
    Interim(usize),
    /// Not all of it is there.
    Part,
    /// No HTTP.
    None,
}

fn head(bytes: &[u8]) -> Head {
    let mut headers = [EMPTY_HEADER; MOST_HEADERS];
    let mut response = Response::new(&mut headers);
    let Ok(parsed) = response.parse(bytes) else { return Head::None };
    let (Status::Complete(end), Some(status)) = (parsed, response.code) else { return Head::Part };
    if (100..200).contains(&status) {
        return Head::Interim(end);
    }
    let value = |name: &str| {
        let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        header.and_then(|header| std::str::from_utf8(header.value).ok())
    };
    let length = if matches!(status, 204 | 304) {
        Length::Known(0)
    } else if value("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked")) {
        Length::Chunks
    } else {
        value("content-length")
            .and_then(|value| value.trim().parse().ok())
            .map_or(Length::Open, Length::Known)
    };
    Head::Whole(status, length, end)
}

/// The body, as far as it is there where the connection `ended`; `None`: more is to come.
fn body(bytes: &[u8], length: Length, ended: bool) -> Option<Vec<u8>> {
    match length {
        Length::Known(length) => match bytes.get(..length) {
            Some(body) => Some(body.to_vec()),
            None => ended.then(|| bytes.to_vec()),
        },
        Length::Open => ended.then(|| bytes.to_vec()),
        Length::Chunks => chunks(bytes, ended),
    }
}

fn chunks(mut bytes: &[u8], ended: bool) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let (start, size) = match parse_chunk_size(bytes) {
            Ok(Status::Complete(found)) => found,
            Ok(Status::Partial) if !ended => return None,
            Ok(Status::Partial) | Err(_) => return Some(body),
        };
        let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else { return Some(body) };
        let end = start.saturating_add(size);
        let Some(part) = bytes.get(start..end) else {
            body.extend(bytes.get(start..).unwrap_or_default());
            return ended.then_some(body);
        };
        body.extend(part);
        // Behind a chunk stands the end of a line.
        bytes = bytes.get(end.saturating_add(2)..).unwrap_or_default();
    }
}

/// Where an answer is not as the page has it: the place in the block (`None`: that of what is expected), and why.
pub(super) fn misses(http: &Http, answer: &Answer) -> Option<(Option<std::ops::Range<usize>>, String)> {
    match &http.status {
        Some(status) if status.value != answer.status => {
            let why = format!("the status is {}, expected {}", answer.status, status.value);
            return Some((Some(status.at.clone()), why));
        }
        None if answer.status >= 400 => {
            return Some((None, format!("the status is {}, expected one below 400", answer.status)));
        }
        _ => {}
    }
    let found = answer.body.replace("\r\n", "\n");
    let missing = http.body.iter().find(|text| {
        let text = text.value.replace("\r\n", "\n");
        !found.contains(text.trim_end_matches('\n'))
    })?;
    let why =
        format!("`{}` does not occur in what is answered: {}", said(missing.value.as_bytes()), shown(&found));
    Some((Some(missing.at.clone()), why))
}

fn shown(body: &str) -> String {
    if body.trim().is_empty() { "nothing".to_owned() } else { format!("`{}`", said(body.as_bytes())) }
}

#[cfg(test)]
mod tests {
    use super::{Head, Length, body, head};

    #[test]
    fn heads() {
        let whole = |status, length, end| Head::Whole(status, length, end);
        for (text, expected) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", whole(200, Length::Known(5), 38)),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", whole(200, Length::Chunks, 47)),
            ("HTTP/1.0 404 \r\n\r\n", whole(404, Length::Open, 17)),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", whole(304, Length::Known(0), 48)),
            ("HTTP/1.1 103 Early Hints\r\n\r\nHTTP", Head::Interim(28)),
            ("HTTP/1.1 200 OK\r\n", Head::Part),
            ("", Head::Part),
            ("-ERR wrong", Head::None),
            ("220 ready\r\n", Head::None),
        ] {
            assert_eq!(head(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn bodies() {
        let text = |found: Option<Vec<u8>>| found.map(|body| String::from_utf8(body).unwrap());
        for (bytes, length, ended, expected) in [
            ("hello", Length::Known(5), false, Some("hello")),
            ("hello!", Length::Known(5), false, Some("hello")),
            ("hell", Length::Known(5), false, None),
            ("hell", Length::Known(5), true, Some("hell")),
            ("hell", Length::Open, false, None),
            ("hell", Length::Open, true, Some("hell")),
            ("2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n", Length::Chunks, false, Some("hello")),
            ("2\r\nhe\r\n3\r\nl", Length::Chunks, false, None),
            ("2\r\nhe\r\n3\r\nl", Length::Chunks, true, Some("hel")),
            ("ffffffffffffffff\r\nhe", Length::Chunks, true, Some("he")),
            ("2\r\nhezzz", Length::Chunks, false, Some("he")),
        ] {
            assert_eq!(
                text(body(bytes.as_bytes(), length, ended)).as_deref(),
                expected,
                "{bytes:?} {length:?}"
            );
        }
    }
}
