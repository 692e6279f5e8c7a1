//! Probes of servers that say anything: nothing hangs, nothing panics, and nothing passes that should not.

use std::{
    cell::RefCell,
    io::{self, ErrorKind, Read, Write},
    net::TcpListener,
    time::{Duration, Instant},
};

use proptest::prelude::*;

use super::{
    Inputs, Report,
    line::{Bounds, Line, Wire},
    report, run,
};
use crate::probe::{Expect, Probe, read_plain};

/// A server that says `bytes`, in pieces, whatever it is told, and then closes or says nothing more.
struct Fake {
    bytes: Vec<u8>,
    at: usize,
    piece: usize,
    closes: bool,
}

impl Read for Fake {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let rest = &self.bytes[self.at..];
        if rest.is_empty() {
            return if self.closes { Ok(0) } else { Err(ErrorKind::WouldBlock.into()) };
        }
        let count = rest.len().min(self.piece).min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

impl Write for Fake {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Wire for Fake {
    fn set_patience(&self, _: Duration) -> io::Result<()> {
        Ok(())
    }

    fn end(&self) {}
}

/// No file is there.
struct Nothing;

impl Inputs for Nothing {
    fn read(&self, _: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }
}

fn block(text: &str) -> Probe {
    read_plain(&format!("connect = 'localhost:1'\n{text}")).unwrap()
}

/// What is seen of a server that says these bytes on every connection.
fn seen(probe: &Probe, bytes: &[u8], piece: usize, closes: bool) -> Report {
    // Only of one that says nothing more the time is waited for.
    let time = if closes { Duration::from_secs(60) } else { Duration::from_millis(30) };
    let bounds = Bounds { until: Instant::now() + time, stop: &|| false };
    let dial = || {
        let fake = Fake { bytes: bytes.to_vec(), at: 0, piece, closes };
        Ok(Line::new(Box::new(fake), bounds))
    };
    let tls = probe.tls.as_ref().map(|tls| {
        let identity = super::identity::read(tls, &Nothing).unwrap();
        (tls, identity, super::name(probe, tls).unwrap())
    });
    report(probe, tls, &dial)
}

const BLOCKS: [&str; 10] = [
    "tls = true",
    "tls = true\nhttp = {}",
    "http = { body = 'x' }",
    "tls = true\nstarttls = 'mysql'",
    "tls = true\nstarttls = 'postgres'\nexpect = 'client-cert-required'",
    "tls = true\nstarttls = 'smtp'",
    "expect = 'plaintext-refused'",
    "expect = 'plaintext-refused'\nstarttls = 'mysql'",
    "expect = 'plaintext-refused'\nstarttls = 'postgres'",
    "expect = 'plaintext-refused'\nstarttls = 'smtp'",
];

/// What servers of these protocols begin with, so that the rest is reached.
const BEGINNINGS: [&[u8]; 12] = [
    b"",
    b"\x4f\0\0\0\x0a5.5.5-10.11\0\x01\0\0\0abcdefgh\0\xff\xff\x08\x02\0\xff\xc1\x15\0\0\0\0\0\0\0\0\0\0abcdefghijkl\0mysql_native_password\0",
    b"\x16\0\0\0\xff\x6a\x04Host is not allowed",
    b"S",
    b"N",
    b"E\0\0\0\x20SFATAL\0C28000\0Mno encryption\0\0",
    b"220 mail ESMTP\r\n250-mail\r\n250 STARTTLS\r\n220 ready\r\n",
    b"220 mail ESMTP\r\n250-mail\r\n250 STARTTLS\r\n530 Must issue a STARTTLS command first\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n",
    b"\x15\x03\x03\0\x02\x02\x28",
    b"\x16\x03\x03\0\x2a\x02\0\0\x26\x03\x03",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(
        index in 0..BLOCKS.len(),
        beginning in 0..BEGINNINGS.len(),
        rest in proptest::collection::vec(any::<u8>(), 0..200),
        piece in 1..40_usize,
        closes in any::<bool>(),
    ) {
        let probe = block(BLOCKS[index]);
        let bytes = [BEGINNINGS[beginning], &rest].concat();
        let begun = Instant::now();
        let report = seen(&probe, &bytes, piece, closes);
        // Far more than its time, and far less than for ever.
        prop_assert!(begun.elapsed() < Duration::from_secs(40));
        // No server that has no key passes for one that speaks TLS.
        if probe.expect.value == Expect::Ok && probe.tls.is_some() {
            prop_assert!(report.failure.is_some(), "{}", report.receipt);
        }
        let printable = |char: char| char == '\n' || !char.is_control();
        prop_assert!(report.receipt.chars().all(printable), "{:?}", report.receipt);
        let message = report.failure.map(|failure| failure.message).unwrap_or_default();
        prop_assert!(message.chars().all(|char| !char.is_control()), "{message:?}");
    }
}

#[test]
fn what_servers_say_before_tls_is_told() {
    let tls = |protocol: &str| block(&format!("tls = true\nstarttls = '{protocol}'"));
    let plain = |protocol: &str| block(&format!("expect = 'plaintext-refused'\nstarttls = '{protocol}'"));
    for (probe, bytes, why) in [
        (
            tls("mysql"),
            BEGINNINGS[2],
            "found another protocol: the server refuses to talk: Host is not allowed (error 1130)",
        ),
        (tls("mysql"), b"\x05\0\0\0\x0a5\0\0\0", "what answers speaks no MySQL"),
        (tls("mysql"), b"\xff\xff\xff\0", "what answers speaks no MySQL"),
        (tls("mysql"), b"HTTP/1.1 400 Bad Request", "what answers speaks no MySQL"),
        (tls("mysql"), b"", "found closed: the server closed the connection before TLS could begin"),
        (tls("postgres"), b"N", "found no TLS: the server offers no TLS"),
        (tls("postgres"), b"E\0\0\0\x08", "what answers speaks no PostgreSQL"),
        (tls("smtp"), b"220 mail\r\n250 mail\r\n221 bye\r\n", "found no TLS: the server offers no TLS"),
        (tls("smtp"), b"554 go away\r\n", "the server refuses to talk: 554 go away"),
        (
            tls("smtp"),
            b"220 mail\r\n250-mail\r\n250 STARTTLS\r\n454 not now\r\n",
            "the server refuses STARTTLS: 454 not now",
        ),
        (tls("smtp"), b"+OK POP3 ready\r\n", "what answers speaks no SMTP"),
        (tls("smtp"), b"220-mail\r\n221\r\n", "the server refuses to talk: 221 mail"),
        (plain("smtp"), b"220 mail\r\n250 mail\r\n", "found no TLS"),
    ] {
        let message = seen(&probe, bytes, 7, true).failure.expect(why).message;
        assert!(message.contains(why), "{message}");
    }
}

/// What a server says on each of its connections in turn; the first of them speaks TLS, as far as is looked.
fn in_turn(probe: &Probe, connections: &[&[u8]]) -> Report {
    let bounds = Bounds { until: Instant::now() + Duration::from_secs(60), stop: &|| false };
    let left = RefCell::new(connections.iter());
    let dial = || {
        let bytes = left.borrow_mut().next().copied().unwrap_or_default().to_vec();
        Ok(Line::new(Box::new(Fake { bytes, at: 0, piece: 50, closes: true }), bounds))
    };
    report(probe, None, &dial)
}

#[test]
fn a_mysql_server_that_says_that_it_wants_tls_is_believed() {
    // Behind the greeting an alert of TLS: it speaks TLS, whatever it makes of this client.
    let begins = [BEGINNINGS[1], BEGINNINGS[10]].concat();
    let answers = |packet: &[u8]| [BEGINNINGS[1], packet].concat();
    let probe = block("expect = 'plaintext-refused'\nstarttls = 'mysql'");
    for (packet, found) in [
        (&b"\x11\0\0\x02\xff\x57\x0c#HY000No plain"[..], None),
        (b"\x0f\0\0\x02\xff\x15\x04#28000Denied", Some("found not told")),
        (b"\x0a\0\0\x02\xff\x10\x04#080041", Some("found ok: without TLS the server goes on")),
        (b"\x01\0\0\x02\xfe\x11\0\0\x04\xff\x57\x0c#HY000No plain", None),
        (b"\x17\0\0\x02\xff\x13\x04#08S01only allow SSL", None),
        (b"\x12\0\0\x02\xff\x13\x04#08S01no answer", Some("found ok: without TLS the server goes on")),
        (b"\x01\0\0\x02\0", Some("found ok: without TLS the server goes on")),
    ] {
        let report = in_turn(&probe, &[&begins, &answers(packet)]);
        match (found, report.failure) {
            (None, None) => {}
            (Some(found), Some(failure)) => assert!(failure.message.contains(found), "{}", failure.message),
            (found, failure) => panic!("{packet:?}: wanted {found:?}, came {failure:?}"),
        }
    }
}

#[test]
fn a_postgres_server_that_is_starting_has_told_nothing_yet() {
    let begins = [b"S".as_slice(), BEGINNINGS[10]].concat();
    let probe = block("expect = 'plaintext-refused'\nstarttls = 'postgres'");
    for (code, found) in [("57P03", "found not ready: starting up"), ("53300", "found ok: without TLS")] {
        let body = format!("SFATAL\0C{code}\0Mstarting up\0\0");
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        let answer = [b"E".as_slice(), &length, body.as_bytes()].concat();
        let message = in_turn(&probe, &[&begins, &answer]).failure.unwrap().message;
        assert!(message.contains(found), "{message}");
    }
}

#[test]
fn silence_and_interrupts_end() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let at = |text: &str| read_plain(&format!("connect = '127.0.0.1:{port}'\n{text}")).unwrap();
    for text in BLOCKS {
        let report = run(&at(text), &Nothing, Duration::from_millis(60), &|| false).unwrap();
        let message = report.failure.expect(text).message;
        assert!(message.contains("found timed out: the time was over"), "{text}: {message}");
        let begun = Instant::now();
        let stopped = run(&at(text), &Nothing, Duration::from_secs(600), &|| true).unwrap();
        assert!(stopped.failure.is_some() && begun.elapsed() < Duration::from_secs(60), "{text}");
    }
    let unknown = read_plain("connect = 'no-such-host.invalid:1'").unwrap();
    let report = run(&unknown, &Nothing, Duration::from_secs(30), &|| false).unwrap();
    assert!(report.failure.is_some_and(|failure| failure.message.contains("found not connected")));
}
