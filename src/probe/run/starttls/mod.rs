//! Protocols that begin without TLS: how they ask for it, how they refuse to go on without, how they end.

mod mysql;
mod postgres;
mod smtp;

use std::io;

use super::{
    super::{Expect, StartTls},
    line::Line,
    tls::{Client, End},
    verdict::Verdict,
};

/// Why TLS did not begin.
#[derive(Debug)]
pub(super) enum Odd {
    /// The server offers none, or says something else: in words.
    Verdict(Verdict),
    /// The connection itself.
    Line(io::Error),
}

impl From<io::Error> for Odd {
    fn from(error: io::Error) -> Self {
        Self::Line(error)
    }
}

impl Odd {
    fn no_tls(why: impl Into<String>) -> Self {
        Self::Verdict(Verdict::other("no TLS", why))
    }

    fn strange(why: impl Into<String>) -> Self {
        Self::Verdict(Verdict::other("another protocol", why))
    }

    pub(super) fn verdict(self, doing: &str) -> Verdict {
        match self {
            Self::Verdict(verdict) => verdict,
            Self::Line(error) => Verdict::broken(&error, doing),
        }
    }
}

/// Says what comes before the handshake.
pub(super) fn begin(protocol: StartTls, line: &mut Line<'_>) -> Result<(), Odd> {
    match protocol {
        StartTls::Mysql => mysql::begin(line),
        StartTls::Postgres => postgres::begin(line),
        StartTls::Smtp => smtp::begin(line),
    }
}

/// Goes on without TLS, and tells what the server says to that.
pub(super) fn plain(protocol: StartTls, line: &mut Line<'_>) -> Result<Verdict, Odd> {
    match protocol {
        StartTls::Mysql => mysql::plain(line),
        StartTls::Postgres => postgres::plain(line),
        StartTls::Smtp => smtp::plain(line),
    }
}

/// What is said within TLS: no more than it takes to end, or to learn whether a client without a certificate is let in
/// where only the protocol itself tells.
pub(super) fn within(
    protocol: StartTls,
    expect: Expect,
    client: &mut Client,
    line: &mut Line<'_>,
) -> Result<Verdict, End> {
    match protocol {
        StartTls::Postgres if expect == Expect::ClientCertRequired => {
            postgres::without_certificate(client, line)
        }
        StartTls::Smtp => client.send(line, b"QUIT\r\n").map(|()| Verdict::ok()),
        StartTls::Postgres | StartTls::Mysql => Ok(Verdict::ok()),
    }
}

/// Whether what refuses a client without TLS may have refused it with TLS too.
pub(super) fn may_refuse_anyway(protocol: StartTls) -> bool {
    matches!(protocol, StartTls::Postgres)
}

/// Whether a server that refused a client without TLS refuses it with TLS too, for the same reason.
pub(super) fn refuses_anyway(
    protocol: StartTls,
    client: &mut Client,
    line: &mut Line<'_>,
) -> Result<Option<Verdict>, End> {
    match protocol {
        StartTls::Postgres => postgres::refuses_anyway(client, line),
        StartTls::Mysql | StartTls::Smtp => Ok(None),
    }
}
