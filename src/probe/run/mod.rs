//! A probe under way: it connects, says as little as it must, and tells what it saw.

mod chain;
mod http;
mod identity;
mod judge;
mod line;
mod plain;
mod receipt;
mod starttls;
#[cfg(test)]
mod tests;
mod tls;
mod verdict;

use std::{
    io,
    ops::Range,
    time::{Duration, Instant},
};

use rustls_pki_types::{ServerName, UnixTime};

use super::{Expect, Probe, Tls, words::EXPECTS};
use crate::table::{Refusal, line as line_of};
use http::Way;
use identity::Identity;
pub use identity::Inputs;
use line::{Bounds, Line};
use receipt::Receipt;
use tls::Client;
use verdict::Verdict;

/// What a probe saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The receipt.
    pub receipt: String,
    /// Where it is not what the block expects.
    pub failure: Option<Failure>,
}

/// What a probe found that the block does not expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What, in one lowercase sentence without a full stop.
    pub message: String,
    /// The bytes of the block's text that expect something else.
    pub at: Range<usize>,
}

impl Failure {
    /// The line of the block's text that expects something else, from 0.
    #[must_use]
    pub fn line(&self, text: &str) -> usize {
        line_of(text, self.at.start)
    }
}

/// Connects, and reports what it saw within `timeout`; `stop` says that the run is interrupted.
///
/// # Errors
///
/// What is wrong with a file that the block names; nothing has been connected to then.
pub fn run(
    probe: &Probe,
    inputs: &dyn Inputs,
    timeout: Duration,
    stop: &dyn Fn() -> bool,
) -> Result<Report, Refusal> {
    let expect = probe.expect.value;
    let speaks = !matches!(expect, Expect::Refused | Expect::PlaintextRefused);
    let tls = match probe.tls.as_ref().filter(|_| speaks) {
        Some(tls) => Some((tls, identity::read(tls, inputs)?, name(probe, tls)?)),
        None => None,
    };
    let bounds = Bounds { until: Instant::now() + timeout, stop };
    let dial = || {
        let stream = line::connect(&probe.connect.value, &bounds)?;
        Ok(Line::new(Box::new(stream), bounds))
    };
    Ok(report(probe, tls, &dial))
}

/// The name that the server must have.
fn name(probe: &Probe, tls: &Tls) -> Result<ServerName<'static>, Refusal> {
    if let Some(name) = &tls.name {
        return Ok(name.value.clone());
    }
    let host = probe.connect.value.host.trim_end_matches('.');
    ServerName::try_from(host.to_owned()).map_err(|_| Refusal {
        code: "bad-name",
        message: format!("`{host}` is no name that a certificate could be for"),
        at: probe.connect.at.clone(),
        label: "not a host".to_owned(),
        help: Some("write the name that the server's certificate has as `name` of `tls`".to_owned()),
    })
}

/// A probe under way.
struct Under<'p> {
    probe: &'p Probe,
    receipt: Receipt,
    /// Where it is not as expected, if that is elsewhere than at what is expected.
    at: Option<Range<usize>>,
}

fn report<'b>(
    probe: &Probe,
    tls: Option<(&Tls, Identity, ServerName<'static>)>,
    dial: &dyn Fn() -> io::Result<Line<'b>>,
) -> Report {
    let mut under = Under { probe, receipt: Receipt::new(probe), at: None };
    let expect = probe.expect.value;
    let verdict = match expect {
        Expect::Refused => match dial() {
            Ok(_) => Verdict::of(Expect::Ok, "something takes the connection"),
            Err(error) => Verdict::unconnected(&error),
        },
        Expect::PlaintextRefused => plain::refused(probe, dial),
        _ => match dial() {
            Err(error) => Verdict::unconnected(&error),
            Ok(line) => under.talk(line, tls),
        },
    };
    let word = EXPECTS.word(expect);
    let failure = (verdict.is != Some(expect)).then(|| {
        let why = if verdict.why.is_empty() { String::new() } else { format!(": {}", verdict.why) };
        let message = format!("expected {word}, found {}{why}", verdict.word);
        Failure { message, at: under.at.unwrap_or_else(|| probe.expect.at.clone()) }
    });
    Report { receipt: under.receipt.finish(&verdict), failure }
}

impl Under<'_> {
    fn talk(&mut self, mut line: Line<'_>, tls: Option<(&Tls, Identity, ServerName<'static>)>) -> Verdict {
        let Some((tls, identity, name)) = tls else {
            return match self.probe.http {
                Some(_) => self.ask(&mut Way::Plain(&mut line)),
                None => Verdict::ok(),
            };
        };
        if let Some(protocol) = &self.probe.starttls
            && let Err(odd) = starttls::begin(protocol.value, &mut line)
        {
            return odd.verdict("before TLS could begin");
        }
        let mut client = match Client::new(tls, identity, name, self.probe.http.is_some()) {
            Ok(client) => client,
            Err(error) => return Verdict::other("failed", error.to_string()),
        };
        let shaken = client.shake(&mut line);
        self.receipt.tls(&client, UnixTime::now());
        if let Err(end) = shaken {
            return client.verdict(&end, "during the handshake");
        }
        let patience = self.patience();
        // A server that refuses by closing the connection may have given the client tickets for the next one before.
        let settled =
            if self.probe.expect.value == Expect::ClientCertRequired { patience } else { patience / 2 };
        if let Err(end) = client.first_word(&mut line, patience, settled) {
            return client.verdict(&end, "after the handshake");
        }
        let verdict = self.within(&mut client, &mut line);
        client.close(&mut line);
        verdict
    }

    /// How long a server that asked for a certificate may take to refuse a client. Most say something at once; one whose
    /// answer is waited for later need not.
    fn patience(&self) -> Duration {
        let answers = self.probe.http.is_some() || self.probe.starttls.is_some();
        Duration::from_millis(match self.probe.expect.value {
            _ if answers => 100,
            Expect::ClientCertRequired => 3000,
            _ => 500,
        })
    }

    /// What is said within TLS.
    fn within(&mut self, client: &mut Client, line: &mut Line<'_>) -> Verdict {
        let wanted = self.probe.expect.value;
        let mut verdict = if self.probe.http.is_some() {
            self.ask(&mut Way::Tls(client, line))
        } else if let Some(protocol) = &self.probe.starttls {
            match starttls::within(protocol.value, wanted, client, line) {
                Ok(verdict) => verdict,
                Err(end) => client.verdict(&end, "after the handshake"),
            }
        } else {
            Verdict::ok()
        };
        if wanted == Expect::ClientCertRequired && verdict.is == Some(Expect::Ok) && verdict.why.is_empty() {
            let asked = client.asked();
            let why = if asked {
                "for a certificate, and goes on without one"
            } else {
                "its clients for no certificate"
            };
            verdict.why = format!("the server asks {why}");
        }
        verdict
    }

    /// Asks an HTTP server.
    fn ask(&mut self, way: &mut Way<'_, '_>) -> Verdict {
        let Some(http) = &self.probe.http else { return Verdict::ok() };
        let answer = match http::ask(http, &self.probe.connect.value, way) {
            Ok(Some(answer)) => answer,
            Ok(None) => return Verdict::other("no HTTP", "what answers speaks no HTTP"),
            Err(end) => {
                return match (way, end) {
                    (Way::Tls(client, _), end) => client.verdict(&end, "instead of an answer"),
                    (Way::Plain(_), tls::End::Line(error)) => Verdict::broken(&error, "instead of an answer"),
                    (Way::Plain(_), tls::End::Tls(error)) => Verdict::other("failed", error.to_string()),
                };
            }
        };
        self.receipt.field("http", &format!("GET {} {}", http.path, answer.status));
        // Some servers let everybody in, and refuse to answer.
        let refuses = matches!(answer.status, 400 | 401 | 403 | 495 | 496);
        let asked = matches!(way, Way::Tls(client, _) if client.asked() && !client.presents());
        let wanted = self.probe.expect.value;
        if wanted == Expect::ClientCertRequired && !(refuses && asked) {
            return Verdict::of(Expect::Ok, format!("the server answers with the status {}", answer.status));
        }
        if wanted == Expect::ClientCertRequired && http.status.is_none() && http.body.is_empty() {
            return Verdict::of(wanted, "");
        }
        match http::misses(http, &answer) {
            Some((at, why)) => {
                self.at = at;
                Verdict::other("another answer", why)
            }
            None => Verdict::of(wanted, ""),
        }
    }
}
